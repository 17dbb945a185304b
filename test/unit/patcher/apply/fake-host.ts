import { VirtualClock } from './virtual-clock';
import { Host } from '../../../../src/patcher/host/host';
import { StopRequest } from '../../../../src/patcher/host/stop-request';
import { Touched } from '../../../../src/patcher/host/touched';

type Parts = { readonly [Part in 'files' | 'processes' | 'endpoints']?: Partial<Host[Part]> } & Partial<Pick<Host, 'stop' | 'log'>>;

/** A machine of which a test says only what the code under test may use; anything else is an error that names it. */
export function fakeHost(clock: VirtualClock, { files, processes, endpoints, ...rest }: Parts = {}): Host {
  return {
    clock,
    stop: new StopRequest(clock),
    touched: new Touched(),
    log: () => undefined,
    files: only('files', files),
    processes: only('processes', processes),
    endpoints: only('endpoints', endpoints),
    ...rest,
  };
}

function only<T extends object>(name: string, part: Partial<T> = {}): T {
  return new Proxy(part as T, {
    get: (target, key) => {
      if (key in target) return target[key as keyof T];
      throw new Error(`${name}.${String(key)} is not expected here`);
    },
  });
}
