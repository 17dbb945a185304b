import { Node, StopRequest } from '../apply/node';
import { Touched } from '../apply/touched';
import { systemClock } from '../host/clock';
import { Endpoints } from '../host/endpoints';
import { Files } from '../host/files';
import { Processes } from '../host/processes';

/** The node that the program runs on; every line it says starts with the seconds since it started. */
export function thisNode(stop: StopRequest, print: (line: string) => void): Node {
  const start = systemClock.now();
  return {
    files: new Files(),
    processes: new Processes(),
    endpoints: new Endpoints(),
    clock: systemClock,
    stop,
    touched: new Touched(),
    log: line => print(`+${((systemClock.now() - start) / 1000).toFixed(1)}s ${line}`),
  };
}
