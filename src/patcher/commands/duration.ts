import { UsageError } from './options';

const UNITS: { readonly [unit: string]: number } = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** As Go writes durations, which kubectl takes: `90s`, `1h30m`. */
export function durationMs(option: string, text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  const ms = parts.reduce((sum, [, n, unit = '']) => sum + Number(n) * (UNITS[unit] ?? 0), 0);
  if (parts.map(([part]) => part).join('') !== text || !(ms > 0)) throw new UsageError(`${option} (${text}) must be a duration such as 30s, 10m, 2h or 1d`);
  return ms;
}
