import { Fields } from './collector-config';

/** Extensions that talk to nobody. */
const QUIET_EXTENSIONS = /^(health_check|file_storage|bearertokenauth|basicauth|headers_setter|pprof|zpages)(\/|$)/;

/** The ports that a collector of this configuration sends to; undefined where it is not known of all. */
export function exporterPorts(config: Fields): number[] | undefined {
  const extensions: string[] = config.service?.extensions ?? [];
  if (extensions.some(id => !QUIET_EXTENSIONS.test(id))) {
    // Such as a server that issues tokens.
    return undefined;
  }
  const ports = [
    ...Object.entries<Fields>(config.exporters ?? {}).map(([id, exporter]) => portsOf(id, exporter ?? {})),
    ...endpointsIn(config.service?.telemetry).map(portsAt),
  ];
  return ports.includes(undefined) ? undefined : [...new Set(ports.flat() as number[])].sort((a, b) => a - b);
}

function portsOf(exporterId: string, config: Fields): number[] | undefined {
  if (/^(debug|file|nop)(\/|$)/.test(exporterId)) return [];
  return /^otlp_(grpc|http)(\/|$)/.test(exporterId) ? portsAt(config.traces_endpoint ?? config.endpoint) : undefined;
}

/** Where the collector's telemetry about itself goes, if it is sent anywhere. */
function endpointsIn(telemetry: unknown): unknown[] {
  return typeof telemetry !== 'object' || telemetry === null ? []
    : Object.entries(telemetry).flatMap(([key, member]) => key === 'endpoint' ? [member] : endpointsIn(member));
}

function portsAt(endpoint: unknown): number[] | undefined {
  const port = typeof endpoint === 'string' ? portOf(endpoint) : undefined;
  return port === undefined ? undefined : [port];
}

function portOf(endpoint: string): number | undefined {
  if (/^https?:/.test(endpoint)) {
    if (!URL.canParse(endpoint)) return undefined;
    const { port, protocol } = new URL(endpoint);
    return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
  }
  const port = /:(\d+)$/.exec(endpoint)?.[1];
  return port === undefined ? undefined : Number(port);
}
