import { CollectorDistribution } from './collector-distribution';
import { ComponentTable, CONTRIB, K8S } from './component-table';
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
export function distributionsWith(component: CollectorComponent): CollectorDistribution[] {
  return [
    ...(has(K8S, component) ? [CollectorDistribution.K8S] : []),
    ...(has(CONTRIB, component) ? [CollectorDistribution.CONTRIB] : []),
  ];
}

function has(table: ComponentTable, { kind, typeName }: CollectorComponent): boolean {
  const types = table[kind] ?? [];
  // A module's name has no underscores, and its type may have some.
  return types.includes(typeName) || types.includes(typeName.replace(/_/g, ''));
}
