import { systemClock } from '../host/clock';
import { Endpoints } from '../host/endpoints';
import { Files } from '../host/files';
import { Host } from '../host/host';
import { Processes } from '../host/processes';
import { StopRequest } from '../host/stop-request';
import { Touched } from '../host/touched';

/** The node that the program runs on; every line it says starts with the seconds since it started. */
export function thisNode(stop: StopRequest, print: (line: string) => void): Host {
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
