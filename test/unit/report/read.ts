import { SpanReader } from '../../../src/report/input/span-reader';
import { makePage } from '../../../src/report/model/make-page';
import { makeReport, ReportOptions, surveyOf } from '../../../src/report/model/make-report';
import { Page } from '../../../src/report/model/page';
import { Report } from '../../../src/report/model/report';
import { SpanTable } from '../../../src/report/model/span-table';

export function pageOf(lines: readonly string[]): Page {
  const table = new SpanTable();
  const reader = new SpanReader(table);
  for (const line of lines) reader.line(line);
  reader.end();
  return makePage(surveyOf(table, undefined), { ...reader.counts, notes: [] }, []);
}

export function reportOf(lines: readonly string[], options: Partial<ReportOptions> = {}): Report {
  const table = new SpanTable();
  const reader = new SpanReader(table);
  for (const line of lines) reader.line(line);
  reader.end();
  return makeReport(table, { ...reader.counts, notes: [] }, { top: 10, ...options });
}
