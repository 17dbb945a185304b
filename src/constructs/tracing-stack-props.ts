import { Collector } from './collector';
import { CollectorOptions } from './collector-props';
import { ControlPlanePatchOptions } from './control-plane-patch-props';

/**
 * Properties of `TracingStack`. With none at all, the stack suits a cluster with one control-plane node, records every request
 * and shows the spans in the collector's log.
 */
export interface TracingStackProps extends ControlPlanePatchOptions, CollectorOptions {
  /**
   * How many of a million requests to the API server begin a trace: 0 to 1000000, and 1000000 is every request.
   *
   * @default 1000000
   */
  readonly samplingRatePerMillion?: number;

  /**
   * A collector that has been made already. The stack makes none then, and takes no options for one.
   *
   * @default - the stack makes one
   */
  readonly collector?: Collector;

  /**
   * An existing collector's address, `IP:port`, that takes OTLP over gRPC in plain text. The stack makes no collector then.
   *
   * @default - the Service of the stack's collector
   */
  readonly collectorEndpoint?: string;

  /**
   * Whether the stack makes the namespace of its collector, which is the chart's, with the Pod Security level `restricted`.
   *
   * @default - true, unless the stack makes no collector or the namespace is one of Kubernetes' own
   */
  readonly createNamespace?: boolean;

  /**
   * The namespace of the Job and of all that configures it, which must let privileged pods in.
   *
   * Who can write there controls the control plane, which of `kube-system` is true anyway.
   *
   * @default "kube-system"
   */
  readonly patchNamespace?: string;
}
