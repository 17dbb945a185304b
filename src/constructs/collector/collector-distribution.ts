/**
 * Distribution of the OpenTelemetry Collector: the components that its image contains.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-releases/tree/main/distributions
 */
export enum CollectorDistribution {
  /** The OpenTelemetry project's for Kubernetes: all that this library itself asks for. */
  K8S = 'k8s',
  /** The project's with every component: more to keep up to date, and what vendors' own exporters and authenticators need. */
  CONTRIB = 'contrib',
  /** A build of your own, of which nothing is known: set `collectorImage`. Components are not checked. */
  CUSTOM = 'custom',
}
