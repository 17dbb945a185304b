import { performance } from 'perf_hooks';

/** Monotonic: a clock that is stepped by an administrator or by NTP changes no decision. */
export interface Clock {
  /** Milliseconds since an arbitrary start. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  // A timer counts from the event loop's last look at the clock; after the immediate that is now, and signals are heard in between.
  sleep: milliseconds => new Promise(resolve => setImmediate(() => setTimeout(resolve, milliseconds))),
};
