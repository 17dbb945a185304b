/**
 * What runs in production for years: an agent on every control-plane node, so that plain text never leaves it; a gateway that takes
 * mutual TLS only, keeps errors, slow traces and one percent of the rest, and loses nothing while the backend is down.
 *
 * The certificates are cert-manager's or your own: Secrets of type `kubernetes.io/tls`, in the namespace of those who show them.
 *
 *     npx tsx examples/gateway/main.ts
 *     kubectl apply -f dist/tracing.k8s.yaml
 */
import { App, Chart, Duration, Size } from 'cdk8s';
import {
  Collector, CollectorNetworkPolicy, SecretRef, SpanExporter, SpanFilter, SpanRedaction, SpanSampling, TlsKeyPair, TracingStack, TrustedCa,
} from '../../src';

const app = new App();
const chart = new Chart(app, 'tracing', { namespace: 'control-plane-tracing' });
const gateway = new Collector(chart, 'gateway', {
  clusterName: 'prod-eu-1',
  memoryLimit: Size.gibibytes(1),
  exporters: [SpanExporter.otlpHttp('backend', {
    endpoint: 'https://otlp.example.com',
    bearerToken: SecretRef.fromSecretName('backend', 'token'),
  })],
  sampling: SpanSampling.tail({ restPercentage: 1, keepSlowerThan: Duration.millis(500) }),
  dropTraces: [SpanFilter.healthChecks(), SpanFilter.leases(), SpanFilter.watches(), SpanFilter.loneAuthentication()],
  redactions: [SpanRedaction.clientAddresses(), SpanRedaction.urlQueries()],
  queueVolumeSize: Size.gibibytes(4),
  receiverCertificate: TlsKeyPair.fromSecretName('gateway-tls'),
  receiverClientCa: TrustedCa.fromSecretName('gateway-tls'),
  networkPolicy: CollectorNetworkPolicy.kubernetes({ nodeCidrs: ['192.168.0.0/28'], metricsNamespace: 'monitoring' }),
  podMonitor: true,
  prometheusRule: true,
  dashboard: true,
});
new TracingStack(chart, 'tracing', {
  controlPlaneNodes: 3,
  createNamespace: true,
  collector: gateway,
  agent: {
    gatewayCa: TrustedCa.fromSecretName('agent-tls'),
    gatewayClientCertificate: TlsKeyPair.fromSecretName('agent-tls'),
  },
});
app.synth();
