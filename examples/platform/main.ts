/**
 * A platform team's repository: one class with the company's defaults, an exporter of its own, a policy, and a chart for each cluster.
 *
 *     CDK8S_OUTDIR=cdk8s.out npx tsx examples/platform/main.ts
 */
import { App, Chart } from 'cdk8s';
import { CompanyTracing } from './company-tracing';
import { Manifest, violations } from './policy';

const CLUSTERS = [
  { cluster: 'prod-eu-1', controlPlaneNodes: 3, collectorIP: '10.96.0.50' },
  { cluster: 'prod-us-1', controlPlaneNodes: 5, collectorIP: '10.112.0.50' },
  { cluster: 'staging', controlPlaneNodes: 1, collectorIP: '10.96.0.50', samplingRatePerMillion: 1_000_000 },
];

const app = new App();
for (const props of CLUSTERS) {
  const chart = new Chart(app, props.cluster, { namespace: 'control-plane-tracing' });
  new CompanyTracing(chart, 'tracing', props);
  const problems = violations(chart.toJson() as Manifest[]);
  if (problems.length > 0) throw new Error(`${props.cluster} breaks the policy:\n${problems.join('\n')}`);
}
app.synth();
