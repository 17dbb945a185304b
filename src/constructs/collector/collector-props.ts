import { Duration, Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { CollectorDistribution } from './collector-distribution';
import { CollectorNetworkPolicy } from './collector-network-policy';
import { CollectorServiceProps } from './service-props';
import { SpanFilter } from './span-filter';
import { SpanRedaction } from './span-redaction';
import { SpanSampling } from './span-sampling';
import { CollectorComponent } from '../exporters/collector-component';
import { ISpanExporter } from '../exporters/i-span-exporter';
import { TlsKeyPair } from '../exporters/tls-key-pair';
import { TrustedCa } from '../exporters/trusted-ca';

/**
 * Options for the pods of a collector, whichever workload runs them.
 */
export interface CollectorPodOptions {
  /**
   * Distribution that the image contains. An exporter that needs a component outside of it is refused.
   *
   * @default CollectorDistribution.K8S
   */
  readonly distribution?: CollectorDistribution;

  /**
   * Version of the Collector, 0.156.0 or newer. With `collectorImage`, the version of that image.
   *
   * @default "0.161.0", the version that this library was tested with
   */
  readonly collectorVersion?: string;

  /**
   * Image of the collector: a mirror, a digest or a build of your own. Its entrypoint must be the Collector.
   *
   * @default - that of the OpenTelemetry project on ghcr.io
   */
  readonly collectorImage?: string;

  /**
   * Names of the image pull Secrets, in the collector's namespace.
   *
   * @default - none
   */
  readonly imagePullSecrets?: string[];

  /**
   * CPU request of a pod, in thousandths of a core.
   *
   * @default 100
   */
  readonly cpuRequestMillis?: number;

  /**
   * Memory limit of a pod: at least 128 MiB. Go's garbage collector is told to stay below 80 % of it.
   *
   * @default - 512 MiB; 256 MiB for an agent
   */
  readonly memoryLimit?: Size;

  /**
   * Memory request of a pod: at most `memoryLimit`.
   *
   * @default - a quarter of `memoryLimit`
   */
  readonly memoryRequest?: Size;

  /**
   * PriorityClass of the pods.
   *
   * @default - none; "system-node-critical" for an agent
   */
  readonly priorityClassName?: string;

  /**
   * Environment variables of the collector, with plain values: proxies above all. A network policy lets the port of `HTTP_PROXY` and `HTTPS_PROXY` through.
   *
   * `NO_PROXY` names what is reached without the proxy, such as `.svc` for exporters, and an agent's gateway, in the cluster.
   *
   * @default - none
   */
  readonly env?: { [name: string]: string };

  /**
   * Node labels that the pods need, in addition to `kubernetes.io/os: linux` and, for an agent, the label of control-plane nodes.
   *
   * @default - none
   */
  readonly nodeSelector?: { [label: string]: string };

  /**
   * Tolerations of the pods, in addition to that for control-plane nodes.
   *
   * @default - none; every taint for an agent
   */
  readonly tolerations?: k8s.Toleration[];

  /**
   * Affinity of the pods to nodes and to other pods.
   *
   * @default - none
   */
  readonly affinity?: k8s.Affinity;

  /**
   * Labels of the pods, in addition to those of all objects.
   *
   * @default - none
   */
  readonly podLabels?: { [label: string]: string };

  /**
   * Annotations of the pods.
   *
   * @default - none
   */
  readonly podAnnotations?: { [name: string]: string };

  /**
   * Termination grace period, in which a pod sends the spans that it holds: 10 seconds to 1 hour.
   *
   * @default Duration.minutes(1)
   */
  readonly terminationGracePeriod?: Duration;

  /**
   * Annotations of the ServiceAccount, such as those that bind a cloud provider's role.
   *
   * @default - none
   */
  readonly serviceAccountAnnotations?: { [key: string]: string };

  /**
   * Components that the image contains beyond those that its distribution is known to have.
   *
   * @default - none
   */
  readonly imageComponents?: CollectorComponent[];

  /**
   * Changes to the configuration that this library writes, as a JSON merge patch (RFC 7396). The result is checked by the same rules as the props.
   * Where a collector has two stages, they change the second one, which samples and exports.
   *
   * Maps are merged, and lists are replaced. `null` takes something out in TypeScript; other languages cannot say it, and have `removeConfig`.
   *
   * @default - nothing
   */
  readonly configOverrides?: { [key: string]: any };

  /**
   * Names of fields and headers that look secret but are not, such as `session_key`. Their literal values are accepted.
   *
   * @default - none
   */
  readonly notSecret?: string[];

  /**
   * Parts of the configuration that are taken out, after `configOverrides` are merged: keys with `/` between them, such as
   * `receivers/otlp/protocols/grpc/keepalive`.
   *
   * In a key, `~1` stands for `/` and `~0` for `~`: `processors/transform~1identity`. An item of a list is named by its text,
   * as in `service/pipelines/traces/processors/transform~1identity`, or by its number.
   *
   * @default - nothing
   */
  readonly removeConfig?: string[];

  /**
   * Whether to make a PodMonitor, by which the Prometheus Operator scrapes the collector.
   *
   * @default false
   */
  readonly podMonitor?: boolean;

  /**
   * Labels by which Prometheus finds monitors and rules, and Grafana dashboards. Refused without any such object.
   *
   * @default - none for the former, `grafana_dashboard: "1"` for dashboards
   */
  readonly monitoringLabels?: { [key: string]: string };
}

/**
 * Options for a collector: what it does with spans, and how it runs.
 */
export interface CollectorOptions extends CollectorPodOptions, CollectorServiceProps {
  /**
   * Exporters. Each of them gets every span.
   *
   * @default - `SpanExporter.stdout()`: the spans are in the collector's log
   */
  readonly exporters?: ISpanExporter[];

  /**
   * Name of the cluster. Every span gets it as `k8s.cluster.name`, so that several clusters can share one backend.
   *
   * @default - the spans do not name their cluster
   */
  readonly clusterName?: string;

  /**
   * Sampling in the collector: the traces to keep, of those that the components have begun.
   *
   * @default - all
   */
  readonly sampling?: SpanSampling;

  /**
   * Traces to drop. A trace is dropped if any of its spans matches. As with tail sampling, more than one replica makes two stages.
   *
   * @default - none
   */
  readonly dropTraces?: SpanFilter[];

  /**
   * Spans that are dropped while the rest of their traces stays.
   *
   * @default - none
   */
  readonly dropSpans?: SpanFilter[];

  /**
   * Attributes to redact.
   *
   * @default - nothing is taken out
   */
  readonly redactions?: SpanRedaction[];

  /**
   * Number of pods: 1 to 100.
   *
   * One pod is enough for most control planes; a second one lets spans through while the first one moves. With `SpanSampling.tail` or `dropTraces`,
   * more than one makes two stages of so many pods each: the first one sends all spans of a trace to one pod of the second, which samples and exports.
   *
   * @default 1
   */
  readonly replicas?: number;

  /**
   * Whether an autoscaler of your own sets the number of pods. The workload then has no `replicas`, so that applying it again does not undo the autoscaler.
   * With tail sampling there are two workloads, `workload` and `samplerWorkload`, and an autoscaler for each.
   *
   * @default false
   */
  readonly autoscaled?: boolean;

  /**
   * Size of a volume for each pod's queues, at least 128 MiB. With it, accepted spans survive the end of a pod.
   *
   * The workload is a StatefulSet then, whose volumes Kubernetes does not let change. Spans that tail sampling holds back are not in a queue yet.
   *
   * @default - queues are in memory
   */
  readonly queueVolumeSize?: Size;

  /**
   * StorageClass of the queues' volumes.
   *
   * @default - that of the cluster
   */
  readonly queueStorageClassName?: string;

  /**
   * Server certificate of the OTLP receiver. With it, the collector takes TLS only.
   *
   * The components themselves cannot send TLS: an agent on their node can.
   *
   * @default - the collector takes plain text
   */
  readonly receiverCertificate?: TlsKeyPair;

  /**
   * CA bundle that verifies the certificates of senders (mutual TLS). Needs a `receiverCertificate`.
   *
   * @default - senders need no certificate
   */
  readonly receiverClientCa?: TrustedCa;

  /**
   * CA bundle by which the first of two stages verifies the `receiverCertificate` that the second one shows as well. Required where both are.
   *
   * With a `receiverClientCa`, the first stage shows that certificate too, which must then be valid for clients, and the second one verifies it by this.
   *
   * @default - plain text between the stages
   */
  readonly samplerCa?: TrustedCa;

  /**
   * Age at which the collector asks clients to reconnect: 10 seconds to 1 day.
   *
   * Without, a client keeps the connection that it has, and pods that are added get nothing to do.
   *
   * @default Duration.minutes(1)
   */
  readonly maxConnectionAge?: Duration;

  /**
   * Whether to make a PodDisruptionBudget: node drains then evict one pod at a time. Pods that are not ready can always be evicted.
   *
   * @default - true where there is more than one replica, or an autoscaler
   */
  readonly podDisruptionBudget?: boolean;

  /**
   * NetworkPolicy for the pods.
   *
   * @default - no network policy
   */
  readonly networkPolicy?: CollectorNetworkPolicy;

  /**
   * Whether to make a ServiceMonitor instead of a `podMonitor`. The Service then gets a port for metrics.
   *
   * @default false
   */
  readonly serviceMonitor?: boolean;

  /**
   * Whether to make a PrometheusRule with alerts: a replica is down, no spans arrive, spans are lost, a queue fills up.
   *
   * It needs `podMonitor`, or a scrape that writes the labels `namespace` and `pod`. A stack adds an alert on a Job that failed, which needs
   * kube-state-metrics.
   *
   * @default false
   */
  readonly prometheusRule?: boolean;

  /**
   * Time without any span after which an alert becomes pending: 5 minutes to 1 day. It fires 5 minutes later.
   *
   * @default Duration.minutes(15)
   */
  readonly noSpansAlert?: Duration;

  /**
   * Whether to make a ConfigMap with two Grafana dashboards: over the API servers' own histograms, by Prometheus, with exemplars that open traces;
   * and over spans, by Tempo with TraceQL metrics, with the collector's queues.
   *
   * @default false
   */
  readonly dashboard?: boolean;
}

/**
 * Names, labels and annotations of a collector's objects.
 */
export interface CollectorNames {
  /**
   * Namespace of all objects.
   *
   * @default - that of the chart, or "control-plane-tracing" where it has none; "kube-system" for an agent
   */
  readonly namespace?: string;

  /**
   * Prefix of the objects' names: at most 40 lower-case letters, digits or "-".
   *
   * @default "control-plane-tracing"
   */
  readonly name?: string;

  /**
   * Labels of all objects, in addition to their own. The collector's pods have them, too, so that a change replaces the pods: a label that changes
   * with every commit belongs on the chart, whose labels no pod has.
   *
   * @default - none
   */
  readonly labels?: { [key: string]: string };

  /**
   * Annotations of all objects.
   *
   * @default - none
   */
  readonly annotations?: { [key: string]: string };
}

/**
 * Properties of `Collector`.
 */
export interface CollectorProps extends CollectorOptions, CollectorNames {}
