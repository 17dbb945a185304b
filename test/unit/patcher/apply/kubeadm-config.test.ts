/** The last step of a Job: kubeadm's own configuration, in an API server in memory. */
import * as fs from 'fs';
import * as path from 'path';
import { ClusterOfPods } from './cluster-of-pods';
import { TEMPLATE, World } from './world';
import { EXIT } from '../../../../src/patch-spec/exit-status';
import { PatchSpec } from '../../../../src/patch-spec/patch-spec';
import { Cluster } from '../../../../src/patcher/apply/cluster';
import { JobPod, PodEnd } from '../../../../src/patcher/apply/job-pod';
import { KubeadmConfig } from '../../../../src/patcher/apply/kubeadm-config';
import { NodeLock } from '../../../../src/patcher/host/node-lock';
import { Plan } from '../../../../src/patcher/plan/plan';

const COLLECTOR = '10.96.0.5';
const CONFIG_MAPS = '/api/v1/namespaces/kube-system/configmaps';
const KUBEADM_CONFIG = `${CONFIG_MAPS}/kubeadm-config`;
const UPLOADED = `apiServer: {}
apiVersion: kubeadm.k8s.io/v1beta4
etcd:
  local:
    dataDir: /var/lib/etcd
kind: ClusterConfiguration
kubernetesVersion: v1.37.2
`;

const ENABLED: Partial<PatchSpec> = { state: 'enabled', kubeadmConfig: 'write' };
const DISABLED: Partial<PatchSpec> = { state: 'disabled', kubeadmConfig: 'remove' };
/** Whose configuration names no file, and is the same on all nodes of the test. */
const ETCD_ALONE: Partial<PatchSpec> = { ...ENABLED, apiServer: null };

let cluster: ClusterOfPods;
let worlds: Map<string, World>;

function nodes(...names: string[]): void {
  for (const world of worlds?.values() ?? []) fs.rmSync(world.directory, { recursive: true });
  worlds = new Map(names.map(name => [name, new World(cluster.clock)]));
  for (const name of ['a', 'b', 'c'].filter(other => !names.includes(other))) cluster.removeNode(name);
  for (const world of worlds.values()) world.accepts = host => host === COLLECTOR;
}

beforeEach(() => {
  cluster = new ClusterOfPods();
  nodes('a');
  put(UPLOADED);
});
afterEach(() => {
  for (const world of worlds.values()) fs.rmSync(world.directory, { recursive: true });
  worlds = new Map();
});

function put(text: string, annotations = {}): void {
  cluster.api.put(CONFIG_MAPS, { metadata: { name: 'kubeadm-config', annotations: { 'example.com/own': 'stays', ...annotations } }, data: { ClusterConfiguration: text, other: 'stays' } });
}

type ConfigMap = { metadata: { annotations: Record<string, string> }; data: Record<string, string> };
const object = () => cluster.api.objects.get(KUBEADM_CONFIG) as unknown as ConfigMap;
const text = () => object().data.ClusterConfiguration!;
const writes = () => cluster.api.calls.filter(call => call === `PUT ${KUBEADM_CONFIG}`).length;
const log = () => [...worlds.values()].flatMap(world => world.log).join('\n');

async function job(change: Partial<PatchSpec>, uid = 'job-1'): Promise<PodEnd[]> {
  cluster.setJob(uid, false, 1 + Number(uid.slice(-1)));
  const lock = () => Promise.resolve({ release: () => Promise.resolve() } as unknown as NodeLock);
  const ends = await cluster.clock.run(Promise.all([...worlds].map(([nodeName, world]) => {
    const spec = world.spec({ controlPlaneNodes: worlds.size, ...change });
    return new JobPod(world.host, cluster.api.asApi, { spec, template: TEMPLATE, participant: { nodeName, jobUid: uid }, lock }).carryOut();
  })));
  cluster.setJob(uid, true, 1 + Number(uid.slice(-1)));
  return ends;
}

test('gets the settings when the nodes are proven, and gives them back', async () => {
  let early = 0;
  cluster.api.disturb = () => { if (worlds.get('a')!.renamed.length < 2) early = writes(); };
  expect(await job(ENABLED)).toMatchObject([{ status: EXIT.done }]);
  expect(early).toBe(0);
  expect(text()).toContain('  - name: tracing-config-file\n');
  expect(text()).toContain('    - name: distributed-tracing-address\n      value: "10.96.0.5:4317"\n');
  expect(object().data.other).toBe('stays');
  expect(object().metadata.annotations['example.com/own']).toBe('stays');
  expect(log()).toContain('kubeadm: kube-system/kubeadm-config has the settings now');

  expect(await job(ENABLED, 'job-2')).toMatchObject([{ status: EXIT.done, message: expect.stringContaining('nothing to do') }]);
  expect(writes()).toBe(1);

  expect(await job(DISABLED, 'job-3')).toMatchObject([{ status: EXIT.done }]);
  expect(text()).toBe(UPLOADED);
  expect(object().metadata.annotations).toEqual({ 'example.com/own': 'stays' });
});

test('is left alone by a Job that was not asked', async () => {
  await job({ state: 'enabled' });
  await job({ state: 'enabled', kubeadmConfig: 'compare' }, 'job-2');
  expect(text()).toBe(UPLOADED);
});

