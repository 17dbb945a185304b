/** The smallest value that at least this share of them does not exceed. @param sorted not empty */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** Durations in nanoseconds, as a row of a table has them: in milliseconds. */
export interface Spread {
  readonly n: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export function spread(durations: readonly number[]): Spread {
  const sorted = Float64Array.from(durations).sort();
  const at = (share: number) => milliseconds(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0);
  return { n: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}

/** To the microsecond. */
export function milliseconds(nanoseconds: number): number {
  return Math.round(nanoseconds / 1000) / 1000;
}
