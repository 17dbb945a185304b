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
 * What a collector's pods are like, whichever workload makes them.
 */
export interface CollectorPodOptions {
  /**
   * Which components the image has. An exporter that needs another one is refused.
   *
   * @default CollectorDistribution.K8S
   */
  readonly distribution?: CollectorDistribution;

  /**
   * The version of the Collector, from 0.156.0 on. Where `collectorImage` is given, the version that it has.
   *
   * @default "0.161.0", the version that this library was tested with
   */
  readonly collectorVersion?: string;

  /**
   * The collector's image, for a mirror, a digest or a build of your own. Its entrypoint is the Collector.
   *
   * @default - that of the OpenTelemetry project on ghcr.io
   */
  readonly collectorImage?: string;

  /**
   * Names of Secrets, in the collector's namespace, with which its image is pulled.
   *
   * @default - none
   */
  readonly imagePullSecrets?: string[];

  /**
   * The CPU time that a pod is guaranteed, in thousandths of a core.
   *
   * @default 100
   */
  readonly cpuRequestMillis?: number;

  /**
   * The memory that a pod may use: at least 128 MiB. Go's garbage collector is told to stay below 80 % of it.
   *
   * @default - 512 MiB; 256 MiB for an agent
   */
  readonly memoryLimit?: Size;

  /**
   * The memory that a pod is guaranteed: at most `memoryLimit`.
   *
   * @default - a quarter of `memoryLimit`
   */
  readonly memoryRequest?: Size;

  /**
   * The PriorityClass of the pods.
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
   * Labels that a node must have to run the pods, beside `kubernetes.io/os: linux` and, for an agent, that of control-plane nodes.
   *
   * @default - none
   */
  readonly nodeSelector?: { [label: string]: string };

  /**
   * Taints that the pods tolerate, beside that of control-plane nodes.
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
   * Labels of the pods, beside those that all objects carry.
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
   * How long a pod that is told to stop may take to send what it holds: 10 seconds to 1 hour.
   *
   * @default Duration.minutes(1)
   */
  readonly terminationGracePeriod?: Duration;

  /**
   * Annotations of the ServiceAccount, such as those by which a cloud lets its pods assume a role.
   *
   * @default - none
   */
  readonly serviceAccountAnnotations?: { [key: string]: string };

  /**
   * Components that are in the image although its distribution is not known to have them.
   *
   * @default - none
   */
  readonly imageComponents?: CollectorComponent[];

  /**
   * Configuration beside or instead of what this library writes, as a JSON merge patch (RFC 7396). What comes of it is checked by the rules of the props.
   *
   * Maps are merged, and lists are replaced. `null` takes something out in TypeScript; other languages cannot say it, and have `removeConfig`.
   *
   * @default - nothing
   */
  readonly configOverrides?: { [key: string]: any };

  /**
   * Names of fields and headers in the configuration that look like a secret's although anybody may read their values, such as `session_key`.
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
   * Makes a PodMonitor, so that the Prometheus Operator scrapes the collector.
   *
   * @default false
   */
  readonly podMonitor?: boolean;

  /**
   * Labels by which a Prometheus finds its monitors and PrometheusRules, and a Grafana its dashboards. Refused where there is none of them.
   *
   * @default - none for the former, `grafana_dashboard: "1"` for dashboards
   */
  readonly monitoringLabels?: { [key: string]: string };
}

/**
 * What a collector does with spans, and how it is run.
 */
export interface CollectorOptions extends CollectorPodOptions, CollectorServiceProps {
  /**
   * Where the spans go; each of them gets every span.
   *
   * @default - `SpanExporter.debug()`: the spans are shown in the collector's log
   */
  readonly exporters?: ISpanExporter[];

  /**
   * What the cluster is called: every span gets it as `k8s.cluster.name`, so that several clusters can share one backend.
   *
   * @default - the spans do not name their cluster
   */
  readonly clusterName?: string;

