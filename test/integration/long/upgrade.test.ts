/** Tracing outlasts a real `kubeadm upgrade`, without a run of the Job in between, and goes without a trace. */
import { parse } from 'yaml';
import { TracingStackProps, TracingState } from '../../../src';
import { ClusterVersion, NEWEST } from '../../support/components/catalog';
import { Cluster } from '../cluster/cluster';
import { clusterStatus } from '../cluster/cluster-status';
import { runJob } from '../cluster/job-run';
import { ClusterNode } from '../cluster/node';
import { manifests, stateOf } from '../cluster/node-state';
import { synth } from '../cluster/stack';
import { commandLines, joinedTrace } from '../cluster/traced';
import { clusterConfiguration, generated, replaceKubelets, upgrade } from '../cluster/upgrade';
import { Component, Watch } from '../cluster/watch';

const PROPS: TracingStackProps = { clusterIP: '10.96.0.50', upkeep: { kubeadmConfig: true, schedule: '0 3 * * 6' } };
const [NEVER, ONCE] = [{ 'kube-apiserver': 0, 'etcd': 0 }, { 'kube-apiserver': 1, 'etcd': 1 }];

const CASES: [string, { from: ClusterVersion; restarts: Record<Component, number> }][] = [
  // kubeadm would write other bytes than the Job has: see docs/how-to/upkeep.md.
  ['the same version', { from: NEWEST, restarts: ONCE }],
  ['the next version', { from: { kubernetes: '1.36.3', etcd: '3.6.16' }, restarts: ONCE }],
];

describe.each(CASES)('an upgrade to %s', (_, { from, restarts }) => {
  let cluster: Cluster;
  let node: ClusterNode;
  let original: string;

  beforeAll(async () => {
    cluster = await Cluster.start({ name: 'upgrade', version: from, log: (line) => process.stderr.write(`${line}\n`) });
    node = cluster.nodes[0]!;
    original = await clusterConfiguration(cluster);
  });
  afterAll(() => cluster?.stop());

  /** @returns how often each component was restarted meanwhile */
  async function counted(work: () => Promise<unknown>): Promise<Record<Component, number>> {
    const watch = await Watch.start(cluster);
    await work();
    await watch.stop();
    process.stderr.write(`no API server for ${watch.outageSeconds().toFixed(1)} s, restarts ${JSON.stringify(watch.restarts())}\n`);
    return watch.restarts()[node.name]!;
  }

  async function expectTraced(): Promise<void> {
    const { apiServer, etcd } = await commandLines(node);
    expect(apiServer).toContainEqual(expect.stringMatching(/^--tracing-config-file=/));
    expect(etcd).toEqual(expect.arrayContaining(['--enable-distributed-tracing=true', `--distributed-tracing-instance-id=${node.name}`]));
    await joinedTrace(cluster, node);
  }

  const AS_DECLARED = { exit: 0, lines: ['cp1 kube-apiserver: as declared', 'cp1 etcd: as declared'], how: [] };

  test('before the Job, status --cluster says how the node differs from what is declared', async () => {
    const { exit, lines, how } = await clusterStatus(node, synth(PROPS));
    expect(exit).toBe(1);
    expect(lines).toEqual(['cp1 kube-apiserver: differs', 'cp1 etcd: differs']);
    expect(how.join('\n')).toContain('--tracing-config-file=');
    expect(how.join('\n')).toContain(`--distributed-tracing-instance-id=${node.name}`);
  });

  test('the Job traces the node, and tells kubeadm', async () => {
    expect(await counted(async () => expect((await runJob(cluster, PROPS)).log).toContain('has the settings now'))).toEqual(ONCE);
    await expectTraced();
    expect(await clusterConfiguration(cluster)).toContain('tracing-config-file');
    expect(await clusterStatus(node)).toEqual(AS_DECLARED);
  });

  test('kubeadm upgrade leaves tracing on, and no component is restarted more than once', async () => {
    await cluster.provide(NEWEST);
    expect(await counted(() => upgrade(cluster, NEWEST))).toEqual(restarts);
    await counted(() => replaceKubelets(cluster));
    expect(manifests(node)).toMatchObject(await generated(cluster, node));
    await expectTraced();
    expect(await clusterStatus(node)).toEqual(AS_DECLARED);
  });

  test('a run of the Job then finds nothing to do', async () => {
    const told = await clusterConfiguration(cluster);
    const before = await stateOf(cluster.nodes);
    const { succeeded, terminations } = await runJob(cluster, { ...PROPS, runId: 'after the upgrade' });
    expect({ succeeded, terminations }).toEqual({ succeeded: true, terminations: ['nothing to do: the manifests already are as asked'] });
    expect(await stateOf(cluster.nodes)).toEqual(before);
    expect(await clusterConfiguration(cluster)).toBe(told);
  });

  test('from then on, another kubeadm upgrade restarts nothing', async () => {
    expect(await counted(() => upgrade(cluster, NEWEST))).toEqual(NEVER);
  });

  test('DISABLED takes everything out: the manifests are as kubeadm writes them, and its configuration is as it was', async () => {
    expect(await counted(() => runJob(cluster, { ...PROPS, state: TracingState.DISABLED }))).toEqual(ONCE);
    expect(parse(await clusterConfiguration(cluster))).toEqual({ ...parse(original), kubernetesVersion: `v${NEWEST.kubernetes}` });
    const pure = await generated(cluster, node);
    expect(JSON.stringify(pure)).not.toContain('tracing');
    expect(manifests(node)).toMatchObject(pure);
    expect(await clusterStatus(node)).toEqual(AS_DECLARED);
  });

  test('what is left is no reason for kubeadm to restart anything', async () => {
    expect(await counted(() => upgrade(cluster, NEWEST))).toEqual(NEVER);
  });
});
