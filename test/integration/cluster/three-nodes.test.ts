/** The Job on a control plane of three nodes with stacked etcd, behind a load balancer. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Duration } from 'cdk8s';
import { Cluster } from './cluster';
import { runJob } from './job-run';
import { manifests, stateOf } from './node-state';
import { syncOften } from './sync-frequency';
import { Watch } from './watch';

let cluster: Cluster;

beforeAll(async () => {
  cluster = await Cluster.start({ name: 'three-nodes', nodes: 3, log: (line) => process.stderr.write(`${line}\n`) });
  // Otherwise each turn ends with a minute in which nothing happens; the long tests have it.
  await syncOften(cluster.nodes);
});
afterAll(() => cluster?.stop());

test('a wrong number of nodes: the Job fails, and no node is touched', async () => {
  const before = await stateOf(cluster.nodes);

  const end = await runJob(cluster, { controlPlaneNodes: 2 });

  expect(end.succeeded).toBe(false);
  expect(end.terminations.join('\n')).toContain('refused, nothing was touched [wrong-node-count]: the cluster has 3 control-plane nodes (cp1, cp2, cp3), controlPlaneNodes is 2: set it to 3');
  expect(await stateOf(cluster.nodes)).toEqual(before);
});

test('what one node refuses keeps all from being touched', async () => {
  const manifest = path.join(cluster.nodes[2]!.manifestsDir, 'etcd.yaml');
  fs.chmodSync(manifest, 0o666);
  const before = await stateOf(cluster.nodes);

  const end = await runJob(cluster, { controlPlaneNodes: 3, runId: 'one refuses' });

  expect(end.succeeded).toBe(false);
  expect(end.terminations.join('\n')).toContain('refused, nothing was touched [unsafe-file]: /etc/kubernetes/manifests/etcd.yaml is writable by others (mode 666)');
  expect(await stateOf(cluster.nodes)).toEqual(before);
  fs.chmodSync(manifest, 0o600);
});

test('node by node, and each component restarts once', async () => {
  const files = cluster.nodes.map((node) => Object.keys(manifests(node)));
  const watch = await Watch.start(cluster);

  const end = await runJob(cluster, { controlPlaneNodes: 3, runId: 'after the refusal', soak: Duration.seconds(2) });

  await watch.stop();
  const turns = watch.turns();
  expect(end.succeeded).toBe(true);
  expect(watch.restarts()).toEqual(Object.fromEntries(cluster.nodes.map(({ name }) => [name, { 'kube-apiserver': 1, 'etcd': 1 }])));
  expect(turns.map(({ node }) => node).sort()).toEqual(['cp1', 'cp2', 'cp3']);
  turns.slice(1).forEach((turn, index) => expect(turn.start).toBeGreaterThan(turns[index]!.end));
  expect(cluster.nodes.map((node) => Object.keys(manifests(node)))).toEqual(files);
});
