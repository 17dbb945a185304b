import { CollectorAgentOptions } from './collector/collector-agent-props';
import { CollectorOptions } from './collector/collector-props';
import { ICollector } from './collector/i-collector';
import { ISpanExporter } from './exporters/i-span-exporter';
import { CollectorAddress } from './kit/collector-address';
import { ControlPlanePatchOptions } from './patch/control-plane-patch-props';

/**
 * Properties of `TracingStack`. Without any, the stack fits a cluster with one control-plane node, traces every request and
 * shows the spans in the collector's log.
 */
export interface TracingStackProps extends ControlPlanePatchOptions {
  /**
   * Number of API requests in a million that begin a trace: 0 to 1000000. 1000000 traces every request.
   * Refused where `components` has no API server.
   *
   * @default 1000000
   */
  readonly samplingRatePerMillion?: number;

  /**
   * Requests per second to all API servers of the cluster together, at their busiest: in Prometheus,
   * `max_over_time(sum(rate(apiserver_request_total[5m]))[7d:5m])`.
   *
   * No object depends on this prop. With it, synthesis warns when rate, limits and sampling do not fit to each other by the figures that this
   * release was measured with: on standard error, and as metadata `cdk8s-control-plane-tracing:warning` of the stack's node.
   *
   * @default - unknown; traces that wait for tail sampling are compared with 100 requests per second, those of a small cluster
   */
  readonly requestsPerSecond?: number;

  /**
   * Exporters of the collector. Each of them gets every span.
   *
   * @default - `SpanExporter.stdout()`: the spans are in the collector's log
   */
  readonly exporters?: ISpanExporter[];

  /**
   * Fixed cluster IP of the collector's Service, from the lower band of the cluster's service range, such as `10.96.0.50`.
   *
   * Without it, a Service that is deleted and created again gets another address, and spans are lost until the Job runs again.
   * An existing Service keeps its cluster IP: Kubernetes refuses a change.
   *
   * @default - the cluster allocates one, and the Job looks it up
   * @see https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/
   */
  readonly clusterIP?: string;

  /**
   * Further options of the stack's collector, such as replicas, persistent queues or a PrometheusRule. They cannot repeat a prop of the stack.
   *
   * @default - the collector's own defaults
   */
  readonly collectorOptions?: CollectorOptions;

  /**
   * Existing collector: a `Collector`, or a construct of your own. The stack then makes no collector, and no namespace unless
   * `createNamespace` is true.
   *
   * The collector keeps its own labels, annotations and pull secrets; those of the stack apply to the other objects.
   *
   * @default - the stack makes one
   */
  readonly collector?: ICollector;

  /**
   * Address of a collector outside of this app: a Service by its name, or `IP:port`. The stack then makes no collector.
   *
   * The address must take OTLP over gRPC in plain text, or with TLS where `componentTls` is given. Behind an agent it may take TLS: set the
   * agent's `gatewayCa` or `gatewayServerName`.
   *
   * @default - the Service of the stack's collector
   */
  readonly collectorAddress?: CollectorAddress;

  /**
   * Options of an agent on every control-plane node. The components send to the node's loopback address, which never changes, and the
   * agent forwards to the collector, with TLS where the collector takes it. The agent lives in `patchNamespace`.
   *
   * @default - none: the components send to the collector's Service
   */
  readonly agent?: CollectorAgentOptions;

  /**
   * Whether the stack makes the collector's namespace (the chart's), with the Pod Security level `restricted`.
   *
   * Deleting the stack's objects then deletes the namespace with everything in it. Any other namespace must exist before.
   *
   * @default - true where the namespace is `control-plane-tracing` and the stack makes the collector
   */
  readonly createNamespace?: boolean;

  /**
   * Namespace of the Job, its program and its configuration. It must admit privileged pods.
   *
   * Anyone who can write to this namespace controls the control plane. That is already true of kube-system. All stacks of a cluster
   * need the same namespace: their Jobs take turns through a Lease in it.
   *
   * @default "kube-system"
   */
  readonly patchNamespace?: string;
}
