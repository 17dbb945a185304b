const GO_DURATION = /^([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h)(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h))*$/;
const UNITS: { readonly [unit: string]: number } = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** Go counts nanoseconds in 64 bits: 292 years. */
const LONGEST = 2 ** 63 / 1e6;

/** A time as the Collector reads it; undefined where it is none. A number would be nanoseconds, and is taken for none but zero. */
export function toMillis(value: unknown): number | undefined {
  if (value === 0 || value === '0') return 0;
  if (typeof value !== 'string' || !GO_DURATION.test(value)) return undefined;
  const millis = [...value.matchAll(/([0-9.]+)(ns|us|µs|ms|s|m|h)/g)].reduce((sum, [, number, unit]) => sum + Number(number) * UNITS[unit!]!, 0);
  return millis < LONGEST ? millis : undefined;
}
