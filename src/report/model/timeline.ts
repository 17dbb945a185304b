import { Bucket, Timeline } from './page';
import { spread } from './quantile';
import { Survey } from './survey';

/** As many bars as a screen shows. */
const MOST_BUCKETS = 120;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const STEPS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 30 * SECOND,
  MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE,
  HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR,
];

/** How many requests began when, and how long they took. */
export function timeline({ requests, table }: Survey): Timeline {
  const times = requests.map(({ row }) => table.second * 1000 + table.start[row]! / 1e6);
  const from = times.reduce((least, time) => Math.min(least, time), Infinity);
  const to = times.reduce((most, time) => Math.max(most, time), -Infinity);
  if (requests.length === 0) return { from: 0, bucketMs: 1, buckets: [] };
  const bucketMs = STEPS.find(step => (to - from) / step < MOST_BUCKETS - 1) ?? Math.ceil((to - from) / (MOST_BUCKETS - 1));
  const first = Math.floor(from / bucketMs) * bucketMs;
  const groups = Array.from({ length: Math.floor((to - first) / bucketMs) + 1 }, () => ({ durations: [] as number[], errors: 0 }));
  requests.forEach(({ row, duration }, i) => {
    const group = groups[Math.floor((times[i]! - first) / bucketMs)]!;
    group.durations.push(duration);
    if (table.status[row]! >= 500) group.errors++;
  });
  const buckets = groups.map(({ durations, errors }): Bucket => ({ n: durations.length, p99Ms: spread(durations).p99Ms, errors }));
  return { from: first, bucketMs, buckets };
}
