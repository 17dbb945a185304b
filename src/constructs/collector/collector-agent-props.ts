import { Collector } from './collector';
import { CollectorNames, CollectorPodOptions } from './collector-props';
import { ISpanExporter } from '../exporters/i-span-exporter';
import { TlsKeyPair } from '../exporters/tls-key-pair';
import { TrustedCa } from '../exporters/trusted-ca';

/**
 * What an agent on every control-plane node is like.
 */
export interface CollectorAgentOptions extends CollectorPodOptions {
  /**
   * CA bundle that verifies the gateway's certificate, in the agent's namespace. Required when the gateway has a `receiverCertificate`.
   *
   * @default - none, and the gateway takes plain text
   */
  readonly gatewayCa?: TrustedCa;

  /**
   * The certificate that the agent shows the gateway, where that asks for one. In the agent's namespace.
   *
   * @default - none
   */
  readonly gatewayClientCertificate?: TlsKeyPair;

  /**
   * The name that the gateway's certificate must have.
   *
   * @default - that of its Service, such as `control-plane-tracing-collector.control-plane-tracing.svc`
   */
  readonly gatewayServerName?: string;

  /**
   * The port of the node's loopback address that takes OTLP over gRPC: 1024 to 65535.
   *
   * @default 4317
   */
  readonly otlpGrpcPort?: number;

  /**
   * The port of the node that answers probes, on its loopback address: 1024 to 65535.
   *
   * @default 13134
   */
  readonly healthPort?: number;

  /**
   * The port of the node that shows the agent's metrics: 1024 to 65535. On the node's loopback address, and with `podMonitor` on its own.
   *
   * @default 8889
   */
  readonly metricsPort?: number;

  /**
   * Makes a PrometheusRule of the Prometheus Operator that alerts when an agent is down on any node, and when an agent loses spans.
   *
   * It needs `podMonitor`, or a scrape that writes the labels `namespace` and `pod`.
   *
   * @default - true in a stack whose collector has a `prometheusRule` and whose agent has a `podMonitor`, false otherwise
   */
  readonly prometheusRule?: boolean;
}

/**
 * Properties of `CollectorAgent`.
 */
export interface CollectorAgentProps extends CollectorAgentOptions, CollectorNames {
  /**
   * The collector that the agent sends spans to.
   *
   * @default - none, and there are `exporters`
   */
  readonly gateway?: Collector;

  /**
   * Where the agent sends spans without a gateway of this library.
   *
   * @default - the `gateway`
   */
  readonly exporters?: ISpanExporter[];

  /**
   * What the cluster is called, where no gateway says it: every span gets it as `k8s.cluster.name`.
   *
   * @default - the spans do not name their cluster
   */
  readonly clusterName?: string;

  /**
   * Number of control-plane nodes: the alerts find a node on which no agent runs. Only `prometheusRule` uses it.
   *
   * @default - that of the stack; without a stack unknown, and only agents that exist are watched, or all where kube-state-metrics is scraped
   */
  readonly controlPlaneNodes?: number;
}
