import { ReadProgress } from './input/progress';
import { readInput } from './input/read-input';
import { SpanReader } from './input/span-reader';
import { makeReport } from './model/make-report';
import { Report } from './model/report';
import { SpanTable } from './model/span-table';
import { Survey } from './model/survey';
import { traceView } from './model/trace-view';
import { reportText, summary } from './render/report-text';
import { COLOURS, PLAIN } from './render/style';
import { clean } from './render/terminal-text';
import { waterfall } from './render/waterfall';
import { ReportCommandOptions, ReportOutput } from './report-options';

export { ReportCommandOptions, ReportOutput } from './report-options';

const EXIT = { done: 0, failed: 1 };

/** Reads spans and tells what was slow. @returns the exit status */
export async function report(options: ReportCommandOptions, output: ReportOutput): Promise<number> {
  const table = new SpanTable();
  const reader = new SpanReader(table);
  const notes: string[] = [];
  let unread = 0;
  for (const file of options.files) {
    const progress = new ReadProgress(file, () => table.count, output);
    try {
      notes.push(...await readInput(file, reader, made => progress.show(made)));
    } catch (e) {
      notes.push(`${file}: ${(e as Error).message}`);
      unread++;
    } finally {
      progress.end();
    }
  }
  for (const note of notes) output.err(`${clean(note)}\n`);
  if (unread === options.files.length) return EXIT.failed;
  if (options.trace !== undefined) return oneTrace(table, options.trace.toLowerCase(), options, output);
  const made = makeReport(table, { ...reader.counts, notes }, options);
  const style = output.colour ? COLOURS : PLAIN;
  if (table.count === 0) {
    if (options.output === 'json') output.out(json(made));
    output.err(`${summary(made.input, output.width, PLAIN).join('\n')}\nno spans found: OTLP JSON lines or the log of a debug exporter with \`verbosity: detailed\` are required\n`);
    return EXIT.failed;
  }
  output.out(options.output === 'json' ? json(made) : reportText(made, output.width, style));
  return unread > 0 ? EXIT.failed : EXIT.done;
}

function oneTrace(table: SpanTable, id: string, options: ReportCommandOptions, output: ReportOutput): number {
  const found = table.traceIds.flatMap((traceId, trace) => traceId.startsWith(id) ? [trace] : []);
  const [trace] = found;
  if (trace === undefined || found.length > 1) {
    output.err(`--trace (${clean(id)}) ${found.length > 1 ? `is the beginning of ${found.length} traces: give more digits` : `is none of the ${table.traceIds.length} traces`}\n`);
    return EXIT.failed;
  }
  const survey = new Survey(table, undefined);
  const view = traceView(survey, trace, survey.isComplete(trace));
  output.out(options.output === 'json' ? json(view) : waterfall(view, output.width, output.colour ? COLOURS : PLAIN, true).map(line => `${line.trimEnd()}\n`).join(''));
  return EXIT.done;
}

function json(value: Report | object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
