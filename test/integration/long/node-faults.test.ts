/** What can happen to the program, to kubelet and to the new API server while the only control-plane node is being changed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Duration } from 'cdk8s';
import { TracingState } from '../../../src';
import { ensureClusterImages, NODE_IMAGE } from '../../support/components/images';
import { Cluster } from '../cluster/cluster';
import { changeBegins, DamagedConfig, theProgram } from '../cluster/interference';
import { runJob, watchJob } from '../cluster/job-run';
import { ClusterNode } from '../cluster/node';
import { changeUnderWay, manifests } from '../cluster/node-state';
import { apply, JobEnd, jobName, synth } from '../cluster/stack';

const SOAK = Duration.seconds(2);
/** kube-controller-manager and kube-scheduler back off after an outage. */
const PAUSE = 20_000;

let cluster: Cluster;
let node: ClusterNode;
let original: Record<string, string>;
let runs = 0;

beforeAll(async () => {
  cluster = await Cluster.start({ name: 'node-faults', log: (line) => process.stderr.write(`${line}\n`) });
  node = cluster.nodes[0]!;
  original = manifests(node);
  // The collector and the images are there before anything goes wrong.
  await runJob(cluster, { state: TracingState.DISABLED });
});
afterAll(() => cluster?.stop());

/** Whatever has happened, and whatever form the manifests have: tracing can be taken out again, to the last byte. */
afterEach(async () => {
  await sleep(PAUSE);
  const { end, watch } = await watchJob(cluster, { state: TracingState.DISABLED, runId: `run ${++runs}`, soak: SOAK });
  expect(end.succeeded).toBe(true);
  expect(Object.values(watch.restarts().cp1!).every((count) => count <= 1)).toBe(true);
  expect(manifests(node)).toEqual(original);
  await sleep(PAUSE);
});

/** Enables tracing while something happens, or after it; both components restart exactly once, unless kubelet has reasons of its own. */
async function enable(happens: () => Promise<void>, { before = false, atMost = 1 } = {}): Promise<JobEnd> {
  const { end, watch } = await watchJob(cluster, { runId: `run ${++runs}`, soak: SOAK }, happens, before);
  expect(end.succeeded).toBe(true);
  const restarts = Object.values(watch.restarts().cp1!);
  expect(restarts.filter((count) => count < 1 || count > atMost)).toEqual([]);
  return end;
}

async function renames(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await changeBegins([node]);
}

test('the program is killed after the first of its four renames', async () => {
  const end = await enable(async () => {
    await renames(1);
    process.kill((await theProgram(node)).pid, 'SIGKILL');
  });
  expect(end.log).toContain('an earlier run was interrupted (swapping; kube-apiserver.yaml: interim, etcd.yaml: before)');
});

test('the program is killed after the second of its four renames', async () => {
  const end = await enable(async () => {
    await renames(2);
    process.kill((await theProgram(node)).pid, 'SIGKILL');
  });
  expect(end.log).toContain('an earlier run was interrupted (swapping; kube-apiserver.yaml: interim, etcd.yaml: interim)');
});

test('the program is told to stop in the middle of the change, and sees it through first', async () => {
  const end = await enable(async () => {
    await renames(1);
    process.kill((await theProgram(node)).pid, 'SIGTERM');
  });
  expect(end.log).toContain('kube-apiserver and etcd healthy with the expected flags');
  expect(end.terminations).toContain('nothing to do: the manifests already are as asked'); // of the next pod
});

test('the Job is deleted in the middle of the change, its program killed: the Job of the next run goes on', async () => {
  const lost = synth({ runId: `run ${++runs}`, soak: SOAK });
  const end = await enable(async () => {
    // This Job comes first; the one that is awaited is applied when it is lost.
    const begun = renames(1);
    await apply(cluster, lost);
    await begun;
    await node.removeImage(NODE_IMAGE); // no other pod of it starts
    process.kill((await theProgram(node)).pid, 'SIGKILL');
    await node.waitFor('API', async () => (await cluster.kubectl(['-n', 'kube-system', 'delete', 'job', jobName(lost)], { allowFailure: true })).code === 0, 240);
    expect(changeUnderWay(node)).toMatchObject({ phase: 'swapping' });
    for (const archive of (await ensureClusterImages()).workload) await node.addImage(archive);
  }, { before: true });
  expect(end.log).toContain('an earlier run was interrupted (swapping');
});

test('kubelet is restarted after the first of the four renames', async () => {
  await enable(async () => {
    await renames(1);
    await node.restartKubelet();
  });
});

test('kubelet is restarted after the second of the four renames', async () => {
  await enable(async () => {
    await renames(2);
    await node.restartKubelet();
  });
});

test('kubelet is restarted after the third of the four renames', async () => {
  await enable(async () => {
    await renames(3);
    await node.restartKubelet();
  });
});

test('kubelet is away for 20 s from the first rename on', async () => {
  await enable(async () => {
    await renames(1);
    await node.stopKubelet();
    await sleep(20_000);
    await node.startKubelet();
    // One rename each; a kubelet that comes back to a pod which ends may start it once more before it sees the end.
  }, { atMost: 2 });
});

test('the new API server crashes again and again: the old manifests come back after three times, long before the time for health is up', async () => {
  const damage = DamagedConfig.watch([node]);
  const { end, watch } = await watchJob(cluster, { runId: 'crash loop', soak: SOAK });
  damage.stop();
  expect(end.succeeded).toBe(false);
  expect(end.terminations.join('\n')).toContain('rolled back, the components run as before: kube-apiserver started 3 times and ended each time');
  expect(manifests(node)).toEqual(original);
  expect(watch.outageSeconds()).toBeLessThan(150);
});

test('the new API server does not start, and kubelet is restarted meanwhile: the old manifests come back, and kubelet out of its deadlock', async () => {
  const damage = DamagedConfig.watch([node]);
  const { end, watch } = await watchJob(cluster, { runId: 'deadlock', healthTimeout: Duration.seconds(20), soak: SOAK }, async () => {
    await renames(1);
    const old = (await node.processes('kube-apiserver')).map(({ pid }) => pid);
    await node.waitFor('new API server', async () => (await node.processes('kube-apiserver')).some(({ pid }) => !old.includes(pid)));
    await node.restartKubelet();
  });
  damage.stop();

  expect(end.succeeded).toBe(false);
  expect(end.terminations.join('\n')).toContain('rolled back, the components run as before');
  expect(end.log).toContain('restarting it once more (SIGTERM to PID');
  expect(manifests(node)).toEqual(original);
  expect(watch.outageSeconds()).toBeLessThan(120);
});
