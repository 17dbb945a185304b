import { Testing } from 'cdk8s';
import { parse } from 'yaml';
import { Collector, SpanExporter } from '../../src';

export type Contestant = 'ours' | 'theirs';
export const CONTESTANTS: readonly Contestant[] = ['ours', 'theirs'];

/** What both pods may use; Go is told to stay below 80 % of it, as both do. */
export const MEMORY_LIMIT_MIB = 512;

/** The configuration that each makes of an OTLP backend and its own defaults. */
export function configurationOf(contestant: Contestant, backend: string): string {
  return JSON.stringify(limited(contestant === 'ours' ? ours(backend) : theirs(backend)));
}

function ours(endpoint: string): Config {
  const collector = new Collector(Testing.chart(), 'gateway', { exporters: [SpanExporter.otlpGrpc('backend', { endpoint, insecure: true })] });
  return parse(collector.configMap.toJson().data['config.yaml']) as Config;
}

/**
 * The traces pipeline of the community's Helm chart, as it renders it (chart 0.170.0), with an exporter as its users add it.
 *
 * @see https://github.com/open-telemetry/opentelemetry-helm-charts/tree/main/charts/opentelemetry-collector
 */
function theirs(endpoint: string): Config {
  const host = '${env:POD_IP}';
  return {
    receivers: { otlp: { protocols: { grpc: { endpoint: `${host}:4317` }, http: { endpoint: `${host}:4318` } } } },
    processors: { batch: {}, memory_limiter: { check_interval: '5s', limit_percentage: 80, spike_limit_percentage: 25 } },
    exporters: { otlp_grpc: { endpoint, tls: { insecure: true } } },
    extensions: { health_check: { endpoint: `${host}:13133` } },
    service: {
      extensions: ['health_check'],
      pipelines: { traces: { receivers: ['otlp'], processors: ['memory_limiter', 'batch'], exporters: ['otlp_grpc'] } },
      telemetry: { metrics: { readers: [{ pull: { exporter: { prometheus: { host, port: 8888 } } } }] } },
    },
  };
}

interface Config {
  readonly processors: { readonly [id: string]: any };
  readonly [section: string]: any;
}

/** Says in MiB what a Collector in a container finds out: the percentages are of the container's memory, and there may be no container here. */
function limited(config: Config): Config {
  const { limit_percentage: limit, spike_limit_percentage: spike, ...others } = config.processors.memory_limiter;
  const mebibytes = (percentage: number) => Math.floor(MEMORY_LIMIT_MIB * percentage / 100);
  return {
    ...config,
    processors: { ...config.processors, memory_limiter: { ...others, limit_mib: mebibytes(limit), spike_limit_mib: mebibytes(spike) } },
  };
}
