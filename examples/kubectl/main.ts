/**
 * For a pipeline that has kubectl and nothing else; see `deploy.sh` beside this file.
 *
 *     CDK8S_OUTDIR=cdk8s.out npx tsx examples/kubectl/main.ts
 *     examples/kubectl/deploy.sh cdk8s.out
 *
 * `RUN_ID=$(date +%F)` asks for another run: after a failure, after `kubeadm upgrade`, or when a node was replaced.
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
  runId: process.env.RUN_ID ?? '',
  exporters: [SpanExporter.tempo('tempo', { endpoint: 'tempo-distributor.observability:4317', insecure: true })],
});
app.synth();
