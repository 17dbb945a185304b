import { whereOf } from './backend/ask';
import { Backend } from './backend/backend';
import { Into, readBackend } from './backend/read-backend';
import { ReadProgress } from './input/progress';
import { readInput } from './input/read-input';
import { SpanReader } from './input/span-reader';
import { reportOn, surveyOf } from './model/make-report';
import { Report } from './model/report';
import { SpanTable } from './model/span-table';
import { Survey } from './model/survey';
import { traceView } from './model/trace-view';
import { reportText, summary } from './render/report-text';
import { COLOURS, PLAIN } from './render/style';
import { clean } from './render/terminal-text';
import { waterfall } from './render/waterfall';
import { ReportCommandOptions, ReportOutput } from './report-options';
import { writePage } from './write-page';
import { systemReason } from '../desk/system-error';

export type { ReportCommandOptions, ReportOutput } from './report-options';

const EXIT = { done: 0, failed: 1 };

/** Reads spans and tells what was slow. @returns the exit status */
export async function report(options: ReportCommandOptions, output: ReportOutput): Promise<number> {
  const table = new SpanTable();
  const reader = new SpanReader(table);
  const into = { table, reader, output };
  const { notes, unread } = options.backend ? await readFrom(options.backend, options.trace, into) : await readFiles(options.files, into);
  for (const note of notes) output.err(`${clean(note)}\n`);
  if (unread === 'all') return EXIT.failed;
  if (options.trace !== undefined) return oneTrace(table, options.trace.toLowerCase(), options, output);
  const survey = surveyOf(table, options.sinceMs);
  const counted = { ...reader.counts, notes };
  const made = reportOn(survey, counted, options.top);
  const style = output.colour ? COLOURS : PLAIN;
  if (table.count === 0) {
    if (options.output === 'json') output.out(json(made));
    output.err(`${summary(made.input, output.width, PLAIN).join('\n')}\nno spans found: ${required(options.backend)}\n`);
    return EXIT.failed;
  }
  output.out(options.output === 'json' ? json(made) : reportText(made, output.width, style));
  const { html } = options;
  const written = html === undefined || told(output, () => writePage(html, survey, counted, made.input, options.files));
  return unread === 'some' || !written ? EXIT.failed : EXIT.done;
}

/** @returns whether it was done; either way its words are on standard error */
function told(output: ReportOutput, work: () => string): boolean {
  try {
    output.err(`${clean(work())}\n`);
    return true;
  } catch (e) {
    output.err(`${clean((e as Error).message)}\n`);
    return false;
  }
}

function required(backend: Backend | undefined): string {
  if (backend === undefined) return 'OTLP JSON lines or the log of a debug exporter with `verbosity: detailed` are required';
  return `${whereOf(backend)} has no request of service apiserver from ${new Date(backend.from).toISOString()} to ${new Date(backend.to).toISOString()}; --since and --until choose another time`;
}

interface Read {
  /** What must be said about it. */
  readonly notes: readonly string[];
  readonly unread: 'none' | 'some' | 'all';
}

async function readFiles(files: readonly string[], { table, reader, output }: Into): Promise<Read> {
  const notes: string[] = [];
  let unread = 0;
  for (const file of files) {
    const progress = new ReadProgress(file, () => table.count, output);
    try {
      notes.push(...await readInput(file, reader, made => progress.show(made)));
    } catch (e) {
      notes.push(`${file}: ${systemReason(e)}`);
      unread++;
    } finally {
      progress.end();
    }
  }
  return { notes, unread: unread === 0 ? 'none' : unread === files.length ? 'all' : 'some' };
}

async function readFrom(backend: Backend, trace: string | undefined, into: Into): Promise<Read> {
  try {
    return { notes: await readBackend(backend, trace, into), unread: 'none' };
  } catch (e) {
    return { notes: [(e as Error).message], unread: 'all' };
  }
}

function oneTrace(table: SpanTable, id: string, options: ReportCommandOptions, output: ReportOutput): number {
  const found = table.traceIds.flatMap((traceId, trace) => traceId.startsWith(id) ? [trace] : []);
  const [trace] = found;
  if (trace === undefined || found.length > 1) {
    output.err(`--trace (${clean(id)}) ${found.length > 1 ? `is the beginning of ${found.length} traces: give more digits` : unknown(table.traceIds.length, options.backend)}\n`);
    return EXIT.failed;
  }
  const survey = new Survey(table, undefined);
  const view = traceView(survey, trace, survey.isComplete(trace));
  output.out(options.output === 'json' ? json(view) : waterfall(view, output.width, output.colour ? COLOURS : PLAIN, true).map(line => `${line.trimEnd()}\n`).join(''));
  return EXIT.done;
}

function unknown(n: number, backend: Backend | undefined): string {
  return backend ? `is not there: ${whereOf(backend)} has no such trace, or not any more` : `is none of the ${n} traces`;
}

function json(value: Report | object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
