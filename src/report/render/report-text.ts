import { Column, columns } from './columns';
import { count, counted, duration, percent } from './numbers';
import { Style } from './style';
import { clean, cut } from './terminal-text';
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
    return ['', style.heading(cut(title, width)), style.dim(titles), ...lines];
  };
  const times = (row: Spread) => [count(row.n), duration(row.p50Ms), duration(row.p99Ms)];
  const calls = (rows: Report['webhooks']) => rows
    .map(row => [row.cluster ?? '', row.name, row.node ?? '', ...times(row), duration(row.maxMs), errors(row.errors)]);
  const call = (title: string) => [{ title, atLeast: 16 }, { title: 'NODE', atLeast: 8 }, ...SPREAD, { title: 'MAX', ...RIGHT }, { title: 'ERRORS', ...RIGHT }];
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
    ...report.authentication ? ['', cut(authentication(report.authentication), width)] : [],
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
  const services = Object.entries(input.otherServices);
  const several = (n: number, line: string) => n > 0 ? [line] : [];
  const clusters = input.clusters.length > 1 ? `, ${input.clusters.length} clusters` : '';
  const range = input.from === undefined ? '' : `, ${input.from} to ${input.to}`;
  const asides = [
    ...several(input.longRequests, `${counted(input.longRequests, 'watch or other long request', 'watches and other long requests')} left out`),
    ...several(input.incompleteTraces, `${counted(input.incompleteTraces, 'trace is', 'traces are')} incomplete: a span is missing, so where the time went is not counted`),
    ...several(input.backgroundTraces, `${counted(input.backgroundTraces, 'trace')} of work that no request asked for left out`),
    ...several(services.length, `traces of other services left out: ${services.map(([name, n]) => `${name} ${count(n)}`).slice(0, 5).join(', ')}`),
    ...several(input.brokenLines, `${counted(input.brokenLines, 'line')} of damaged or cut-off JSON left out`),
    ...several(input.otherLines, `${counted(input.otherLines, 'line')} without spans left out`),
    ...several(input.brokenSpans, `${counted(input.brokenSpans, 'span')} without an id or a time left out`),
    ...several(input.duplicateSpans, `${counted(input.duplicateSpans, 'span')} sent twice, counted once`),
    ...several(input.clockSkewMs >= 1 ? 1 : 0, `clocks of nodes differ by up to ${duration(input.clockSkewMs)}: spans of other nodes are put inside their parents`),
    ...several(input.requests, 'counts are of the requests that were sampled'),
    ...input.notes,
  ];
  return [
    style.heading(cut(`${counted(input.spans, 'span')}, ${counted(input.traces, 'trace')}, ${counted(input.requests, 'request')}${clusters}${range}`, width)),
    ...asides.map(line => style.dim(cut(`- ${clean(line)}`, width))),
  ];
}
