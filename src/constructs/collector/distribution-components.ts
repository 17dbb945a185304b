import { CollectorDistribution } from './collector-distribution';
import { CollectorComponent, CollectorComponentKind } from '../exporters/collector-component';

/** The version that this library was tested with, and that it deploys where no other is asked for. */
export const COLLECTOR_VERSION = '0.161.0';
/** From here on all names that this library writes are known, and none is deprecated. */
export const OLDEST_VERSION = '0.156.0';

const REPOSITORY = 'ghcr.io/open-telemetry/opentelemetry-collector-releases';
const IMAGES: { readonly [distribution: string]: string } = {
  [CollectorDistribution.K8S]: `${REPOSITORY}/opentelemetry-collector-k8s`,
  [CollectorDistribution.CONTRIB]: `${REPOSITORY}/opentelemetry-collector-contrib`,
};

type Table = { readonly [kind: string]: readonly string[] };

// From the manifests of the releases 0.156 to 0.159 and the types of 0.161, as far as a pipeline of traces can use them.
const K8S: Table = {
  [CollectorComponentKind.RECEIVER]: ['otlp'],
  [CollectorComponentKind.PROCESSOR]: [
    'attributes', 'batch', 'filter', 'groupbyattrs', 'groupbytrace', 'k8s_attributes', 'memory_limiter', 'probabilistic_sampler',
    'redaction', 'remotetap', 'resource', 'resource_detection', 'tail_sampling', 'transform',
  ],
  [CollectorComponentKind.EXPORTER]: ['debug', 'file', 'load_balancing', 'nop', 'otelarrow', 'otlp_grpc', 'otlp_http'],
  [CollectorComponentKind.EXTENSION]: [
    'ack', 'basicauth', 'bearertokenauth', 'cgroup_runtime', 'file_storage', 'headers_setter', 'health_check', 'oauth2client', 'oidc', 'opamp',
    'pprof', 'zpages',
  ],
  [CollectorComponentKind.CONNECTOR]: ['failover', 'forward', 'round_robin', 'routing', 'service_graph', 'span_metrics'],
};

const CONTRIB: Table = {
  [CollectorComponentKind.PROCESSOR]: ['sumologic', 'span'],
  [CollectorComponentKind.EXPORTER]: [
    'alibabacloud_logservice', 'awskinesis', 'awss3', 'awsxray', 'azure_monitor', 'azureblob', 'azuredataexplorer', 'bmchelix', 'cassandra',
    'clickhouse', 'coralogix', 'datadog', 'dataset', 'doris', 'elasticsearch', 'faro', 'googlecloud', 'googlecloudpubsub', 'influxdb', 'kafka',
    'logzio', 'opensearch', 'pulsar', 'rabbitmq', 'sentry', 'signalfx', 'splunk_hec', 'stef', 'sumologic', 'tinybird', 'zipkin',
  ],
  [CollectorComponentKind.EXTENSION]: [
    'asapclient', 'aws_proxy', 'azure_auth', 'db_storage', 'googleclientauth', 'redis_storage', 'sigv4auth', 'sumologic',
  ],
};

/** Names that a Collector still takes, with a warning. https://github.com/open-telemetry/opentelemetry-collector-contrib/issues/45339 */
const RENAMED: { readonly [kind: string]: { readonly [old: string]: string } } = {
  [CollectorComponentKind.PROCESSOR]: { k8sattributes: 'k8s_attributes', resourcedetection: 'resource_detection' },
  [CollectorComponentKind.EXPORTER]: { otlp: 'otlp_grpc', otlphttp: 'otlp_http', loadbalancing: 'load_balancing', azuremonitor: 'azure_monitor' },
  [CollectorComponentKind.EXTENSION]: { azureauth: 'azure_auth' },
  [CollectorComponentKind.CONNECTOR]: { servicegraph: 'service_graph', spanmetrics: 'span_metrics', roundrobin: 'round_robin' },
};

/** The image of a distribution; undefined where that is not known. */
export function imageOf(distribution: CollectorDistribution, version: string): string | undefined {
  const image = IMAGES[distribution];
  return image === undefined ? undefined : `${image}:${version}`;
}

/** What a deprecated name has become; undefined where a name is not deprecated. */
export function renamed({ kind, typeName }: CollectorComponent): string | undefined {
  return RENAMED[kind]?.[typeName];
}

/** The distributions that have a component. */
export function distributionsWith({ kind, typeName }: CollectorComponent): CollectorDistribution[] {
  if (K8S[kind]?.includes(typeName)) {
    return [CollectorDistribution.K8S, CollectorDistribution.CONTRIB];
  }
  return CONTRIB[kind]?.includes(typeName) ? [CollectorDistribution.CONTRIB] : [];
}
