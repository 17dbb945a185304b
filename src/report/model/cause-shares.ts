import { Causes } from './causes';
import { milliseconds } from './quantile';
import { Cause } from './report';

/** What took most first; nothing for what took less than half a percent. */
export function causesOf(causes: Causes): Cause[] {
  const total = [...causes.values()].reduce((sum, time) => sum + time, 0);
  return [...causes].sort(([, a], [, b]) => b - a)
    .map(([cause, time]) => ({ cause, ms: milliseconds(time), share: Math.round(time / (total || 1) * 1000) / 1000 }))
    .filter(({ share }) => share >= 0.005);
}
