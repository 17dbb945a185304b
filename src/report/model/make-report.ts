import { causesOf } from './cause-shares';
import { explain } from './causes';
import { clientName } from './client-name';
import { quantile, milliseconds, spread } from './quantile';
import { CallRow, ClientRow, InputSummary, ListRow, Report, RequestRow, RetryRow } from './report';
import { SpanTable } from './span-table';
import { Request, Survey } from './survey';
import { Tallies } from './tally';
import { isoTime, traceView } from './trace-view';

/** Waterfalls are long. */
const MOST_TRACES = 5;

/** A big list. */
const MANY_ITEMS = 500;

export interface ReportOptions {
  /** Rows of each table, and traces. */
  readonly top: number;
  /** Milliseconds before the newest span; older requests are left out. */
  readonly sinceMs?: number;
}

export type Counted = Pick<InputSummary, 'lines' | 'brokenLines' | 'otherLines' | 'brokenSpans' | 'notes'>;

export function makeReport(table: SpanTable, counted: Counted, { top, sinceMs }: ReportOptions): Report {
  return reportOn(surveyOf(table, sinceMs), counted, top);
}

export function surveyOf(table: SpanTable, sinceMs: number | undefined): Survey {
  return new Survey(table, sinceMs === undefined ? undefined : range(table)[1] - sinceMs * 1e6);
}

export function reportOn(survey: Survey, counted: Counted, top: number): Report {
  const { table, since } = survey;
  const [oldest, newest] = range(table);
  const clusters = [...new Set(table.producers.map(({ cluster }) => cluster))].filter(name => name !== '').sort();
  const named = (cluster: string) => clusters.length > 1 ? { cluster: cluster || '(no name)' } : {};
  const { requests } = survey;
  return {
    input: {
      spans: table.count,
      traces: table.traceIds.length,
      requests: requests.length,
      ...table.count > 0 && { from: isoTime(table.second, Math.max(oldest, since ?? oldest)), to: isoTime(table.second, newest) },
      clusters,
      ...counted,
      duplicateSpans: survey.duplicates,
      incompleteTraces: survey.incomplete,
      longRequests: survey.long,
      loneAuthentications: survey.authentications.length,
      backgroundTraces: survey.background,
      otherServices: Object.fromEntries(survey.otherServices),
      clockSkewMs: milliseconds(survey.skew),
    },
    requests: requestRows(survey, named, top),
    webhooks: callRows(survey.webhooks, named, top),
    etcd: callRows(survey.etcd, named, top),
    clients: clientRows(survey, named, top),
    retries: retryRows(requests, named, top),
    uncachedLists: listRows(survey, requests.filter(({ uncached }) => uncached), named, top),
    bigLists: listRows(survey, requests.filter(({ items }) => items >= MANY_ITEMS), named, top).sort((a, b) => b.items - a.items),
    ...survey.authentications.length > 0 && { authentication: spread(survey.authentications) },
    slowest: [...requests].sort((a, b) => b.duration - a.duration).slice(0, Math.min(top, MOST_TRACES))
      .map(({ trace, complete, place }) => traceView(survey, trace, complete, place)),
  };
}

type Named = (cluster: string) => { readonly cluster?: string };

function range(table: SpanTable): readonly [number, number] {
  let oldest = Infinity;
  let newest = -Infinity;
  for (let row = 0; row < table.count; row++) {
    oldest = Math.min(oldest, table.start[row]!);
    newest = Math.max(newest, table.start[row]! + table.duration[row]!);
  }
  return [oldest, newest];
}

export function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => readonly string[]): Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = JSON.stringify(keyOf(item));
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}

const byP99 = (a: { readonly p99Ms: number }, b: { readonly p99Ms: number }) => b.p99Ms - a.p99Ms;

function requestRows(survey: Survey, named: Named, top: number): RequestRow[] {
  return grouped(survey.requests, ({ cluster, name }) => [cluster, name.verb, name.resource])
    .map(group => ({ group, first: group[0]!, spread: spread(group.map(({ duration }) => duration)) }))
    .sort((a, b) => byP99(a.spread, b.spread))
    .slice(0, top)
    .map(({ group, first, spread: times }) => ({
      ...named(first.cluster),
      verb: first.name.verb,
      resource: first.name.resource,
      ...times,
      errors: group.filter(({ row }) => survey.table.status[row]! >= 500).length,
      causes: slowCauses(survey, group),
    }));
}

/** Where the slowest tenth spent its time. */
function slowCauses(survey: Survey, group: readonly Request[]) {
  const complete = group.filter(request => request.complete);
  const limit = quantile(complete.map(({ duration }) => duration).sort((a, b) => a - b), 0.9);
  const causes = new Map<string, number>();
  for (const { place, trace, duration } of complete) {
    if (duration < limit) continue;
    const explained = explain(survey.table, survey.kindOf, survey.treeOf(trace), place);
    for (const [cause, time] of explained.causes) causes.set(cause, (causes.get(cause) ?? 0) + time);
  }
  return causesOf(causes);
}

function callRows(tallies: Tallies, named: Named, top: number): CallRow[] {
  return tallies.all.map(({ cluster, name, node, durations, errors }) => ({ ...named(cluster), name, ...node !== '' && { node }, ...spread(durations), errors }))
    .sort(byP99).slice(0, top);
}

function clientRows(survey: Survey, named: Named, top: number): ClientRow[] {
  const clientOf = ({ row }: Request) => clientName(survey.table.texts.text(survey.table.label[row]!));
  return grouped(survey.requests, request => [request.cluster, clientOf(request)]).map(group => {
    const [most] = grouped(group, ({ name }) => [requestText(name)]).sort((a, b) => b.length - a.length);
    return {
      ...named(group[0]!.cluster),
      client: clientOf(group[0]!),
      n: group.length,
      totalMs: milliseconds(group.reduce((sum, { duration }) => sum + duration, 0)),
      most: requestText(most![0]!.name),
    };
  }).sort((a, b) => b.totalMs - a.totalMs).slice(0, top);
}

function retryRows(requests: readonly Request[], named: Named, top: number): RetryRow[] {
  return grouped(requests.filter(({ retries }) => retries > 0), ({ cluster, name }) => [cluster, requestText(name)]).map(group => ({
    ...named(group[0]!.cluster),
    request: requestText(group[0]!.name),
    n: group.length,
    retries: group.reduce((sum, { retries }) => sum + retries, 0),
    most: group.reduce((most, { retries }) => Math.max(most, retries), 0),
  })).sort((a, b) => b.retries - a.retries).slice(0, top);
}

function listRows(survey: Survey, requests: readonly Request[], named: Named, top: number): ListRow[] {
  const clientOf = ({ row }: Request) => clientName(survey.table.texts.text(survey.table.label[row]!));
  return grouped(requests, request => [request.cluster, requestText(request.name), clientOf(request)]).map(group => ({
    ...named(group[0]!.cluster),
    request: requestText(group[0]!.name),
    client: clientOf(group[0]!),
    items: group.reduce((most, { items }) => Math.max(most, items), 0),
    ...spread(group.map(({ duration }) => duration)),
  })).sort((a, b) => b.n * b.p50Ms - a.n * a.p50Ms).slice(0, top);
}

export function requestText({ verb, resource }: Request['name']): string {
  return `${verb} ${resource}`;
}
