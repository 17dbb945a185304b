import { TAKEN_PORTS } from './agent-ports';
import { Fields } from './collector-config';
import { refuse } from '../kit/check';

/** Receivers that are servers: others name by `endpoint` what they ask. */
const SERVERS = /^(otlp|jaeger|zipkin|opencensus|otlpjsonfile|webhookevent|loki|statsd|syslog|skywalking|datadog|splunk_hec|signalfx|influxdb)(\/|$)/;

/** Refuses two listeners of one port: the second one ends the Collector. In the network of a node the components have theirs. */
export function checkListeners(config: Fields, local: boolean): void {
  const owners = new Map<string, string>();
  for (const [path, port] of listenersOf(config)) {
    const other = owners.get(port);
    if (other !== undefined) refuse('configOverrides', `${path}: port ${port}`, `be another port: ${other} has it`);
    const component = local ? TAKEN_PORTS[Number(port)] : undefined;
    if (component !== undefined) refuse('configOverrides', `${path}: port ${port}`, `be another port: a control-plane node has ${component} there`);
    owners.set(port, path);
  }
}

function listenersOf(config: Fields): [path: string, port: string][] {
  const used = new Set(Object.values<Fields>(config.service.pipelines).flatMap(({ receivers = [] }) => receivers as string[]));
  const receivers = Object.entries<Fields | null>(config.receivers ?? {}).filter(([id]) => SERVERS.test(id) && used.has(id));
  const extensions = Object.entries<Fields | null>(config.extensions ?? {}).filter(([id]) => (config.service.extensions ?? []).includes(id));
  const readers: unknown = config.service.telemetry?.metrics?.readers;
  return [
    ...receivers.flatMap(([id, receiver]) => endpointsIn(`receivers.${id}`, receiver)),
    ...extensions.flatMap(([id, extension]): [string, string][] => portIn(`extensions.${id}.endpoint`, extension?.endpoint)),
    ...(Array.isArray(readers) ? readers : []).flatMap((reader, index): [string, string][] => {
      const port: unknown = reader?.pull?.exporter?.prometheus?.port;
      return port === undefined ? [] : [[`service.telemetry.metrics.readers.${index}`, String(port)]];
    }),
  ];
}

function endpointsIn(path: string, receiver: Fields | null): [string, string][] {
  const protocols = Object.entries<Fields | null>(receiver?.protocols ?? {}).flatMap(([name, server]) => portIn(`${path}.protocols.${name}.endpoint`, server?.endpoint));
  return [...protocols, ...portIn(`${path}.endpoint`, receiver?.endpoint)];
}

function portIn(path: string, endpoint: unknown): [string, string][] {
  const port = typeof endpoint === 'string' ? /:(\d+)$/.exec(endpoint)?.[1] : undefined;
  return port === undefined ? [] : [[path, port]];
}

/** Whether a server answers there to whoever is not in its pod; in the network of a node, to its loopback address. */
export function listens(server: unknown, port: number, local: boolean): boolean {
  const endpoint: unknown = (server as Fields | null | undefined)?.endpoint;
  const transport: unknown = (server as Fields | null | undefined)?.transport ?? 'tcp';
  if (typeof endpoint !== 'string' || !endpoint.endsWith(`:${port}`) || !String(transport).startsWith('tcp')) return false;
  const host = endpoint.slice(0, -`:${port}`.length).replace(/^\[|\]$/g, '');
  return local || !/^(localhost|127\..*|::1)$/.test(host);
}

export function addressOf(port: number, local: boolean): string {
  return local ? `port ${port} of the node's loopback address` : `port ${port} of the pod's address`;
}

export function isOf(id: string, type: string): boolean {
  return id === type || id.startsWith(`${type}/`);
}
