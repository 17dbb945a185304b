import { counted, duration, percent } from './numbers';
import { Style } from './style';
import { clean, cut, fit, widthOf, wrapped } from './terminal-text';
import { SpanRow, TraceView } from '../model/report';
import { shownDepths } from '../model/shown-depths';

/** A terminal of fewer columns is narrow: each column counts. */
const NARROW = 64;

/** Below a two-hundredth of the request a span explains nothing. */
const SHORT = 200;

/**
 * A trace as lines: names, bars on the request's time line, durations; the culprit is marked.
 *
 * @param wayToAll what shows the rows that are left out
 */
export function waterfall(view: TraceView, width: number, style: Style, all: boolean, wayToAll = `--trace ${view.traceId.slice(0, 12)}`): string[] {
  const shown = all ? view.rows : view.rows.filter(row => row.culprit || row.depth === 0 || (!row.wrapper && row.ms * SHORT >= view.ms));
  const depths = shownDepths(view.rows, new Set(shown));
  const labels = shown.map((row, i) => '  '.repeat(Math.min(12, depths[i]!)) + clean(labelOf(row)));
  const times = shown.map(({ ms }) => duration(ms));
  const marks = shown.map(row => row.culprit ? ' ◀ slow' : row.failed ? ' ✗ error' : '');
  const { named, bars, timed } = room(width, labels, times, marks);
  const end = view.rows.reduce((most, row) => Math.max(most, row.startMs + row.ms), view.ms) || 1;
  const begin = view.rows.reduce((least, row) => Math.min(least, row.startMs), 0);
  const lines = shown.map((row, i) => {
    const bar = barOf(row, begin, end - begin, bars, style);
    const text = `${fit(labels[i]!, named)} ${bar} ${times[i]!.padStart(timed)}`;
    return (row.wrapper ? style.dim(text) : text) + (marks[i] === '' ? '' : style.alarm(marks[i]!));
  });
  const hidden = view.rows.length - shown.length;
  return [
    ...heading(view, width, style),
    ...lines,
    ...hidden > 0 ? wrapped(`(${counted(hidden, 'span')} of filters or below 0.5 % not shown; ${wayToAll} shows all)`, width).map(style.dim) : [],
  ];
}

interface Room {
  readonly named: number;
  readonly bars: number;
  readonly timed: number;
}

/** The columns that names, bars and durations get. */
function room(width: number, ...[labels, times, marks]: readonly (readonly string[])[]): Room {
  const [label, time, mark] = [labels, times, marks].map(texts => Math.max(0, ...texts!.map(widthOf))) as [number, number, number];
  if (width >= NARROW) {
    const named = Math.max(20, Math.min(Math.floor(width * 0.5), label));
    return { named, bars: width - named - 24, timed: 11 };
  }
  const rest = Math.max(10, width - time - mark - 2);
  const named = Math.min(label, Math.floor(rest * 0.6));
  return { named, bars: rest - named, timed: time };
}

function heading(view: TraceView, width: number, style: Style): string[] {
  const status = view.status > 0 ? `, status ${view.status}` : '';
  const client = view.client === '' ? '' : `, from ${view.client}`;
  const what = view.request === '' ? 'trace without a request' : view.request;
  const causes = view.causes.slice(0, 3).map(({ cause, ms, share }) => `${cause} ${duration(ms)} (${percent(share)})`).join(', ');
  return [
    ...wrapped(clean(`${what}  ${duration(view.ms)}${status}${client}`), width, '  ').map(style.heading),
    ...wrapped(clean(`${view.cluster === undefined ? '' : `cluster ${view.cluster}, `}trace ${view.traceId}, ${view.start}${view.complete ? '' : ', incomplete'}`), width, '  '),
    ...view.url === '' ? [] : [cut(clean(view.url), width)],
    ...causes === '' ? [] : wrapped(clean(`time: ${causes}`), width, '  '),
  ];
}

function labelOf({ name, detail, service, instance }: SpanRow): string {
  const process = /^etcd/i.test(service) && instance !== '' ? `${service} ${instance}` : service;
  return `${detail === '' ? name : `${name} ${detail}`}${process === '' || process === 'apiserver' ? '' : ` [${process}]`}`;
}

function barOf(row: SpanRow, begin: number, total: number, width: number, style: Style): string {
  const from = Math.max(0, Math.min(width - 1, Math.floor((row.startMs - begin) / total * width)));
  const length = Math.max(1, Math.min(width - from, Math.round(row.ms / total * width)));
  const block = (row.wrapper ? '─' : '█').repeat(length);
  return ' '.repeat(from) + style.cause(row.cause, block) + ' '.repeat(width - from - length);
}
