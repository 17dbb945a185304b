import { CommandLine, lastFlag } from './command-line';
import { Probe } from './plan';

/** Where the component answers, as its own manifest tells kubelet. */
export function probesOf(line: CommandLine): Probe[] {
  return (['startup', 'readiness', 'liveness'] as const).flatMap(kind => {
    const get = line.container[`${kind}Probe`]?.httpGet;
    const port = portNumber(line, get?.port);
    if (!get || port === undefined) return [];
    return [{ kind, scheme: get.scheme?.toUpperCase() === 'HTTPS' ? 'https' : 'http', host: get.host || listenHost(line, port), port, path: get.path || '/' } as Probe];
  });
}

/** A named port is one of the container's (kubeadm writes `probe-port` since 1.34). */
function portNumber(line: CommandLine, port: number | string | undefined): number | undefined {
  const number = typeof port === 'string' && !/^\d+$/.test(port) ? (line.container.ports ?? []).find(p => p.name === port)?.containerPort : Number(port);
  return Number.isInteger(number) ? number : undefined;
}

/**
 * Without a host kubelet takes the pod's address, which is the node's in the host network. Nobody tells that address here, so it is
 * the one that the component says it listens on; a component that listens everywhere answers on loopback as well.
 */
function listenHost(line: CommandLine, port: number): string {
  const urls = line.flags.filter(flag => flag.name.startsWith('listen-')).flatMap(flag => flag.value.split(','));
  const hosts = urls.map(url => /^https?:\/\/(?:\[(.*)\]|([^:]*)):(\d+)/.exec(url)).filter(match => Number(match?.[3]) === port).map(match => match![1] ?? match![2]!);
  const bound = [...hosts, lastFlag(line, 'bind-address')?.value ?? ''].find(host => host !== '');
  return bound === undefined || /^[0.:]+$/.test(bound) ? '127.0.0.1' : bound;
}
