import { performance } from 'perf_hooks';

/** Monotonic: a clock that is stepped by an administrator or by NTP changes no decision. */
export interface Clock {
  /** Milliseconds since an arbitrary start. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds)),
};
