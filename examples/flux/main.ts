/**
 * For Flux: the collector and the patch in Kustomizations of their own, the second waiting for the first.
 *
 * A Kustomization with `wait` is ready when the Job is complete and fails when it fails. What holds text such as `${env:POD_IP}` or a program is left alone by
 * post-build substitution.
 *
 *     CDK8S_OUTDIR=cdk8s.out npx tsx examples/flux/main.ts
 *
 * `collector.k8s.yaml` and `patch.k8s.yaml` go into the directories that `flux.k8s.yaml` names.
 */
import { ApiObject, App, Chart } from 'cdk8s';
import { Collector, SpanExporter, TracingStack } from '../../src';

const NODES = 3;

const app = new App();
const collectorChart = new Chart(app, 'collector', { namespace: 'control-plane-tracing' });
new ApiObject(collectorChart, 'namespace', {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'control-plane-tracing', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
});
const collector = new Collector(collectorChart, 'collector', {
  clusterName: 'prod-eu-1',
  clusterIP: '10.96.0.50',
  exporters: [SpanExporter.tempo('tempo', { endpoint: 'tempo-distributor.observability:4317', insecure: true })],
});

const patchChart = new Chart(app, 'patch', { namespace: 'control-plane-tracing' });
new TracingStack(patchChart, 'tracing', { collector, controlPlaneNodes: NODES, samplingRatePerMillion: 10_000, keepApiServerVerbosity: true });

const fluxChart = new Chart(app, 'flux', { namespace: 'flux-system' });
const kustomization = (name: string, timeoutMinutes: number, dependsOn: readonly string[]) => new ApiObject(fluxChart, name, {
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: { name },
  spec: {
    interval: '10m',
    timeout: `${timeoutMinutes}m`,
    wait: true,
    prune: true,
    path: `./prod-eu-1/${name}`,
    sourceRef: { kind: 'GitRepository', name: 'clusters' },
    ...(dependsOn.length === 0 ? {} : { dependsOn: dependsOn.map(other => ({ name: other })) }),
  },
});
kustomization('control-plane-tracing-collector', 5, []);
// Longer than the Job may take.
kustomization('control-plane-tracing-patch', 15 * NODES + 5, ['control-plane-tracing-collector']);
app.synth();
