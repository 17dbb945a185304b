import { CommandLine, lastFlag } from './command-line';
import { Probe } from './plan';
import { PodProbe } from './pod';

const KINDS = ['startup', 'readiness', 'liveness'] as const;

export interface Probes {
  readonly probes: readonly Probe[];
  readonly otherProbes: readonly string[];
  readonly startSeconds: number;
}

/** How the component is proven, as its own manifest tells kubelet. */
export function probesOf(line: CommandLine): Probes {
  const { startupProbe, livenessProbe } = line.container;
  const all = KINDS.flatMap(kind => {
    const probe = line.container[`${kind}Probe`];
    return probe ? [probeOf(line, kind, probe)] : [];
  });
  return {
    probes: all.filter((probe): probe is Probe => typeof probe !== 'string'),
    otherProbes: all.filter((probe): probe is string => typeof probe === 'string'),
    startSeconds: patience(startupProbe ?? livenessProbe),
  };
}

/** @returns in words what is no request that can be made here */
function probeOf(line: CommandLine, kind: Probe['kind'], { httpGet, tcpSocket, grpc, exec, timeoutSeconds }: PodProbe): Probe | string {
  const target = httpGet ?? tcpSocket;
  if (!target) return `the ${kind} probe (${grpc ? 'grpc' : exec ? 'exec' : 'of no known kind'})`;
  const port = portNumber(line, target.port);
  if (port === undefined) return `the ${kind} probe (its port ${String(target.port)} is none of the container)`;
  const headers = (httpGet?.httpHeaders ?? []).map(({ name, value }) => ({ name, value: value ?? '' }));
  return {
    kind,
    scheme: !httpGet ? 'tcp' : httpGet.scheme?.toUpperCase() === 'HTTPS' ? 'https' : 'http',
    host: target.host || listenHost(line, port),
    port,
    path: httpGet ? (httpGet.path || '/').replace(/^(?!\/)/, '/') : '',
    ...headers.length > 0 ? { headers } : {},
    timeoutSeconds: timeoutSeconds || 1,
  };
}

/** https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#configure-probes */
function patience(probe: PodProbe | undefined): number {
  return probe ? (probe.initialDelaySeconds || 0) + (probe.periodSeconds || 10) * (probe.failureThreshold || 3) : 0;
}

/** A named port is one of the container's (kubeadm writes `probe-port` since 1.34). */
function portNumber(line: CommandLine, port: number | string | undefined): number | undefined {
  const named = typeof port === 'string' ? (line.container.ports ?? []).find(p => p.name === port)?.containerPort : undefined;
  const number = Number(named ?? (port || NaN));
  return Number.isInteger(number) && number > 0 && number < 65_536 ? number : undefined;
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
