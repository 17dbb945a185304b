import { App, Chart } from 'cdk8s';
import { filesOf, objectsOf } from './synthesized';
import { CompanyTracing } from '../../../examples/platform/company-tracing';
import { Manifest, violations } from '../../../examples/platform/policy';
import { TracingStack } from '../../../src';

function manifestsOf(make: (chart: Chart) => void): Manifest[] {
  const chart = new Chart(new App(), 'chart', { namespace: 'control-plane-tracing' });
  make(chart);
  return chart.toJson() as Manifest[];
}

test('there is a file for each cluster, and they hold to the policy', () => {
  const files = filesOf('platform');
  expect(Object.keys(files)).toEqual(['prod-eu-1.k8s.yaml', 'prod-us-1.k8s.yaml', 'staging.k8s.yaml']);
  for (const yaml of Object.values(files)) expect(violations(objectsOf(yaml) as unknown as Manifest[])).toEqual([]);
}, 60_000);

test("the company's class holds to the policy, and a bare stack does not", () => {
  const props = { cluster: 'test', controlPlaneNodes: 1, collectorIP: '10.96.0.50' };
  expect(violations(manifestsOf(chart => new CompanyTracing(chart, 'tracing', props)))).toEqual([]);
  const bare = violations(manifestsOf(chart => new TracingStack(chart, 'tracing'))).join('\n');
  expect(bare).toContain('has no label "team"');
  expect(bare).toContain('has an image from outside');
});

test('the namespace is applied before what is in it', () => {
  const kinds = manifestsOf(chart => new CompanyTracing(chart, 'tracing', { cluster: 'test', controlPlaneNodes: 1, collectorIP: '10.96.0.50' })).map(({ kind }) => kind);
  expect(kinds.indexOf('Namespace')).toBeLessThan(kinds.indexOf('Deployment'));
});

test("the company's exporter brings its extension and its secret, and no literal one", () => {
  const objects = manifestsOf(chart => new CompanyTracing(chart, 'tracing', { cluster: 'test', controlPlaneNodes: 1, collectorIP: '10.96.0.50' }));
  const config = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'control-plane-tracing-collector')!.data!['config.yaml']!;
  expect(config).toContain('bearertokenauth/apm');
  expect(config).toContain('${env:APM_TOKEN}');
});
