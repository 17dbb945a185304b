import { Span } from './debug-log';
import { SpanReader } from '../../../src/report/input/span-reader';
import { TraceView } from '../../../src/report/model/report';
import { SpanDraft } from '../../../src/report/model/span-draft';
import { SpanTable } from '../../../src/report/model/span-table';
import { Survey } from '../../../src/report/model/survey';
import { traceView } from '../../../src/report/model/trace-view';

/** The first trace in lines of OTLP, as the report sees it. */
export function viewOfLines(lines: readonly string[]): TraceView {
  const table = new SpanTable();
  const reader = new SpanReader(table);
  for (const line of lines) reader.line(line);
  reader.end();
  return firstOf(table);
}

/** The same of spans that were read from a log. */
export function viewOfSpans(spans: readonly Span[]): TraceView {
  const table = new SpanTable();
  for (const { traceId, id, parentId, name, start, end, service, instance, attributes } of spans) {
    const draft = Object.assign(new SpanDraft(), { traceId, id, parentId, name, start: String(start), end: String(end) });
    for (const [key, value] of attributes) draft.attribute(key, value);
    table.add(draft, table.producerNumber(service, instance, ''));
  }
  return firstOf(table);
}

function firstOf(table: SpanTable): TraceView {
  const survey = new Survey(table, undefined);
  return traceView(survey, 0, survey.isComplete(0));
}
