import { performance } from 'perf_hooks';

/** Monotonic: a clock that is stepped by an administrator or by NTP changes no decision. */
export interface Clock {
  /** Milliseconds since an arbitrary start. */
  now(): number;
  /** Milliseconds since a date in RFC 3339, by this machine's calendar; NaN for none. Only for what does no harm when that is wrong. */
  since(date: string | undefined): number;
  sleep(milliseconds: number): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  since: date => Date.now() - Date.parse(date ?? ''),
  // An immediate made by a timer comes after the event loop's look at files, sockets and signals: whoever sleeps hears of them, however busy it was.
  sleep: milliseconds => new Promise(resolve => setTimeout(() => setImmediate(resolve), milliseconds)),
};

/** A date of any form, as Kubernetes writes the times of a Lease. */
export function microTime(date: string): string {
  return new Date(date).toISOString().replace(/\.\d+Z$/, '.000000Z');
}

/** Polls until the condition holds; false when the time is up first. */
export async function eventually(
  clock: Clock, milliseconds: number, everyMilliseconds: number, condition: () => boolean | Promise<boolean>,
): Promise<boolean> {
  const end = clock.now() + milliseconds;
  for (;;) {
    if (await condition()) return true;
    if (clock.now() >= end) return false;
    await clock.sleep(everyMilliseconds);
  }
}
