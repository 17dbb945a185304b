/**
 * The smallest app: a cluster with one control-plane node, every request recorded, the spans in the collector's log.
 *
 *     CDK8S_OUTDIR=cdk8s.out npx tsx examples/quick-start/main.ts
 *     kubectl apply -f cdk8s.out/tracing.k8s.yaml
 *     kubectl -n kube-system wait --for='jsonpath={.status.conditions[0].status}=True' --timeout=15m job -l app.kubernetes.io/name=control-plane-tracing
 *     kubectl -n kube-system get jobs,pods -l app.kubernetes.io/name=control-plane-tracing
 *     kubectl -n control-plane-tracing logs -l app.kubernetes.io/component=collector --tail=-1 | npx cdk8s-control-plane-tracing report -
 */
import { App, Chart } from 'cdk8s';
import { TracingStack } from '../../src';

const app = new App();
const chart = new Chart(app, 'tracing', { namespace: 'control-plane-tracing' });
new TracingStack(chart, 'tracing');
app.synth();
