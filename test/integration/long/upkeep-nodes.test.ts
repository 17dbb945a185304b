/** Upkeep on three nodes: a rolling `kubeadm upgrade`, and a node that is replaced by another one of the same name. */
import * as fs from 'node:fs';
import { Duration } from 'cdk8s';
import { parse } from 'yaml';
import { TracingStackProps, TracingState } from '../../../src';
import { NEWEST } from '../../support/components/catalog';
import { Cluster } from '../cluster/cluster';
import { clusterStatus } from '../cluster/cluster-status';
import { jobRunEnds, runJob } from '../cluster/job-run';
import { manifests, stateOf } from '../cluster/node-state';
import { JobEnd } from '../cluster/stack';
import { commandLines, joinedTrace } from '../cluster/traced';
import { clusterConfiguration, generated, replaceKubelets, upgrade } from '../cluster/upgrade';
import { Watch } from '../cluster/watch';
import { Writer } from '../cluster/writer';

const PROPS: TracingStackProps = {
  controlPlaneNodes: 3, clusterIP: '10.96.0.50', soak: Duration.seconds(2), upkeep: { kubeadmConfig: true, schedule: '0 3 1 1 *' },
};
const [NEVER, ONCE] = [{ 'kube-apiserver': 0, 'etcd': 0 }, { 'kube-apiserver': 1, 'etcd': 1 }];
const NOTHING_TO_DO = 'nothing to do: the manifests already are as asked';
const AS_DECLARED = { exit: 0, lines: ['cp1', 'cp2', 'cp3'].flatMap((name) => [`${name} kube-apiserver: as declared`, `${name} etcd: as declared`]), how: [] };

let cluster: Cluster;
let original: string;

beforeAll(async () => {
  cluster = await Cluster.start({ name: 'upkeep', nodes: 3, version: { kubernetes: '1.36.3', etcd: '3.6.16' }, log: (line) => process.stderr.write(`${line}\n`) });
  original = await clusterConfiguration(cluster);
});
afterAll(() => cluster?.stop());

/** A run of the CronJob at once, as docs/how-to/upkeep.md says. */
async function runNow(name: string): Promise<JobEnd> {
  await cluster.kubectl(['-n', 'kube-system', 'create', 'job', '--from=cronjob/control-plane-tracing-upkeep', name]);
  return jobRunEnds(cluster, name);
}

/** An etcd that has joined is told who the others are, until kubeadm writes its manifest at the next upgrade. */
function withoutMembers(files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, text.replace(/^ +- --initial-cluster.*\n/gm, '')]));
}

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
    const { terminations } = await runNow('in-the-middle');
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
  const { succeeded, terminations } = await runNow('after-the-upgrade');
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

test('a node that is replaced comes up with upkeep, and the next scheduled run traces it alone', async () => {
  const others = cluster.nodes.slice(0, 2);
  const before = await stateOf(others);
  const node = await cluster.replace(cluster.nodes[2]!);
  const { apiServer, etcd } = await commandLines(node);
  const config = apiServer.find((flag) => flag.startsWith('--tracing-config-file='))!.split('=')[1]!;
  expect(fs.readFileSync(node.path(config), 'utf8')).toBe('');
  expect(etcd).toContain('--distributed-tracing-instance-id=cp3');

  const watch = await Watch.start(cluster);
  const { succeeded, terminations } = await runNow('after-the-join');
  await watch.stop();

  expect(succeeded).toBe(true);
  expect([...terminations].sort()).toEqual([expect.stringMatching(/^done: /), NOTHING_TO_DO, NOTHING_TO_DO]);
  expect(watch.restarts()).toEqual({ cp1: NEVER, cp2: NEVER, cp3: { 'kube-apiserver': 1, 'etcd': 0 } });
  expect(await stateOf(others)).toEqual(before);
  expect(fs.readFileSync(node.path(config), 'utf8')).toContain('endpoint: 10.96.0.50:4317');
  await joinedTrace(cluster, node);
});

test('DISABLED takes everything out of three nodes, and of the configuration', async () => {
  const { succeeded } = await runJob(cluster, { ...PROPS, state: TracingState.DISABLED }, 900);
  expect(succeeded).toBe(true);
  expect(parse(await clusterConfiguration(cluster))).toEqual({ ...parse(original), kubernetesVersion: `v${NEWEST.kubernetes}` });
  for (const node of cluster.nodes) {
    const pure = await generated(cluster, node);
    expect(JSON.stringify(pure)).not.toContain('tracing');
    expect(withoutMembers(manifests(node))).toMatchObject(withoutMembers(pure));
  }
});
