import { Clock } from './clock';

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