test('is written once by three pods, and again after a conflict', async () => {
  cluster = new ClusterOfPods();
  nodes('a', 'b', 'c');
  put(UPLOADED);
  // kubeadm uploads between the look and the write.
  const update = cluster.api.update.bind(cluster.api);
  let conflicts = 0;
  cluster.api.update = <T>(to: string, body: Parameters<typeof update>[1]) => {
    if (to === KUBEADM_CONFIG && conflicts++ === 0) put(text().replace('v1.37.2', 'v1.37.3'));
    return update<T>(to, body);
  };
  expect(await job(ETCD_ALONE)).toMatchObject(Array(3).fill({ status: EXIT.done }));
  expect(text()).toContain('kubernetesVersion: v1.37.3');
  expect(text().match(/name: distributed-tracing-address/g)).toHaveLength(1);
  await job({ ...DISABLED, apiServer: null }, 'job-2');
  expect(text()).toBe(UPLOADED.replace('v1.37.2', 'v1.37.3'));
});

test('with an argument of the user stops the run before a node is touched', async () => {
  put(UPLOADED.replace('apiServer: {}', 'apiServer:\n  extraArgs:\n  - name: tracing-config-file\n    value: /etc/mine.yaml'));
  expect(await job(ENABLED)).toMatchObject([{
    status: EXIT.refused, message: expect.stringMatching(/nothing was touched \[kubeadm-config\]: kube-system\/kubeadm-config apiServer\.extraArgs\[0\]: tracing-config-file is "\/etc\/mine/),
  }]);
  expect(worlds.get('a')!.renamed).toEqual([]);
  expect(writes()).toBe(0);
});

test('cannot hold the certificates of nodes: a node that joins would send spans in plain text', async () => {
  const world = worlds.get('a')!;
  const api = cluster.api.asApi;
  const spec = world.spec({ ...ENABLED, componentTls: { clientCertificate: false } });
  const config = new KubeadmConfig(api, new Cluster(api, world.host), world.host, spec);
  expect(await cluster.clock.run(config.objection({ components: [], configFile: null, notes: [] } as unknown as Plan, null)))
    .toMatchObject({ code: 'kubeadm-config', reason: expect.stringContaining('plain text') });
});

test('with a record that is damaged is not guessed at', async () => {
  put(UPLOADED, { 'cdk8s-control-plane-tracing.github.io/changes': '{' });
  expect(await job(ENABLED)).toMatchObject([{ status: EXIT.refused, message: expect.stringContaining('[kubeadm-config]: the annotation') }]);
});

test.each([
  ['is not there', () => cluster.api.objects.delete(KUBEADM_CONFIG), 'there is no ConfigMap kube-system/kubeadm-config'],
  ['has no such key', () => cluster.api.put(CONFIG_MAPS, { metadata: { name: 'kubeadm-config' } }), 'there is no ConfigMap'],
  ['is of a version that is not known', () => put(UPLOADED.replace('v1beta4', 'v1')), 'kube-system/kubeadm-config is left alone: it is "ClusterConfiguration" of "kubeadm.k8s.io/v1"'],
])('that %s keeps no run from succeeding', async (_, arrange, said) => {
  arrange();
  expect(await job(ENABLED)).toMatchObject([{ status: EXIT.done }]);
  expect(log()).toContain(`kubeadm: ${said}`);
  expect(writes()).toBe(0);
});

test('is not written by a Job whose place a newer one has taken meanwhile', async () => {
  cluster.api.disturb = () => {
    if (log().includes('done: kube-apiserver and etcd restarted')) cluster.setJob('job-9', false, 100);
  };
  await job(ENABLED);
  expect(writes()).toBe(0);
});

test('is read and written only with the access that the stack grants', async () => {
  await job(ENABLED);
  const calls = new Set(cluster.api.calls.filter(call => call.includes('configmaps')));
  expect([...calls].sort()).toEqual([`GET ${KUBEADM_CONFIG}`, `PUT ${KUBEADM_CONFIG}`]);
});

test('makes manifests without a record: an empty file of a node that has joined is written, and the API server restarted once', async () => {
  await job(ENABLED);
  const world = worlds.get('a')!;
  const manifest = path.join(world.manifests, 'kube-apiserver.yaml');
  const generated = fs.readFileSync(manifest, 'utf8').replace(/^.*github\.io\/changes: .*\n/m, '').replace('type: File\n', 'type: FileOrCreate\n');
  fs.writeFileSync(manifest, generated);
  const file = /--tracing-config-file=(.*)/.exec(generated)![1]!;
  fs.writeFileSync(file, '');
  const before = world.renamed.length;
  expect(await job(ENABLED, 'job-2')).toMatchObject([{ status: EXIT.done, message: expect.stringContaining('done: kube-apiserver restarted') }]);
  expect(fs.readFileSync(file, 'utf8')).toContain('endpoint: 10.96.0.5:4317');
  expect(fs.readFileSync(manifest, 'utf8')).toContain('type: File\n');
  expect(new Set(world.renamed.slice(before))).toEqual(new Set(['kube-apiserver.yaml']));

  // The next upgrade writes the same again, and finds the file there.
  fs.writeFileSync(manifest, generated);
  expect(await job(ENABLED, 'job-3')).toMatchObject([{ status: EXIT.done, message: expect.stringContaining('nothing to do') }]);
});

test('names the file that is on the nodes', async () => {
  await job(ENABLED);
  const [file] = fs.readdirSync(path.join(worlds.get('a')!.directory, 'tracing')).filter(name => name.startsWith('tracing-config'));
  expect(text()).toContain(`/tracing/${file}\n`);
});
