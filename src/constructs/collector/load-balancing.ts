import { OTLP_GRPC_PORT } from './collector-config';
import { CollectorOptions } from './collector-props';
import { SpanExporterConfig } from '../exporters/span-exporter-config';

export interface LoadBalancingOptions {
  /** The name of the headless Service of the second stage, from any namespace. */
  readonly hostname: string;
  /** The name in the certificate of the pods behind it, which are asked by their addresses. */
  readonly serverName: string;
  readonly tls: Pick<CollectorOptions, 'receiverCertificate' | 'receiverClientCa' | 'samplerCa'>;
}

/**
 * Sends all spans of a trace to one pod of the second stage.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter/loadbalancingexporter
 */
export function loadBalancing({ hostname, serverName, tls }: LoadBalancingOptions): SpanExporterConfig {
  const { receiverCertificate, receiverClientCa, samplerCa } = tls;
  return {
    exporterId: 'load_balancing',
    config: {
      routing_key: 'traceID',
      // By DNS, which needs no token for the API server, as the other resolver does. A change is seen within the interval.
      resolver: { dns: { hostname, port: String(OTLP_GRPC_PORT), interval: '5s', timeout: '2s' } },
      protocol: {
        otlp: {
          // Both stages together take a fifth less CPU time than with gzip (benchmarks/two-stages.ts), and the way is inside of the cluster.
          compression: 'snappy',
          timeout: '5s',
          tls: samplerCa === undefined ? { insecure: true } : {
            insecure: false,
            ca_file: samplerCa._file,
            server_name_override: serverName,
            ...(receiverClientCa === undefined ? {} : { ...receiverCertificate!._files, reload_interval: '5m' }),
          },
          // What one pod does not take goes back to the queue that all share, and to the pod that has its place by then.
          sending_queue: { enabled: false },
          retry_on_failure: { enabled: false },
        },
      },
      // All of it: this exporter has none of the defaults that others have, and would ask again without a pause.
      retry_on_failure: {
        enabled: true, initial_interval: '1s', max_interval: '5s', multiplier: 1.5, randomization_factor: 0.5, max_elapsed_time: '5m',
      },
      sending_queue: { sizer: 'items', num_consumers: 10, batch: { sizer: 'items', min_size: 2048, max_size: 2048, flush_timeout: '200ms' } },
    },
    volumes: [samplerCa?._volume, receiverClientCa && receiverCertificate?._volume].filter(volume => volume !== undefined),
  };
}
