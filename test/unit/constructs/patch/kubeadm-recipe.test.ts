import { App, Chart } from 'cdk8s';
import { parse } from 'yaml';
import { ControlPlaneComponent, KubeadmApiVersion, KubeadmRecipe, TracingStack, TracingStackProps, TracingState } from '../../../../src';
import { KUBEADM_RELEASES, kubeadmApiServer, kubeadmEtcd } from '../../../support/fixtures/manifests/kubeadm';
import { planned } from '../../patcher/plan/planning';

const stackOf = (props: TracingStackProps = {}) =>
  new TracingStack(new Chart(new App(), 'chart', { namespace: 'control-plane-tracing' }), 'tracing', { clusterIP: '10.96.0.50', ...props });
const recipeOf = (props: TracingStackProps, kubernetesVersion = '1.37.2', etcdVersion: string | undefined = '3.7.0') =>
  new KubeadmRecipe(stackOf(props).patch, { kubernetesVersion, etcdVersion });

/** The flags of a patch file. */
const flagsOf = (patch: string) => (parse(patch) as { path: string; value: unknown }[]).filter(({ path }) => path.endsWith('/command/-')).map(({ value }) => value);

test.each(KUBEADM_RELEASES)('kubeadm %s with etcd %s is told what the program would add', (kubernetes, etcdTag) => {
  const etcd = etcdTag.replace(/-0$/, '');
  const stack = stackOf({ samplingRatePerMillion: 10_000, etcdSamplingRatePerMillion: 500 });
  const recipe = new KubeadmRecipe(stack.patch, { kubernetesVersion: kubernetes, etcdVersion: etcd });
  const spec = stack.patch._toPatchSpec();
  const template = (stack.tracingConfig.configMap.toJson() as { data: Record<string, string> }).data['tracing-config.yaml']!;
  const plan = planned({ apiServer: kubeadmApiServer(kubernetes), etcd: kubeadmEtcd(kubernetes, etcdTag), spec, template });

  expect({ path: recipe.configFilePath, text: recipe.configFile }).toEqual(plan.configFile);
  const patches = recipe.patches('cp1');
  for (const { component, argv, argvBefore } of plan.components) {
    expect([...flagsOf(patches[`${component}0+json.yaml`]!)].sort()).toEqual(argv.slice(argvBefore.length).sort());
  }

  for (const apiVersion of [KubeadmApiVersion.V1BETA3, KubeadmApiVersion.V1BETA4]) {
    const minor = Number(kubernetes.split('.')[1]);
    if (apiVersion === KubeadmApiVersion.V1BETA3 ? minor > 36 : minor < 31) {
      expect(() => recipe.clusterConfiguration(apiVersion)).toThrow(`kubeadm ${kubernetes}`);
      continue;
    }
    const fragment = parse(recipe.clusterConfiguration(apiVersion)) as any;
    const flags = (args: any) => (Array.isArray(args) ? args : Object.entries(args).map(([name, value]) => ({ name, value })))
      .map(({ name, value }: any) => `--${name}=${value}`).sort();
    expect(flags(fragment.apiServer.extraArgs)).toEqual([...flagsOf(patches['kube-apiserver0+json.yaml']!)].sort());
    const ofEtcd = flagsOf(patches['etcd0+json.yaml']!).map(String);
    expect(flags(fragment.etcd.local.extraArgs)).toEqual(ofEtcd
      .filter(flag => apiVersion === KubeadmApiVersion.V1BETA4 || !flag.includes('instance-id')).map(flag => flag.replace('instance-id=cp1', 'instance-id=$(NODE_NAME)')).sort());
    expect(fragment.etcd.local.extraEnvs).toEqual(apiVersion === KubeadmApiVersion.V1BETA4 ? [
      { name: 'NODE_NAME', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'spec.nodeName' } } },
      { name: 'OTEL_RESOURCE_ATTRIBUTES', value: 'k8s.node.name=$(NODE_NAME)' },
    ] : undefined);
    // kubelet makes a missing file, but no directory: a node that joins would wait for ever.
    expect(fragment.apiServer.extraVolumes).toEqual([
      { name: 'tracing-config', hostPath: recipe.configFilePath, mountPath: recipe.configFilePath, readOnly: true, pathType: 'FileOrCreate' },
      { name: 'tracing-directory', hostPath: '/etc/kubernetes/tracing', mountPath: '/etc/kubernetes/tracing', readOnly: true, pathType: 'DirectoryOrCreate' },
    ]);
  }
});

test('the recipe is about the components that the patch is about', () => {
  const etcdOnly = recipeOf({ components: [ControlPlaneComponent.ETCD] });
  expect(Object.keys(etcdOnly.patches('cp1'))).toEqual(['etcd0+json.yaml']);
  expect(etcdOnly.configFile).toBeUndefined();
  expect(etcdOnly.clusterConfiguration(KubeadmApiVersion.V1BETA4)).not.toContain('apiServer');
  const apiServerOnly = new KubeadmRecipe(stackOf().patch, { kubernetesVersion: '1.37.2' });
  expect(Object.keys(apiServerOnly.patches('cp1'))).toEqual(['kube-apiserver0+json.yaml']);
  expect(apiServerOnly.clusterConfiguration(KubeadmApiVersion.V1BETA4)).not.toContain('etcd');
});

test('an agent, or another address that is known, is as good as a cluster IP', () => {
  expect(recipeOf({ clusterIP: undefined, agent: {} }).configFile).toContain('endpoint: 127.0.0.1:4317\n');
  expect(recipeOf({ clusterIP: 'fd00::50' }).configFile).toContain('[fd00::50]:4317');
});

test.each<[string, () => KubeadmRecipe]>([
  ["'clusterIP' must be given", () => recipeOf({ clusterIP: undefined })],
  ["'patch' must be one that enables tracing", () => recipeOf({ state: TracingState.DISABLED })],
  ["'kubernetesVersion' (1.38.0) must be from 1.24 to 1.37", () => recipeOf({}, '1.38.0')],
  ["'kubernetesVersion' (new) must be a version", () => recipeOf({}, 'new')],
  ["'etcdVersion' (3.5.4) must be from 3.5.5 to 3.7", () => recipeOf({}, '1.24.0', '3.5.4')],
  ["'etcdVersion' (3.7.0) must be left out where 'components' of the patch has no etcd", () => recipeOf({ components: [ControlPlaneComponent.API_SERVER] })],
  ["'etcdVersion' (3.8.0) must be from 3.5.5 to 3.7", () => recipeOf({}, '1.37.0', '3.8.0')],
])('refused: %s', (message, make) => {
  expect(make).toThrow(message);
});

test('a name that is none of a node is refused', () => {
  expect(() => recipeOf({}).patches('$(hostname)')).toThrow("'nodeName' ($(hostname)) must be the name of a node");
});
