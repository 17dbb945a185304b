/**
 * For Argo CD: the objects with sync waves, and the Application that applies them from a Git repository.
 *
 * The Job is an ordinary object and no hook, since hooks are deleted when a sync is terminated, in the middle of a change. Argo CD knows the health of Jobs:
 * the Application is Progressing while it runs and Degraded when it failed.
 *
 *     CDK8S_OUTDIR=cdk8s.out npx tsx examples/argocd/main.ts
 */
import { ApiObject, App, Chart } from 'cdk8s';
import { SpanExporter, TracingStack } from '../../src';

const SYNC_WAVE = 'argocd.argoproj.io/sync-wave';

const app = new App();
const chart = new Chart(app, 'tracing', { namespace: 'control-plane-tracing' });
const stack = new TracingStack(chart, 'tracing', {
  clusterName: 'prod-eu-1',
  clusterIP: '10.96.0.50',
  controlPlaneNodes: 3,
  samplingRatePerMillion: 10_000,
  keepApiServerVerbosity: true,
  exporters: [SpanExporter.tempo('tempo', { endpoint: 'tempo-distributor.observability:4317', insecure: true })],
});

// The namespace, then the collector; when that is healthy, all that configures the control plane, and the Job.
const wave = (wanted: string, objects: readonly ApiObject[]) => objects.forEach(object => object.metadata.addAnnotation(SYNC_WAVE, wanted));
wave('-1', [stack.namespace!]);
wave('0', stack.collector!.node.findAll().filter(ApiObject.isApiObject));
wave('1', [stack.tracingConfig, stack.patch].flatMap(part => part.node.findAll().filter(ApiObject.isApiObject)));

new ApiObject(new Chart(app, 'application'), 'application', {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name: 'control-plane-tracing', namespace: 'argocd' },
  spec: {
    project: 'platform',
    source: { repoURL: 'https://git.example.com/platform/clusters.git', targetRevision: 'main', path: 'prod-eu-1/control-plane-tracing' },
    destination: { server: 'https://kubernetes.default.svc', namespace: 'control-plane-tracing' },
    syncPolicy: {
      automated: { prune: true, selfHeal: true },
      // An old Job that is still at work goes when the new one is complete. And no copy of the program in an annotation.
      syncOptions: ['PruneLast=true', 'ServerSideApply=true'],
    },
  },
});
app.synth();
