/**
 * Three control-plane nodes, one request in a hundred, the spans sent on to Tempo.
 *
 * The cluster IP is fixed, so that the control plane's configuration survives a Service that is made again: take a free one from
 * the lower band of the service range (https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/).
 *
 *     CDK8S_OUTDIR=cdk8s.out npx tsx examples/production/main.ts
 *     kubectl apply -f cdk8s.out/tracing.k8s.yaml
 */
import { App, Chart } from 'cdk8s';
import { SpanExporter, TracingStack } from '../../src';

const app = new App();
const chart = new Chart(app, 'tracing', { namespace: 'control-plane-tracing' });
new TracingStack(chart, 'tracing', {
  clusterName: 'prod-eu-1',
  clusterIP: '10.96.0.50',
  controlPlaneNodes: 3,
  samplingRatePerMillion: 10_000,
  keepApiServerVerbosity: true,
  exporters: [SpanExporter.otlpGrpc('tempo', { endpoint: 'tempo-distributor.observability:4317', insecure: true })],
});
app.synth();
