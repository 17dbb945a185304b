import { arrowKeys, button, el } from './dom';
import { clock } from './times';
import { KeptTrace, Timeline } from '../src/report/model/page';
import { count, counted, duration } from '../src/report/render/numbers';

/** Requests by time, and above them the traces that are kept, the slow ones higher. */
export function timelineOf(
  { from, bucketMs, buckets }: Timeline, traces: readonly KeptTrace[],
  open: (trace: KeptTrace) => void, narrow: (from: number, to: number, words: string) => void,
): HTMLElement {
  const total = buckets.length * bucketMs;
  const most = buckets.reduce((largest, { n }) => Math.max(largest, n), 1);
  const slowest = traces.reduce((largest, { ms }) => Math.max(largest, ms), 1);
  const quickest = traces.reduce((least, { ms }) => Math.min(least, ms), slowest);
  const high = (ms: number) => Math.log(Math.max(ms, 0.001) / Math.max(quickest, 0.001)) / (Math.log(slowest / Math.max(quickest, 0.001)) || 1);
  const place = (at: number) => `${Math.min(100, Math.max(0, (at - from) / total * 100))}%`;

  const dots = [...traces].sort((a, b) => a.at - b.at).map(trace => {
    const words = `${trace.request || 'trace'}, ${duration(trace.ms)}, at ${clock(trace.at, 1)}`;
    const dot = button('', () => open(trace), { 'class': trace.status >= 500 ? 'dot failed' : 'dot', 'aria-label': words, 'title': words });
    dot.style.left = place(trace.at);
    dot.style.bottom = `${high(trace.ms) * 88}%`;
    return dot;
  });
  const bars = buckets.flatMap(({ n, p99Ms, errors }, i) => {
    if (n === 0) return [];
    const begin = from + i * bucketMs;
    const words = `${clock(begin, bucketMs)} to ${clock(begin + bucketMs, bucketMs)}: ${counted(n, 'request')}, p99 ${duration(p99Ms)}${errors > 0 ? `, ${counted(errors, 'error')}` : ''}`;
    const bar = button('', () => narrow(begin, begin + bucketMs, words), { 'class': errors > 0 ? 'bucket failed' : 'bucket', 'aria-label': words, 'title': words });
    bar.style.left = `${i / buckets.length * 100}%`;
    bar.style.width = `${100 / buckets.length}%`;
    bar.style.height = `${Math.max(3, n / most * 100)}%`;
    return [bar];
  });
  const upper = el('div', { 'class': 'track dots', 'role': 'group', 'aria-label': 'Kept traces by time; arrows move between them' }, ...dots);
  const lower = el('div', { 'class': 'track', 'role': 'group', 'aria-label': 'Requests by time; arrows move between them' }, ...bars);
  arrowKeys(upper, dots);
  arrowKeys(lower, bars);
  const axis = [0, 0.25, 0.5, 0.75, 1].map(share => el('span', {}, clock(from + share * total, bucketMs)));
  return el('div', { class: 'timeline' },
    el('p', { class: 'hint' }, `Kept traces: higher is slower (${duration(quickest)} to ${duration(slowest)}). Select one to see it.`), upper,
    el('p', { class: 'hint' }, `Requests: up to ${count(most)} in ${duration(bucketMs)}. Select a bar for the kept traces of that time.`), lower,
    el('div', { 'class': 'axis', 'aria-hidden': 'true' }, ...axis));
}
