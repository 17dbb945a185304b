import { App, Chart } from 'cdk8s';
import { CollectorAddress, ControlPlaneComponent, ControlPlanePatch, ControlPlanePatchOptions, TracingConfig } from '../../../../src';
import { parsePatchSpec } from '../../../../src/patch-spec/parse-patch-spec';
import { SPEC } from '../../patcher/plan/planning';

function specOf(options: ControlPlanePatchOptions) {
  const chart = new Chart(new App(), 'chart', { namespace: 'control-plane-tracing' });
  const tracingConfig = new TracingConfig(chart, 'config', { collector: CollectorAddress.endpoint('10.0.0.5:4317') });
  new ControlPlanePatch(chart, 'patch', { tracingConfig, ...options });
  const objects = chart.toJson() as { data?: Record<string, string> }[];
  return parsePatchSpec(objects.find(({ data }) => data?.['spec.json'] !== undefined)!.data!['spec.json']!);
}

test('versions are in the spec only where they are given', () => {
  expect(specOf({ kubernetesVersion: 'v1.36.3', etcdVersion: '3.6.4-0' })).toMatchObject({ apiServer: { version: '1.36.3' }, etcd: { version: '3.6.4' } });
  const { apiServer, etcd } = specOf({});
  expect(apiServer).not.toHaveProperty('version');
  expect(etcd).not.toHaveProperty('version');
});

test.each<[ControlPlanePatchOptions, string]>([
  [{ kubernetesVersion: 'latest' }, "'kubernetesVersion' (latest) must be a version such as 1.37.2"],
  [{ kubernetesVersion: '1.99.0' }, "'kubernetesVersion' (1.99.0) must be from 1.24 to"],
  [{ etcdVersion: '1.36.3' }, "'etcdVersion' (1.36.3) must"],
  [{ kubernetesVersion: '1.36.3', components: [ControlPlaneComponent.ETCD] }, "'kubernetesVersion' (1.36.3) must be left out where 'components' has no API server"],
  [{ etcdVersion: '3.6.4', components: [ControlPlaneComponent.API_SERVER] }, "'etcdVersion' (3.6.4) must be left out where 'components' has no etcd"],
])('fails on %j', (options, message) => {
  expect(() => specOf(options)).toThrow(message);
});

test.each(['', 'latest', 7])('a spec with the version %j is not read', version => {
  expect(() => parsePatchSpec(JSON.stringify({ ...SPEC, apiServer: { verbosity: null, version } }))).toThrow('$.apiServer.version');
});
