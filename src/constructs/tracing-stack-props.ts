import { CollectorAgentOptions } from './collector/collector-agent-props';
import { CollectorOptions } from './collector/collector-props';
import { ICollector } from './collector/i-collector';
import { ISpanExporter } from './exporters/i-span-exporter';
import { CollectorAddress } from './kit/collector-address';
import { ControlPlanePatchOptions } from './patch/control-plane-patch-props';

/**
 * Properties of `TracingStack`. With none at all, the stack suits a cluster with one control-plane node, records every request
 * and shows the spans in the collector's log.
 */
export interface TracingStackProps extends ControlPlanePatchOptions {
  /**
   * What the cluster is called: every span gets it as `k8s.cluster.name`, so that several clusters can share one backend.
   *
   * @default - the spans do not name their cluster
   */
  readonly clusterName?: string;

  /**
   * How many of a million requests to the API server begin a trace: 0 to 1000000, and 1000000 is every request.
   * Left out where `components` has no API server.
   *
   * @default 1000000
   */
  readonly samplingRatePerMillion?: number;

  /**
   * Where the collector sends the spans; each exporter gets every span.
   *
   * @default - `SpanExporter.debug()`: the spans are shown in the collector's log
   */
  readonly exporters?: ISpanExporter[];

  /**
   * The fixed cluster IP of the collector's Service, from the lower band of the cluster's service range, such as `10.96.0.50`.
   *
   * Without it, a Service that is deleted and made again gets another address, and the spans are lost until the Job runs again. A Service that has an
   * address already takes no other one.
   *
   * @default - the cluster allocates one, and the Job looks it up
   * @see https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/
   */
  readonly clusterIP?: string;

  /**
   * Everything else about the stack's collector, such as replicas, persistent queues or a PrometheusRule. What the stack has a prop of its own for
   * is given there.
   *
   * @default - the collector's own defaults
   */
  readonly collectorOptions?: CollectorOptions;

  /**
   * A collector that exists already: a `Collector`, or a construct of your own. The stack makes none then, nor a namespace for it
   * unless `createNamespace` asks for one.
   *
   * It keeps the labels, annotations and pull secrets that it has: those of the stack are for the other objects.
   *
   * @default - the stack makes one
   */
  readonly collector?: ICollector;

  /**
   * The address of a collector that no construct stands for: a Service by its name, or `IP:port`. The stack makes no collector then.
   *
   * It takes OTLP over gRPC in plain text. Behind an agent it may take TLS, which `gatewayCa` or `gatewayServerName` of the agent says.
   *
   * @default - the Service of the stack's collector
   */
  readonly collectorAddress?: CollectorAddress;

  /**
   * Puts an agent on every control-plane node: the components send to the node's loopback address, which never changes, and the agent
   * sends on to the collector, with TLS where that takes it. Lives in `patchNamespace`.
   *
   * @default - none: the components send to the collector's Service
   */
  readonly agent?: CollectorAgentOptions;

  /**
   * Whether the stack makes the namespace of its collector, which is the chart's, with the Pod Security level `restricted`.
   *
   * A namespace that the stack has made goes where the stack's objects are deleted, with everything that is in it. Any other must be there already.
   *
   * @default - true where the namespace is `control-plane-tracing` and the stack makes the collector
   */
  readonly createNamespace?: boolean;

  /**
   * The namespace of the Job and of all that configures it, which must let privileged pods in.
   *
   * Anyone who can write to this namespace controls the control plane. That is already true of kube-system. All stacks of a cluster need the same one: their Jobs
   * take turns through a Lease in it.
   *
   * @default "kube-system"
   */
  readonly patchNamespace?: string;
}
