import { SpanExporterConfig } from '../exporters/span-exporter-config';

/** A part of an object or of a configuration, spelled as its documentation spells it. */
export type Fields = { readonly [field: string]: any };

/** A component's id and its configuration, in the order in which components are written. */
export type Component = readonly [id: string, config: Fields];

export interface CollectorConfigOptions {
  /** The address to take spans on and to answer probes, as it stands in a configuration. */
  readonly host: string;
  /** The address to show metrics on. */
  readonly metricsHost: string;
  readonly ports: { readonly otlpGrpc: number; readonly metrics: number; readonly health: number };
  readonly maxConnectionAge: string | undefined;
  /** The `tls` of the receiver; undefined for plain text. */
  readonly receiverTls: Fields | undefined;
  /** Beside the memory limiter, which comes first. */
  readonly processors: readonly Component[];
  readonly exporters: readonly SpanExporterConfig[];
  /** Beside the health check and what the exporters bring. */
  readonly extensions: readonly Component[];
}

export { OTLP_GRPC_PORT } from '../../patch-spec/layout';
export const METRICS_PORT = 8888;
export const HEALTH_PORT = 13133;

/** A complete configuration with one pipeline, of traces. */
export function renderCollectorConfig(options: CollectorConfigOptions): Fields {
  const processors: Component[] = [
    // Refuses before anything else spends memory. https://github.com/open-telemetry/opentelemetry-collector/tree/main/processor/memorylimiterprocessor
    ['memory_limiter', { check_interval: '1s', limit_percentage: 80, spike_limit_percentage: 20 }],
    ...options.processors,
  ];
  const extensions: Component[] = [
    ['health_check', { endpoint: `${bracketed(options.host)}:${options.ports.health}` }],
    ...options.extensions,
    ...options.exporters.flatMap(exporter => (exporter.extensions ?? []).map(({ extensionId, config }): Component => [extensionId, config ?? {}])),
  ];
  return {
    receivers: { otlp: { protocols: { grpc: otlpGrpc(options) } } },
    processors: Object.fromEntries(processors),
    exporters: Object.fromEntries(options.exporters.map(({ exporterId, config }) => [exporterId, config ?? {}])),
    extensions: Object.fromEntries(extensions),
    service: {
      extensions: [...new Set(extensions.map(([id]) => id))],
      pipelines: {
        traces: {
          receivers: ['otlp'],
          processors: processors.map(([id]) => id),
          exporters: options.exporters.map(({ exporterId }) => exporterId),
        },
      },
      telemetry: telemetry(options),
    },
  };
}

function otlpGrpc({ host, ports, maxConnectionAge, receiverTls }: CollectorConfigOptions): Fields {
  return {
    endpoint: `${bracketed(host)}:${ports.otlpGrpc}`,
    // The API server sends 512 spans at a time, each with what its request's URL and headers hold.
    max_recv_msg_size_mib: 16,
    // A client keeps its connection for ever, and with it the pod that it first found.
    ...(maxConnectionAge === undefined ? {} : {
      keepalive: { server_parameters: { max_connection_age: maxConnectionAge, max_connection_age_grace: '30s' } },
    }),
    ...(receiverTls === undefined ? {} : { tls: receiverTls }),
  };
}

function telemetry({ metricsHost, ports }: CollectorConfigOptions): Fields {
  return {
    logs: { encoding: 'json' },
    metrics: {
      level: 'normal',
      readers: [{
        pull: {
          exporter: {
            // All three said, because alerts and dashboards name the metrics that come of it.
            prometheus: { host: metricsHost, port: ports.metrics, without_scope_info: true, without_type_suffix: true, without_units: true },
          },
        },
      }],
    },
  };
}

/** Brackets are what an IPv6 address needs before a port, and do no harm to IPv4. */
function bracketed(host: string): string {
  return `[${host}]`;
}
