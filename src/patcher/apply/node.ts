import { Touched } from './touched';
import { Clock } from '../host/clock';
import { Endpoints } from '../host/endpoints';
import { Files } from '../host/files';
import { Processes } from '../host/processes';

/** The node that the program works on: every effect it can have. */
export interface Node {
  readonly files: Files;
  readonly processes: Processes;
  readonly endpoints: Endpoints;
  readonly clock: Clock;
  /** Set by a signal: finish what must be finished, start nothing new. */
  readonly stop: StopRequest;
  readonly touched: Touched;
  /** One line for whoever reads along. */
  log(line: string): void;
}

/** Someone asked the program to end (SIGTERM, SIGINT, SIGHUP). */
export class StopRequest {
  private at: number | undefined;
  private signal: string | undefined;

  public constructor(private readonly clock: Clock) {}

  public request(signal: string): void {
    this.at ??= this.clock.now();
    this.signal ??= signal;
  }

  public get requested(): boolean {
    return this.at !== undefined;
  }

  public get reason(): string {
    return `stopped by ${this.signal ?? 'request'}`;
  }

  /** Whether the request is older than this: time to come to an end in an orderly way is over. */
  public overdue(milliseconds: number): boolean {
    return this.at !== undefined && this.clock.now() - this.at >= milliseconds;
  }
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
