import { Flame } from './flame';
import { KeptTraces } from './kept-traces';
import { Counted, reportOn } from './make-report';
import { Page } from './page';
import { spread } from './quantile';
import { Survey } from './survey';
import { timeline } from './timeline';

/** Rows of each table: a page can be searched and sorted. */
const ROWS = 200;

/** One pass over the requests of a survey. */
export function makePage(survey: Survey, counted: Counted, asides: readonly string[]): Page {
  const { requests, table } = survey;
  const { slowest: _, ...report } = reportOn(survey, counted, ROWS);
  const flame = new Flame(survey, report.input.clusters.length > 1);
  const kept = new KeptTraces(survey);
  for (const request of requests) {
    // Where a span is missing, nobody knows whose its time was.
    if (request.complete) flame.add(request);
    kept.see(request);
  }
  const { p50Ms, p99Ms, maxMs } = spread(requests.map(({ duration }) => duration));
  return {
    report,
    asides,
    all: { p50Ms, p99Ms, maxMs, errors: requests.filter(({ row }) => table.status[row]! >= 500).length },
    flame: flame.tree,
    timeline: timeline(survey),
    traces: kept.traces,
  };
}
