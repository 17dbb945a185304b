/** What can go wrong on the only control-plane node while the change is under way. */
import { Duration } from 'cdk8s';
import { TracingState, TracingStackProps } from '../../src';
import { Cluster } from '../cluster/cluster';
import { changeBegins, DamagedConfig, theProgram } from '../cluster/interference';
import { runJob } from '../cluster/job-run';
import { ClusterNode } from '../cluster/node';
import { manifests } from '../cluster/node-state';
import { apply, jobEnds, jobName, synth } from '../cluster/stack';
import { Watch } from '../cluster/watch';

let cluster: Cluster;
let node: ClusterNode;
let original: Record<string, string>;

beforeAll(async () => {
  cluster = await Cluster.start({ name: 'node-faults', log: (line) => process.stderr.write(`${line}\n`) });
  node = cluster.nodes[0]!;
  original = manifests(node);
  // The collector and the images are there before anything goes wrong.
  await runJob(cluster, { state: TracingState.DISABLED });
});
afterAll(() => cluster?.stop());

/** Runs a Job and something that happens meanwhile. */
async function during(props: TracingStackProps, meanwhile: () => Promise<void>) {
  const yaml = synth({ soak: Duration.seconds(2), ...props });
  const watch = await Watch.start(cluster);
  const begun = meanwhile();
  await apply(cluster, yaml);
  await begun;
  const end = await jobEnds(cluster, jobName(yaml));
  await watch.stop();
  process.stderr.write(`${end.reason}\n${end.log}\noutage ${watch.outageSeconds().toFixed(1)} s\n`);
  return { end, restarts: watch.restarts().cp1!, outage: watch.outageSeconds() };
}

test('killed between its two renames, the change is brought to its end by the next pod, without another restart', async () => {
  const { end, restarts } = await during({ runId: 'killed' }, async () => {
    await changeBegins([node]);
    process.kill((await theProgram(node)).pid, 'SIGKILL');
  });

  expect(end.succeeded).toBe(true);
  expect(end.log).toContain('an earlier run was interrupted (swapping');
  expect(restarts).toEqual({ 'kube-apiserver': 1, 'etcd': 1 });
});

test('whatever form the manifests have then, disabling gives back the bytes of kubeadm', async () => {
  const { end, restarts } = await during({ state: TracingState.DISABLED, runId: 'after the kill' }, async () => {});

  expect(end.succeeded).toBe(true);
  expect(restarts).toEqual({ 'kube-apiserver': 1, 'etcd': 1 });
  expect(manifests(node)).toEqual(original);
});

test('an API server that does not start, and a kubelet that is restarted meanwhile: kubelet is healed, and the old manifests run again', async () => {
  const damage = DamagedConfig.watch([node]);
  const { end, outage } = await during({ runId: 'deadlock', healthTimeout: Duration.seconds(40) }, async () => {
    await changeBegins([node]);
    const [old] = await node.processes('kube-apiserver');
    await node.waitFor('the new API server', async () => (await node.processes('kube-apiserver')).some(({ pid }) => pid !== old!.pid));
    await node.restartKubelet();
  });
  damage.stop();

  expect(end.succeeded).toBe(false);
  expect(end.terminations.join('\n')).toContain('rolled back, the components run as before');
  expect(end.log).toContain('restarting it once more (SIGTERM to PID');
  expect(manifests(node)).toEqual(original);
  expect(outage).toBeLessThan(150);
});
