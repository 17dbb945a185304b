import { SpanExporterConfig } from '../span-exporter-config';

/** The ports that exporters send to; undefined where one of them does not say. */
export function exporterPorts(exporters: readonly SpanExporterConfig[]): number[] | undefined {
  const ports = exporters.map(({ exporterId, config = {} }) => {
    if (/^(debug|file|nop)(\/|$)/.test(exporterId)) {
      return [];
    }
    const endpoint = config.traces_endpoint ?? config.endpoint;
    const port = typeof endpoint === 'string' ? portOf(endpoint) : undefined;
    // What an extension talks to, such as a server that issues tokens, is not known.
    return port === undefined || hasUnknownPeers(exporterId, config) ? undefined : [port];
  });
  return ports.includes(undefined) ? undefined : [...new Set(ports.flat() as number[])].sort((a, b) => a - b);
}

function hasUnknownPeers(exporterId: string, config: { [key: string]: any }): boolean {
  const authenticator: unknown = config.auth?.authenticator;
  return !/^otlp_(grpc|http)(\/|$)/.test(exporterId) || (typeof authenticator === 'string' && !/^(bearertokenauth|basicauth)(\/|$)/.test(authenticator));
}

function portOf(endpoint: string): number | undefined {
  if (/^https?:/.test(endpoint)) {
    const { port, protocol } = new URL(endpoint);
    return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
  }
  const port = /:(\d+)$/.exec(endpoint)?.[1];
  return port === undefined ? undefined : Number(port);
}
