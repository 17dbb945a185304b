/** Runs of the CronJob: the Job's own program, which gives way to everybody's work. */
import * as fs from 'fs';
import { ClusterOfPods, JOBS, NODES, PODS } from './cluster-of-pods';
import { TEMPLATE, World } from './world';
import { EXIT } from '../../../../src/patch-spec/exit-status';
import { PatchSpec } from '../../../../src/patch-spec/patch-spec';
import { JobPod, PodEnd } from '../../../../src/patcher/apply/job-pod';

const CONFIG_MAPS = '/api/v1/namespaces/kube-system/configmaps';

let cluster: ClusterOfPods;
let worlds: Map<string, World>;

beforeEach(() => {
  cluster = new ClusterOfPods();
  for (const uid of ['job-1', 'job-2']) cluster.api.objects.delete(`${JOBS}/${uid}`);
  worlds = new Map(['a', 'b', 'c'].map(name => [name, new World(cluster.clock)]));
  for (const [name, world] of worlds) {
    world.accepts = () => true;
    apiServer(name, '1.37.2');
  }
});
afterEach(() => {
  for (const { directory } of worlds.values()) fs.rmSync(directory, { recursive: true });
});

function apiServer(node: string, version: string): void {
  cluster.api.put(PODS, {
    metadata: { name: `kube-apiserver-${node}`, labels: { component: 'kube-apiserver' } },
    spec: { nodeName: node, containers: [{ name: 'kube-apiserver', image: `registry.k8s.io/kube-apiserver:v${version}` }] },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  });
}

function kubeadmConfig(version: string): void {
  const text = `apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: ${version}\n`;
  cluster.api.put(CONFIG_MAPS, { metadata: { name: 'kubeadm-config' }, data: { ClusterConfiguration: text } });
}

function put(uid: string, scheduled: boolean, finished: boolean, created: number): void {
  cluster.api.put(JOBS, {
    metadata: {
      name: uid, uid, creationTimestamp: new Date(created * 1000).toISOString(), ...scheduled && { ownerReferences: [{ kind: 'CronJob', name: 'tracing-upkeep' }] },
    },
    status: { conditions: finished ? [{ type: 'Complete', status: 'True' }] : [] },
  });
}

async function pods(uid: string, scheduled: boolean, change: Partial<PatchSpec> = {}, created = 10): Promise<PodEnd[]> {
  put(uid, scheduled, false, created);
  const lock = () => Promise.resolve({ release: () => Promise.resolve() });
  const ends = await Promise.all([...worlds].map(([nodeName, world]) => {
    const spec = world.spec({ controlPlaneNodes: 3, apiServer: null, kubeadmConfig: 'compare', ...change });
    return new JobPod(world.host, cluster.api.asApi, { spec, template: TEMPLATE, participant: { nodeName, jobUid: uid }, lock }).carryOut();
  }));
  put(uid, scheduled, true, created);
  return ends;
}

const scheduled = (uid = 'run-1', change: Partial<PatchSpec> = {}) => cluster.clock.run(pods(uid, true, change));
const renamed = () => [...worlds.values()].flatMap(world => world.renamed);

test('a run does what the Job does, and a second one writes nothing', async () => {
  expect(await scheduled()).toMatchObject(Array(3).fill({ status: EXIT.done, message: expect.stringContaining('done: etcd restarted') }));
  const before = renamed().length;
  expect(await scheduled('run-2')).toMatchObject(Array(3).fill({ status: EXIT.done, message: 'nothing to do: the manifests already are as asked' }));
  expect(renamed()).toHaveLength(before);
});

test.each<[string, () => void, string]>([
  ['a node is cordoned', () => cluster.api.put(NODES, {
    metadata: { name: 'b' }, spec: { unschedulable: true }, status: { conditions: [{ type: 'Ready', status: 'True' }] },
  }), '[cordoned]: node b is cordoned or being drained'],
  ['an upgrade has reached one node', () => apiServer('c', '1.38.0'), '[upgrade]: the versions of kube-apiserver differ (a has 1.37.2, b has 1.37.2, c has 1.38.0)'],
  ['kubeadm has uploaded a version that no node has', () => kubeadmConfig('v1.38.0'), "[upgrade]: kubeadm's configuration is for 1.38.0, and kube-apiserver is 1.37.2"],
  ['kubeadm is at work on one node', () => worlds.get('b')!.more.push({ pid: 7, startTime: '7', argv: ['kubeadm', 'upgrade', 'node'], podUid: undefined }),
    '[kubeadm-running]: kubeadm is at work on this node (PID 7, `kubeadm upgrade node`)'],
  ['a Job that was applied is not finished', () => put('applied', false, false, 1), '[job-at-work]: the Job applied is not finished'],
])('not now: %s', async (_, arrange, reason) => {
  kubeadmConfig('v1.37.2');
  arrange();
  const ends = await scheduled();
  expect(ends.map(({ status }) => status)).toEqual([0, 0, 0]);
  for (const { message } of ends) expect(message).toMatch(/^not now, nothing was touched \[.*; the next scheduled run looks again$/);
  expect(ends.map(({ message }) => message).join()).toContain(reason);
  expect(renamed()).toEqual([]);
  expect(cluster.clock.now()).toBeLessThan(30_000);
  expect(cluster.ledger).toMatchObject({ holder: null, active: null });
});

test('a Job that was applied is kept by none of that from its own way', async () => {
  kubeadmConfig('v1.38.0');
  expect(await cluster.clock.run(pods('applied', false))).toMatchObject(Array(3).fill({ status: EXIT.done, message: expect.stringContaining('done') }));
});

test('a run that has begun on one node goes on, whatever comes then', async () => {
  cluster.api.disturb = () => {
    if (renamed().length > 0) kubeadmConfig('v1.38.0');
  };
  expect(await scheduled()).toMatchObject(Array(3).fill({ status: EXIT.done, message: expect.stringContaining('done') }));
});

test('Jobs and runs take turns: a run gives way to a Job, and a Job waits for a run that has begun', async () => {
  const run = pods('run-1', true, {}, 1);
  const applied = (async () => {
    while (renamed().length === 0) await cluster.clock.sleep(500);
    return pods('applied', false, { state: 'disabled' }, 20);
  })();
  const [ofRun, ofJob] = await cluster.clock.run(Promise.all([run, applied]));
  expect(ofRun).toMatchObject(Array(3).fill({ status: EXIT.done, message: expect.stringContaining('done') }));
  expect(ofJob).toMatchObject(Array(3).fill({ status: EXIT.done }));
  for (const world of worlds.values()) expect(fs.readFileSync(`${world.manifests}/etcd.yaml`, 'utf8')).not.toContain('tracing');
});

test('a run deletes no Job, and a Job deletes no run', async () => {
  put('old', false, true, 1);
  put('old-run', true, true, 1);
  await scheduled();
  expect(cluster.jobs()).toEqual(expect.arrayContaining(['old', 'old-run', 'run-1']));
  await cluster.clock.run(pods('applied', false, {}, 20));
  expect(cluster.jobs()).toEqual(expect.arrayContaining(['old-run', 'run-1', 'applied']));
  expect(cluster.jobs()).not.toContain('old');
});
