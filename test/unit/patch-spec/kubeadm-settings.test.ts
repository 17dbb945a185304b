import { ClusterConfigurationVersion, KubeadmIntent, kubeadmSettings } from '../../../src/patch-spec/kubeadm-settings';
import { parseVersion, Version } from '../../../src/patch-spec/version';

const NODE_NAME = { name: 'NODE_NAME', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'spec.nodeName' } } };
const CONFIG = '/etc/kubernetes/tracing/tracing-config.abc.yaml';

function settings(change: Partial<KubeadmIntent> = {}, apiVersion: ClusterConfigurationVersion = 'v1beta4', versions = ['1.36.3', '3.6.4']) {
  const [apiServer, etcd] = versions.map(text => parseVersion(text)!) as [Version, Version];
  return kubeadmSettings({
    endpoint: { host: '10.96.0.50', port: 4317 },
    identity: { nodeName: false, attributes: {} },
    apiServer: { intent: { verbosity: null }, version: apiServer, configFile: CONFIG },
    etcd: { intent: { serviceName: 'etcd', samplingRatePerMillion: 0 }, version: etcd },
    ...change,
  }, apiVersion);
}

const args = (of: { args: readonly { name: string; value: string }[] } | null) => of?.args.map(({ name, value }) => `--${name}=${value}`);

test('the least: the file and its directory for the API server, four flags for etcd', () => {
  expect(settings()).toEqual({
    apiServer: {
      args: [{ name: 'tracing-config-file', value: CONFIG }],
      volumes: [
        { name: 'tracing-config', hostPath: CONFIG, mountPath: CONFIG, readOnly: true, pathType: 'FileOrCreate' },
        { name: 'tracing-directory', hostPath: '/etc/kubernetes/tracing', mountPath: '/etc/kubernetes/tracing', readOnly: true, pathType: 'DirectoryOrCreate' },
      ],
      envs: [],
    },
    etcd: {
      args: [
        { name: 'enable-distributed-tracing', value: 'true' },
        { name: 'distributed-tracing-address', value: '10.96.0.50:4317' },
        { name: 'distributed-tracing-service-name', value: 'etcd' },
        { name: 'distributed-tracing-instance-id', value: '$(NODE_NAME)' },
      ],
      volumes: [],
      envs: [NODE_NAME],
    },
  });
});

test('a rate, a gate and a log level come where they are needed', () => {
  const { apiServer, etcd } = settings({
    apiServer: { intent: { verbosity: { level: 6, replaceExisting: false } }, version: parseVersion('1.26.15')!, configFile: CONFIG },
    etcd: { intent: { serviceName: 'x', samplingRatePerMillion: 10 }, version: parseVersion('3.5.15')! },
  });
  expect(apiServer).toMatchObject({ gate: 'APIServerTracing=true', verbosity: '6' });
  expect(args(etcd)!.at(-1)).toBe('--experimental-distributed-tracing-sampling-rate=10');
});

test('v1beta3 has no variables, and so no name of the node', () => {
  const { apiServer, etcd } = settings({ identity: { nodeName: true, attributes: { team: 'x' } } }, 'v1beta3');
  expect([apiServer!.envs, etcd!.envs]).toEqual([[], []]);
  expect(args(etcd)).toEqual(['--enable-distributed-tracing=true', '--distributed-tracing-address=10.96.0.50:4317', '--distributed-tracing-service-name=etcd']);
});

test.each<[string, KubeadmIntent['identity'], unknown[], unknown[]]>([
  ['the node', { nodeName: true, attributes: {} },
    [NODE_NAME, { name: 'OTEL_RESOURCE_ATTRIBUTES', value: 'k8s.node.name=$(NODE_NAME)' }], [NODE_NAME, { name: 'OTEL_RESOURCE_ATTRIBUTES', value: 'k8s.node.name=$(NODE_NAME)' }]],
  ['attributes', { nodeName: false, attributes: { team: 'x' } },
    [{ name: 'OTEL_RESOURCE_ATTRIBUTES', value: 'team=x' }], [NODE_NAME, { name: 'OTEL_RESOURCE_ATTRIBUTES', value: 'team=x' }]],
])('%s in the variables', (_what, identity, apiServer, etcd) => {
  const found = settings({ identity });
  expect([found.apiServer!.envs, found.etcd!.envs]).toEqual([apiServer, etcd]);
});

test('what is left alone is nothing that kubeadm is told', () => {
  expect(settings({ apiServer: null })).toMatchObject({ apiServer: null, etcd: {} });
  expect(settings({ etcd: null })).toMatchObject({ apiServer: {}, etcd: null });
});
