import { el } from './dom';
import { Column, Table } from './table';
import { TraceIndex } from './trace-index';
import { Page } from '../src/report/model/page';
import { Spread } from '../src/report/model/quantile';
import { CallRow, Cause, ClientRow, ListRow, RequestRow, RetryRow } from '../src/report/model/report';
import { count, duration, percent } from '../src/report/render/numbers';

/** A part of the page with a heading; those with a table can be searched. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly element: HTMLElement;
  readonly table?: { search(term: import('./term').Term): number };
  readonly rows?: number;
}

export function section(id: string, title: string, hint: string, ...content: readonly Node[]): HTMLElement {
  return el('section', { 'id': id, 'aria-labelledby': `${id}-title` }, el('h2', { id: `${id}-title` }, title), hint === '' ? undefined : el('p', { class: 'hint' }, hint), ...content);
}

const number = <Row>(title: string, value: (row: Row) => number, text: (n: number) => string = n => (n > 0 ? count(n) : '')): Column<Row> => ({
  title, value, text: row => text(value(row)), number: true,
});
const spread: readonly Column<Spread>[] = [number('N', ({ n }) => n), number('P50', ({ p50Ms }) => p50Ms, duration), number('P99', ({ p99Ms }) => p99Ms, duration), number('Max', ({ maxMs }) => maxMs, duration)];
const cluster: Column<{ readonly cluster?: string }> = { title: 'Cluster', value: row => row.cluster ?? '' };

/** The tables of the report, as the command line prints them. */
export function tables({ report }: Page, traces: TraceIndex): Section[] {
  const made = <Row extends object>(id: string, title: string, hint: string, rows: readonly Row[], columns: readonly Column<Row>[]): Section[] => {
    if (rows.length === 0) return [];
    const table = new Table(title, [cluster as Column<Row>, ...columns], rows);
    return [{ id, title, element: section(id, title, hint, table.element), table, rows: rows.length }];
  };
  const calls = (title: string, open: (row: CallRow) => (() => void) | undefined): Column<CallRow>[] => [
    { title, value: row => row.name, open }, { title: 'Node', value: row => row.node ?? '' }, ...spread, number('Errors', ({ errors }) => errors),
  ];
  const lists: Column<ListRow>[] = [
    { title: 'Request', value: row => row.request, open: row => traces.opener(traces.of(row.cluster, trace => trace.request === row.request && trace.client === row.client)) },
    { title: 'Client', value: row => row.client }, number('Items', ({ items }) => items), ...spread,
  ];
  return [
    ...made<RequestRow>('requests', 'Requests', 'Select a request to see its slowest trace.', report.requests, [
      { title: 'Request', value: requestOf, open: row => traces.opener(traces.of(row.cluster, ({ request }) => request === requestOf(row))) },
      ...spread, number('Errors', ({ errors }) => errors),
      { title: 'Where the slowest tenth spent it', value: ({ causes }) => causes[0]?.share ?? 0, text: ({ causes }) => causesText(causes) },
    ]),
    ...made('webhooks', 'Admission webhooks', '', report.webhooks, calls('Webhook', row => traces.opener(traces.withWebhook(row.cluster, row.name)))),
    ...made('etcd', 'Calls to etcd', '', report.etcd, calls('Call', row => traces.opener(traces.withEtcd(row.cluster, row.name, row.node ?? '')))),
    ...made<ClientRow>('clients', 'Clients', 'By the time that their requests took.', report.clients, [
      { title: 'Client', value: row => row.client, open: row => traces.opener(traces.of(row.cluster, ({ client }) => client === row.client)) },
      number('N', ({ n }) => n), number('Time', ({ totalMs }) => totalMs, duration), { title: 'Most often', value: ({ most }) => most },
    ]),
    ...made<RetryRow>('conflicts', 'Conflicts', 'Updates that had to be tried again (GuaranteedUpdate).', report.retries, [
      { title: 'Request', value: row => row.request, open: row => traces.opener(traces.of(row.cluster, ({ request }) => request === row.request)) },
      number('N', ({ n }) => n), number('Retries', ({ retries }) => retries), number('Most', ({ most }) => most),
    ]),
    ...made('uncached-lists', 'Lists that the watch cache did not answer', '', report.uncachedLists, lists),
    ...made('big-lists', 'Big lists', '', report.bigLists, lists),
  ];
}

function requestOf({ verb, resource }: RequestRow): string {
  return `${verb} ${resource}`;
}

function causesText(causes: readonly Cause[]): string {
  return causes.slice(0, 3).filter(({ share }, i) => i === 0 || share >= 0.05).map(({ cause, share }) => `${cause} ${percent(share).replace(' ', '\u00a0')}`).join(', ');
}
