import { asides, headline } from './asides';
import { Column, columns } from './columns';
import { count, duration, percent } from './numbers';
import { Style } from './style';
import { clean, wrapped } from './terminal-text';
import { waterfall } from './waterfall';
import { Spread } from '../model/quantile';
import { Cause, InputSummary, Report } from '../model/report';

const RIGHT = { side: 'right' } as const;
const SPREAD = [{ title: 'N', ...RIGHT }, { title: 'P50', ...RIGHT }, { title: 'P99', ...RIGHT }];

/** The report for people. */
export function reportText(report: Report, width: number, style: Style): string {
  const table = (title: string, given: readonly Column[], cells: readonly (readonly string[])[]) => {
    if (cells.length === 0) return [];
    const [titles = '', ...lines] = columns([{ title: 'CLUSTER', atLeast: 8 }, ...given], cells, width);
    return ['', ...wrapped(title, width).map(style.heading), style.dim(titles), ...lines];
  };
  const times = (row: Spread) => [count(row.n), duration(row.p50Ms), duration(row.p99Ms)];
  const calls = (rows: Report['webhooks']) => rows
    .map(row => [row.cluster ?? '', row.name, row.node ?? '', ...times(row), duration(row.maxMs), errors(row.errors)]);
  const call = (title: string) => [{ title, atLeast: 12 }, { title: 'NODE', atLeast: 4 }, ...SPREAD, { title: 'MAX', ...RIGHT }, { title: 'ERRORS', ...RIGHT }];
  const items = (n: number) => n > 0 ? count(n) : '';
  const lists = (rows: Report['bigLists']) => rows.map(row => [row.cluster ?? '', row.request, row.client, items(row.items), ...times(row)]);
  const list = [{ title: 'REQUEST', atLeast: 16 }, { title: 'CLIENT', atLeast: 16 }, { title: 'ITEMS', ...RIGHT }, ...SPREAD];
  const lines = [
    ...summary(report.input, width, style),
    ...table('Requests, the slowest first', [
      { title: 'VERB' }, { title: 'RESOURCE', atLeast: 12 }, ...SPREAD, { title: 'ERRORS', ...RIGHT }, { title: 'WHERE THE SLOWEST TENTH SPENT IT', atLeast: 20 },
    ], report.requests.map(row => [row.cluster ?? '', row.verb, row.resource, ...times(row), errors(row.errors), causes(row.causes)])),
    ...table('Admission webhooks', call('WEBHOOK'), calls(report.webhooks)),
    ...table('Calls to etcd', call('CALL'), calls(report.etcd)),
    ...table('Clients, by the time that their requests took', [
      { title: 'CLIENT', atLeast: 20 }, { title: 'N', ...RIGHT }, { title: 'TIME', ...RIGHT }, { title: 'MOST OFTEN', atLeast: 12 },
    ], report.clients.map(row => [row.cluster ?? '', row.client, count(row.n), duration(row.totalMs), row.most])),
    ...table('Conflicts: updates that had to be tried again (GuaranteedUpdate)', [
      { title: 'REQUEST', atLeast: 16 }, { title: 'N', ...RIGHT }, { title: 'RETRIES', ...RIGHT }, { title: 'MOST', ...RIGHT },
    ], report.retries.map(row => [row.cluster ?? '', row.request, count(row.n), count(row.retries), count(row.most)])),
    ...table('Lists that the watch cache did not answer', list, lists(report.uncachedLists)),
    ...table('Big lists', list, lists(report.bigLists)),
    ...report.authentication ? ['', ...wrapped(authentication(report.authentication), width, '  ')] : [],
    ...report.slowest.length === 0 ? [] : ['', style.heading('Slowest traces')],
    ...report.slowest.flatMap(view => ['', ...waterfall(view, width, style, false)]),
  ];
  return lines.map(line => `${line.trimEnd()}\n`).join('');
}

function authentication({ n, p50Ms, p99Ms, maxMs }: NonNullable<Report['authentication']>): string {
  return `Authentication, in traces of its own: n ${count(n)}, p50 ${duration(p50Ms)}, p99 ${duration(p99Ms)}, max ${duration(maxMs)}`;
}

function errors(n: number): string {
  return n > 0 ? count(n) : '';
}

function causes(rows: readonly Cause[]): string {
  return rows.slice(0, 3).filter(({ share }, i) => i === 0 || share >= 0.05).map(({ cause, share }) => `${cause} ${percent(share)}`).join(', ');
}

/** What was read, and what is in no table: each a line of its own. */
export function summary(input: InputSummary, width: number, style: Style): string[] {
  return [
    ...wrapped(headline(input), width).map(style.heading),
    ...asides(input).flatMap(line => wrapped(`- ${clean(line)}`, width, '  ')).map(style.dim),
  ];
}
