import { Clock } from './clock';
import { Endpoints } from './endpoints';
import { Files } from './files';
import { Processes } from './processes';
import { StopRequest } from './stop-request';
import { Touched } from './touched';

/** What others see of a class: a test may put anything of this shape in its place. */
type Surface<T> = Pick<T, keyof T>;

/** The machine that the program works on: every effect it can have on it. */
export interface Host {
  readonly files: Surface<Files>;
  readonly processes: Surface<Processes>;
  readonly endpoints: Surface<Endpoints>;
  readonly clock: Clock;
  /** Set by a signal: finish what must be finished, start nothing new. */
  readonly stop: StopRequest;
  readonly touched: Touched;
  /** One line for whoever reads along. */
  log(line: string): void;
}
