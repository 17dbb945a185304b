import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { ApmExporter } from './apm-exporter';
import { Collector, SecretRef, SpanFilter, SpanRedaction, TlsKeyPair, TracingStack, TracingState, TrustedCa } from '../../src';

const LABELS = { team: 'platform' };

/**
 * All that a team says about a cluster.
 */
export interface CompanyTracingProps {
  readonly cluster: string;
  readonly controlPlaneNodes: number;
  readonly collectorIP: string;
  /** @default 1000, one request in a thousand */
  readonly samplingRatePerMillion?: number;
  /** @default true */
  readonly enabled?: boolean;
}

/**
 * Tracing of the control plane as this company does it: images from its registry, spans to its APM with TLS all the way, no client addresses, and a verbosity
 * that stays as it is.
 */
export class CompanyTracing extends TracingStack {
  constructor(scope: Construct, id: string, props: CompanyTracingProps) {
    // Beside the stack, as that does not exist yet.
    const collector = new Collector(scope, `${id}-collector`, {
      namespace: Chart.of(scope).namespace,
      labels: LABELS,
      clusterName: props.cluster,
      clusterIP: props.collectorIP,
      replicas: 2,
      collectorImage: 'registry.example.com/mirror/otelcol-k8s:0.161.0',
      imagePullSecrets: ['registry'],
      receiverCertificate: TlsKeyPair.fromSecretName('collector-tls'),
      exporters: [new ApmExporter({ endpoint: 'https://apm.example.com', tenant: props.cluster, token: SecretRef.fromSecretName('apm', 'token') })],
      dropSpans: [SpanFilter.loneAuthentication(), SpanFilter.healthChecks()],
      redactions: [SpanRedaction.clientAddresses()],
      podMonitor: true,
      prometheusRule: true,
      monitoringLabels: { release: 'platform' },
    });
    super(scope, id, {
      collector,
      createNamespace: true,
      agent: {
        collectorImage: 'registry.example.com/mirror/otelcol-k8s:0.161.0',
        imagePullSecrets: ['registry'],
        gatewayCa: TrustedCa.fromConfigMapName('company-ca'),
      },
      controlPlaneNodes: props.controlPlaneNodes,
      samplingRatePerMillion: props.samplingRatePerMillion ?? 1_000,
      keepApiServerVerbosity: true,
      state: props.enabled ?? true ? TracingState.ENABLED : TracingState.DISABLED,
      patchImage: 'registry.example.com/mirror/node:24-alpine',
      imagePullSecrets: ['registry'],
      labels: LABELS,
    });
    // Applied in this order.
    collector.node.addDependency(this.namespace!);
  }
}
