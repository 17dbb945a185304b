/** Upkeep on three nodes: a rolling `kubeadm upgrade`. */
import * as fs from 'node:fs';
import { Duration } from 'cdk8s';
import { TracingStackProps } from '../../../src';
import { NEWEST } from '../../support/components/catalog';
import { Cluster } from '../cluster/cluster';
import { clusterStatus } from '../cluster/cluster-status';
import { runJob, runUpkeep } from '../cluster/job-run';
import { manifests, stateOf } from '../cluster/node-state';
import { joinedTrace } from '../cluster/traced';
import { clusterConfiguration, generated, replaceKubelets, upgrade } from '../cluster/upgrade';
import { Watch } from '../cluster/watch';
import { Writer } from '../cluster/writer';

const PROPS: TracingStackProps = {
  controlPlaneNodes: 3, clusterIP: '10.96.0.50', soak: Duration.seconds(2), upkeep: { kubeadmConfig: true, schedule: '0 3 1 1 *' },
};
const ONCE = { 'kube-apiserver': 1, 'etcd': 1 };
const NOTHING_TO_DO = 'nothing to do: the manifests already are as asked';
const AS_DECLARED = { exit: 0, lines: ['cp1', 'cp2', 'cp3'].flatMap((name) => [`${name} kube-apiserver: as declared`, `${name} etcd: as declared`]), how: [] };

let cluster: Cluster;

beforeAll(async () => {
  cluster = await Cluster.start({ name: 'upkeep', nodes: 3, version: { kubernetes: '1.36.3', etcd: '3.6.16' }, log: (line) => process.stderr.write(`${line}\n`) });
});
afterAll(() => cluster?.stop());

test('the Job traces three nodes, and tells kubeadm', async () => {
  const { succeeded, log } = await runJob(cluster, PROPS, 900);
  expect(succeeded).toBe(true);
  expect(log).toContain('has the settings now');
  expect(await clusterStatus(cluster.nodes[0]!)).toEqual(AS_DECLARED);
});

test('a rolling upgrade restarts each component once, as it would without tracing, and a scheduled run in the middle touches nothing', async () => {
  await cluster.provide(NEWEST);
  const watch = await Watch.start(cluster);
  const writer = await Writer.start(cluster);
  await upgrade(cluster, NEWEST, async () => {
    const before = await stateOf(cluster.nodes);
    const { terminations } = await runUpkeep(cluster, 'in-the-middle');
    expect(terminations.join('\n')).toMatch(/not now.*an upgrade is under way/);
    expect(await stateOf(cluster.nodes)).toEqual(before);
  });
  const writes = await writer.stop();
  await watch.stop();
  process.stderr.write(`${JSON.stringify(writes)}\nno API server for ${watch.outageSeconds().toFixed(1)} s, restarts ${JSON.stringify(watch.restarts())}\n`);

  expect(watch.restarts()).toEqual({ cp1: ONCE, cp2: ONCE, cp3: ONCE });
  await replaceKubelets(cluster);
  for (const node of cluster.nodes) {
    expect(manifests(node)).toMatchObject(await generated(cluster, node));
    await joinedTrace(cluster, node);
  }
  expect(await clusterStatus(cluster.nodes[0]!)).toEqual(AS_DECLARED);
});

test('a scheduled run after the upgrade finds nothing to do', async () => {
  const told = await clusterConfiguration(cluster);
  const before = await stateOf(cluster.nodes);
  const { succeeded, terminations } = await runUpkeep(cluster, 'after-the-upgrade');
  expect({ succeeded, terminations }).toEqual({ succeeded: true, terminations: Array(3).fill(NOTHING_TO_DO) });
  expect(await stateOf(cluster.nodes)).toEqual(before);
  expect(await clusterConfiguration(cluster)).toBe(told);
});

test('status --cluster says which component is not there', async () => {
  const manifest = `${cluster.nodes[2]!.manifestsDir}/kube-apiserver.yaml`;
  const aside = cluster.nodes[2]!.path('/etc/kubernetes/kube-apiserver.yaml');
  fs.renameSync(manifest, aside);
  await cluster.nodes[2]!.waitFor('end of the API server', async () => (await clusterStatus(cluster.nodes[0]!)).lines.includes('cp3 kube-apiserver: not there'), 120);
  expect((await clusterStatus(cluster.nodes[0]!)).exit).toBe(1);
  fs.renameSync(aside, manifest);
  await cluster.settle();
});
