/**
 * The same app as in `python`, `java` and `go` beside this file: a test compares what they synthesize, byte for byte.
 *
 *     CDK8S_OUTDIR=cdk8s.out npx tsx examples/languages/main.ts
 */
import { App, Chart, Duration } from 'cdk8s';
import {
  Collector, ControlPlaneComponent, SecretRef, SpanExporter, SpanFilter, SpanRedaction, SpanSampling, TracingStack, TracingState,
} from '../../src';

const app = new App();
const chart = new Chart(app, 'tracing', { namespace: 'control-plane-tracing' });
const collector = new Collector(chart, 'collector', {
  clusterName: 'prod-eu-1',
  clusterIP: '10.96.0.50',
  sampling: SpanSampling.tail({ restPercentage: 1, keepSlowerThan: Duration.millis(500) }),
  dropTraces: [SpanFilter.leases()],
  redactions: [SpanRedaction.clientAddresses()],
  exporters: [
    SpanExporter.otlpGrpc('tempo', { endpoint: 'tempo-distributor.observability:4317', insecure: true }),
    SpanExporter.otlpHttp('vendor', { endpoint: 'https://otlp.example.com', secretHeaders: { 'x-api-key': SecretRef.fromSecretName('vendor', 'api-key') } }),
  ],
});
new TracingStack(chart, 'tracing', {
  collector,
  createNamespace: true,
  controlPlaneNodes: 3,
  components: [ControlPlaneComponent.API_SERVER, ControlPlaneComponent.ETCD],
  samplingRatePerMillion: 10_000,
  keepApiServerVerbosity: true,
  state: TracingState.ENABLED,
  soak: Duration.seconds(30),
  labels: { team: 'platform' },
});
app.synth();
