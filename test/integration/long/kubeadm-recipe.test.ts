/**
 * Real kubeadm binaries write manifests from the recipe: they have the flags that the patch would add, and the patch finds nothing to do.
 * `--rootfs` keeps kubeadm away from the machine's own /etc/kubernetes.
 */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { App, Chart } from 'cdk8s';
import { KubeadmApiVersion, KubeadmRecipe, TracingStack } from '../../../src';
import { parsePatchSpec } from '../../../src/patch-spec/parse-patch-spec';
import { plan } from '../../../src/patcher/plan/planner';
import { ensureComponents } from '../../support/components/build';

const RELEASES = ['1.24.17', '1.29.6', '1.33.6', '1.34.4', '1.36.3', '1.37.2'];
const V1BETA3 = KubeadmApiVersion.V1BETA3;
const V1BETA4 = KubeadmApiVersion.V1BETA4;
const readable = (version: string) => {
  const minor = Number(version.split('.')[1]);
  return [...minor <= 36 ? [V1BETA3] : [], ...minor >= 31 ? [V1BETA4] : []];
};

const asRoot = process.getuid?.() === 0 && process.platform === 'linux' ? describe : describe.skip;
asRoot.each(RELEASES)('kubeadm %s', version => {
  let kubeadm: string;
  let root: string;

  beforeAll(async () => {
    kubeadm = [...(await ensureComponents([`kubeadm@${version}`])).values()][0]!;
    root = fs.mkdtempSync(path.join(tmpdir(), 'kubeadm-recipe-'));
  });
  afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

  /** What this kubeadm writes into an empty root. */
  function manifests(apiVersion: KubeadmApiVersion, clusterConfiguration: string, patches: Record<string, string> = {}): Record<string, string> {
    fs.rmSync(root, { recursive: true, force: true });
    fs.mkdirSync(path.join(root, 'patches'), { recursive: true });
    fs.mkdirSync(path.join(root, 'tmp'));
    for (const [name, content] of Object.entries(patches)) fs.writeFileSync(path.join(root, 'patches', name), content);
    fs.writeFileSync(path.join(root, 'config.yaml'), [
      `apiVersion: kubeadm.k8s.io/${apiVersion}`, 'kind: InitConfiguration',
      'localAPIEndpoint: {advertiseAddress: 10.0.0.11}', 'nodeRegistration: {name: cp1}', 'patches: {directory: /patches}', '---',
      clusterConfiguration, `kubernetesVersion: v${version}`, 'networking: {serviceSubnet: 10.96.0.0/12}', '',
    ].join('\n'));
    for (const phase of [['control-plane', 'apiserver'], ['etcd', 'local']]) {
      execFileSync(kubeadm, ['init', 'phase', ...phase, '--rootfs', root, '--config', '/config.yaml'], { stdio: 'pipe' });
    }
    const directory = path.join(root, 'etc/kubernetes/manifests');
    return Object.fromEntries(fs.readdirSync(directory).sort().map(name => [name, fs.readFileSync(path.join(directory, name), 'utf8')]));
  }

  const bare = (apiVersion: KubeadmApiVersion) => `apiVersion: kubeadm.k8s.io/${apiVersion}\nkind: ClusterConfiguration`;

  test.each(readable(version).flatMap(apiVersion => [['the fragment', apiVersion], ['the patches', apiVersion]] as const))('%s (%s) gives the flags of the patch', (way, apiVersion) => {
    const chart = new Chart(new App(), 'chart', { namespace: 'control-plane-tracing' });
    const stack = new TracingStack(chart, 'tracing', { clusterIP: '10.96.0.50', samplingRatePerMillion: 10_000, etcdSamplingRatePerMillion: 500 });
    const spec = parsePatchSpec(JSON.stringify(stack.patch._toPatchSpec()));
    const template = (stack.tracingConfig.configMap.toJson() as { data: Record<string, string> }).data['tracing-config.yaml']!;
    const planFor = (files: Record<string, string>) => {
      const result = plan({
        spec, template, facts: { nodeName: 'cp1', endpoint: { host: '10.96.0.50', port: 4317 } }, manifests: Object.entries(files).map(([name, text]) => ({ name, text })),
      });
      if (result.kind === 'refused') throw new Error(JSON.stringify(result.refusals));
      return result.plan;
    };

    const patched = planFor(manifests(apiVersion, bare(apiVersion)));
    const etcdVersion = patched.components.find(component => component.component === 'etcd')!.version;
    const recipe = new KubeadmRecipe(stack.patch, { kubernetesVersion: version, etcdVersion });
    expect({ path: recipe.configFilePath, text: recipe.configFile }).toEqual(patched.configFile);

    const written = planFor(way === 'the patches'
      ? manifests(apiVersion, bare(apiVersion), recipe.patches('cp1'))
      : manifests(apiVersion, recipe.clusterConfiguration(apiVersion).trimEnd()));

    for (const [i, component] of written.components.entries()) {
      // v1beta3 has no variables, and so no name of the node.
      const nameless = way === 'the fragment' && apiVersion === V1BETA3 && component.component === 'etcd';
      const wanted = patched.components[i]!.argv.filter(flag => !nameless || !flag.includes('instance-id='));
      expect(component.argvBefore.map(flag => flag.replace('$(NODE_NAME)', 'cp1')).sort()).toEqual([...wanted].sort());
      const left = component.argv.filter(flag => !component.argvBefore.includes(flag));
      expect(left.map(flag => flag.replace(/=.*/, ''))).toEqual(nameless ? [expect.stringMatching(/^--(experimental-)?distributed-tracing-instance-id$/)] : []);
      if (way === 'the fragment' && apiVersion === V1BETA4) expect(component.after).toBe(component.before);
    }
  });
});
