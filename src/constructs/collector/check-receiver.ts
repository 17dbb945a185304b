import { addressOf, isOf, listens } from './check-listeners';
import { NamedPorts } from './check-ports';
import { Fields } from './collector-config';
import { refuse } from '../kit/check';

export interface ReceiverContext {
  readonly ports: NamedPorts;
  readonly local: boolean;
  readonly receiverTls: Fields | undefined;
}

/** Refuses a configuration in which the control plane, or its agents, cannot send spans where the Service and the props say that they can. */
export function checkReceiver(config: Fields, { ports, local, receiverTls }: ReceiverContext): void {
  const receiving = new Set(Object.entries<Fields>(config.service.pipelines)
    .flatMap(([id, pipeline]) => isOf(id, 'traces') ? pipeline.receivers as string[] : []));
  const servers = Object.entries<Fields>(config.receivers ?? {}).filter(([id]) => isOf(id, 'otlp') && receiving.has(id))
    .map(([id, receiver]) => [`receivers.${id}.protocols.grpc`, receiver?.protocols?.grpc as Fields | undefined] as const);
  const [path, server] = servers.find(([, other]) => listens(other, ports.otlpGrpc, local) && (!local || isLoopback(other)))
    ?? refuse('configOverrides', `${servers[0]?.[0] ?? 'receivers.otlp.protocols.grpc'}.endpoint: ${String(servers[0]?.[1]?.endpoint)}`,
      `keep a receiver otlp, in a pipeline of traces, that takes gRPC at ${addressOf(ports.otlpGrpc, local)}: `
      + 'the Service, the probes and the monitors name it; for another port, add another receiver beside it');
  checkTls(`${path}.tls`, server?.tls ?? undefined, receiverTls);
  if (server?.auth !== undefined && server.auth !== null) refuse('configOverrides', `${path}.auth`, 'be left out: the components, and agents, have no credential to show');
}

function checkTls(path: string, tls: Fields | undefined, asked: Fields | undefined): void {
  if (tls !== undefined && asked === undefined) refuse('configOverrides', path, "be left out: for TLS give 'receiverCertificate', so that senders know of it");
  if (tls === undefined && asked !== undefined) refuse('configOverrides', path, "be kept where 'receiverCertificate' is given: senders ask for TLS");
  if (asked?.client_ca_file !== undefined && tls?.client_ca_file === undefined) {
    refuse('configOverrides', `${path}.client_ca_file`, "be kept where 'receiverClientCa' is given: anybody could send spans");
  }
}

function isLoopback(server: Fields | undefined): boolean {
  return /^(localhost|127\.[\d.]+|\[::1\]|\[127\.[\d.]+\]):\d+$/.test(String(server?.endpoint));
}
