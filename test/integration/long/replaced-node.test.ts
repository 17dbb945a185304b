/** A control-plane node that is lost, and replaced by another one of the same name, with upkeep. */
import * as fs from 'node:fs';
import { Duration } from 'cdk8s';
import { parse } from 'yaml';
import { TracingStackProps, TracingState } from '../../../src';
import { Cluster } from '../cluster/cluster';
import { runJob, runUpkeep } from '../cluster/job-run';
import { manifests, stateOf } from '../cluster/node-state';
import { commandLines, joinedTrace } from '../cluster/traced';
import { clusterConfiguration, generated } from '../cluster/upgrade';
import { Watch } from '../cluster/watch';

const PROPS: TracingStackProps = {
  controlPlaneNodes: 2, clusterIP: '10.96.0.50', soak: Duration.seconds(2), upkeep: { kubeadmConfig: true, schedule: '0 3 1 1 *' },
};

let cluster: Cluster;
let original: string;

beforeAll(async () => {
  cluster = await Cluster.start({ name: 'replaced', nodes: 2, log: (line) => process.stderr.write(`${line}\n`) });
  original = await clusterConfiguration(cluster);
  const { succeeded, log } = await runJob(cluster, PROPS, 900);
  expect(succeeded).toBe(true);
  expect(log).toContain('has the settings now');
});
afterAll(() => cluster?.stop());

/** An etcd that has joined is told who the others are, until kubeadm writes its manifest at the next upgrade. */
function withoutMembers(files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, text.replace(/^ +- --initial-cluster.*\n/gm, '')]));
}

test('a node that is replaced comes up with upkeep, and the next scheduled run traces it alone', async () => {
  const others = cluster.nodes.slice(0, 1);
  const before = await stateOf(others);
  const node = await cluster.replace(cluster.nodes[1]!);
  const { apiServer, etcd } = await commandLines(node);
  const config = apiServer.find((flag) => flag.startsWith('--tracing-config-file='))!.split('=')[1]!;
  expect(fs.readFileSync(node.path(config), 'utf8')).toBe('');
  expect(etcd).toContain('--distributed-tracing-instance-id=cp2');

  const watch = await Watch.start(cluster);
  const { succeeded, terminations } = await runUpkeep(cluster, 'after-the-join');
  await watch.stop();

  expect(succeeded).toBe(true);
  expect([...terminations].sort()).toEqual([expect.stringMatching(/^done: /), 'nothing to do: the manifests already are as asked']);
  expect(watch.restarts()).toEqual({ cp1: { 'kube-apiserver': 0, 'etcd': 0 }, cp2: { 'kube-apiserver': 1, 'etcd': 0 } });
  expect(await stateOf(others)).toEqual(before);
  expect(fs.readFileSync(node.path(config), 'utf8')).toContain('endpoint: 10.96.0.50:4317');
  await joinedTrace(cluster, node);
});

test('DISABLED takes everything out of both nodes, and of the configuration', async () => {
  const { succeeded } = await runJob(cluster, { ...PROPS, state: TracingState.DISABLED }, 900);
  expect(succeeded).toBe(true);
  expect(parse(await clusterConfiguration(cluster))).toEqual(parse(original));
  for (const node of cluster.nodes) {
    const pure = await generated(cluster, node);
    expect(JSON.stringify(pure)).not.toContain('tracing');
    expect(withoutMembers(manifests(node))).toMatchObject(withoutMembers(pure));
  }
});