  /**
   * Which traces are kept, of those that the components have begun.
   *
   * @default - all
   */
  readonly sampling?: SpanSampling;

  /**
   * Traces to drop. A trace is dropped if any of its spans matches. All spans of a trace must reach the same pod, so that there is one replica.
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
   * How many pods share the work: 1 to 100.
   *
   * One pod is enough for most control planes; a second one lets spans through while the first one moves.
   *
   * @default 1
   */
  readonly replicas?: number;

  /**
   * Leaves the number of replicas to an autoscaler of your own: the workload does not say `replicas`, so that no apply undoes what the autoscaler did.
   *
   * @default false
   */
  readonly autoscaled?: boolean;

  /**
   * Makes queues persistent: each pod gets a volume of this size, at least 128 MiB, and what it has accepted survives its end.
   *
   * The workload is a StatefulSet then, whose volumes Kubernetes does not let change. Spans that tail sampling holds back are not in a queue yet.
   *
   * @default - queues are in memory
   */
  readonly queueVolumeSize?: Size;

  /**
   * The StorageClass of the queues' volumes.
   *
   * @default - that of the cluster
   */
  readonly queueStorageClassName?: string;

  /**
   * The certificate that the collector shows to those who send spans. With it, it takes TLS only.
   *
   * The components themselves cannot send TLS: an agent on their node can.
   *
   * @default - the collector takes plain text
   */
  readonly receiverCertificate?: TlsKeyPair;

  /**
   * Whose certificates senders must show (mutual TLS), where there is a `receiverCertificate`.
   *
   * @default - senders need no certificate
   */
  readonly receiverClientCa?: TrustedCa;

  /**
   * The age at which the collector asks clients to connect anew: 10 seconds to 1 day.
   *
   * Without, a client keeps the connection that it has, and pods that are added get nothing to do.
   *
   * @default Duration.minutes(1)
   */
  readonly maxConnectionAge?: Duration;

  /**
   * Makes a PodDisruptionBudget, so that draining nodes takes one pod at a time. Pods that are not ready can always be evicted.
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
   * Makes a ServiceMonitor, so that the Prometheus Operator scrapes the collector through its Service, which gets a port for that. Instead of `podMonitor`.
   *
   * @default false
   */
  readonly serviceMonitor?: boolean;

  /**
   * Makes a PrometheusRule of the Prometheus Operator that alerts when a replica is down, no spans come, spans are lost, or a queue fills up.
   *
   * It needs `podMonitor`, or a scrape that writes the labels `namespace` and `pod`. A stack adds an alert on a Job that failed, which needs
   * kube-state-metrics.
   *
   * @default false
   */
  readonly prometheusRule?: boolean;

  /**
   * How long no span may come in before there is an alert: 5 minutes to 1 day. Prometheus watches that for 5 minutes more before it tells anybody.
   *
   * @default Duration.minutes(15)
   */
  readonly noSpansAlert?: Duration;

  /**
   * Makes a ConfigMap with a Grafana dashboard: latencies by verb and resource, time in etcd, admission webhooks, the collector's queues.
   *
   * @default false
   */
  readonly dashboard?: boolean;
}

/**
 * What the objects of a collector are called.
 */
export interface CollectorNames {
  /**
   * The namespace of all objects.
   *
   * @default - that of the chart, or "control-plane-tracing" where it has none; "kube-system" for an agent
   */
  readonly namespace?: string;

  /**
   * What the names of the objects begin with: at most 40 lower-case letters, digits or "-".
   *
   * @default "control-plane-tracing"
   */
  readonly name?: string;

  /**
   * Labels that all objects carry beside their own.
   *
   * @default - none
   */
  readonly labels?: { [key: string]: string };

  /**
   * Annotations that all objects carry.
   *
   * @default - none
   */
  readonly annotations?: { [key: string]: string };
}

/**
 * Properties of `Collector`.
 */
export interface CollectorProps extends CollectorOptions, CollectorNames {}
