import * as fs from 'node:fs';
import { Duration } from 'cdk8s';
import { diffLines } from 'diff';
import { Cluster } from './cluster';
import { Generations } from './generations';
import { ClusterNode } from './node';
import { apply, jobEnds, jobName, NAMESPACE, spans, synth, synthExample } from './stack';
import { TracingState } from '../../../src';
import { joinedTraces } from '../../support/traces/joined';
import { waterfall } from '../../support/traces/waterfall';

const COMPONENTS = ['kube-apiserver', 'etcd'] as const;

let cluster: Cluster;
let node: ClusterNode;
let enabled: string;
let original: Record<string, string>;

beforeAll(async () => {
  enabled = await synthExample('quick-start');
  cluster = await Cluster.start({ name: 'main-job', log: (line) => process.stderr.write(`${line}\n`) });
  node = cluster.nodes[0]!;
  original = manifests();
});
afterAll(() => cluster?.stop());

function manifests(): Record<string, string> {
  return Object.fromEntries(fs.readdirSync(node.manifestsDir).sort().map((name) => [name, fs.readFileSync(`${node.manifestsDir}/${name}`, 'utf8')]));
}

async function flags(component: string): Promise<string[]> {
  const running = await node.processes(component);
  expect(running).toHaveLength(1);
  return running[0]!.argv;
}

async function clusterIp(): Promise<string> {
  return (await cluster.kubectl(['-n', NAMESPACE, 'get', 'service', 'control-plane-tracing-collector', '-o', 'jsonpath={.spec.clusterIP}'])).stdout;
}

async function runToEnd(yaml: string): Promise<string> {
  await apply(cluster, yaml);
  const end = await jobEnds(cluster, jobName(yaml));
  expect(`${end.reason}\n${end.log}`).toContain('done: kube-apiserver and etcd restarted with the planned flags and healthy');
  expect(end.succeeded).toBe(true);
  process.stderr.write(`${end.log}\n`);
  return end.log;
}

test('the quick start enables tracing on both components, and each restarts exactly once', async () => {
  const generations = Generations.watch(node, COMPONENTS);
  await runToEnd(enabled);
  const seen = await generations.stop();

  expect(seen).toEqual({ 'kube-apiserver': 2, 'etcd': 2 });
  await cluster.kubectl(['-n', NAMESPACE, 'rollout', 'status', 'deployment', '--timeout=60s']);
});

test("the manifests are kubeadm's and added lines, and no other file is in their directory", () => {
  const changed = manifests();
  expect(Object.keys(changed)).toEqual(Object.keys(original));
  for (const name of Object.keys(original)) {
    const parts = diffLines(original[name]!, changed[name]!);
    expect(parts.filter((part) => part.removed)).toEqual([]);
    expect(parts.some((part) => part.added)).toBe(name === 'kube-apiserver.yaml' || name === 'etcd.yaml');
  }
});

test('the running processes have the flags', async () => {
  const endpoint = `${await clusterIp()}:4317`;
  const apiServer = await flags('kube-apiserver');
  const config = apiServer.find((flag) => flag.startsWith('--tracing-config-file='))!.split('=')[1]!;
  expect(apiServer).toContain('--v=6');
  expect(apiServer.join(' ')).not.toContain('APIServerTracing');
  expect(fs.readFileSync(node.path(config), 'utf8')).toContain(`endpoint: ${endpoint}`);
  expect(await flags('etcd')).toEqual(expect.arrayContaining([
    '--enable-distributed-tracing=true',
    `--distributed-tracing-address=${endpoint}`,
    '--distributed-tracing-service-name=etcd',
    `--distributed-tracing-instance-id=${node.name}`,
  ]));
});

test('traces join spans of the API server and of etcd within a minute', async () => {
  let joined = joinedTraces(await spans(cluster, 60));
  await node.waitFor('joined trace', async () => {
    joined = joinedTraces(await spans(cluster, 60));
    return joined.length > 0;
  });
  const etcd = joined[0]!.find((span) => span.service === 'etcd')!;
  expect(etcd.instance).toBe(node.name);
  process.stderr.write(`${waterfall(joined[0]!)}\n`);
});

test('applying the same again changes nothing and restarts nothing', async () => {
  const before = await Promise.all(COMPONENTS.map((name) => node.processes(name)));
  const output = await apply(cluster, enabled);
  expect(output.trim().split('\n').filter((line) => !line.endsWith(' unchanged'))).toEqual([]);
  expect(await Promise.all(COMPONENTS.map((name) => node.processes(name)))).toEqual(before);
});

test('state DISABLED gives back the bytes of kubeadm, and the spans stop', async () => {
  const generations = Generations.watch(node, COMPONENTS);
  const log = await runToEnd(synth({ state: TracingState.DISABLED }));
  expect(await generations.stop()).toEqual({ 'kube-apiserver': 2, 'etcd': 2 });
  // A machine so busy that the time for the second rename had passed keeps the annotation of the first one, and says so.
  const slow = COMPONENTS.filter((name) => log.includes(`${name}: no second rename`)).map((name) => `${name}.yaml`);
  const now = Object.entries(manifests()).map(([name, text]) => [name, slow.includes(name) ? text.replace(/^ +cdk8s-control-plane-tracing\.github\.io\/first-rename: .*\n/m, '') : text]);
  expect(Object.fromEntries(now)).toEqual(original);

  // What the old processes had still queued has arrived by now; requests go on meanwhile.
  await new Promise((resolve) => setTimeout(resolve, 8_000));
  const since = BigInt(Date.now()) * 1_000_000n;
  await cluster.kubectl(['get', 'pods', '-A']);
  await new Promise((resolve) => setTimeout(resolve, 8_000));
  expect((await spans(cluster, 30)).filter((span) => span.start > since)).toEqual([]);
});

test('without a ready collector the Job fails after its bounded wait, and no manifest is touched', async () => {
  const without = synth({ runId: 'no collector', collectorWait: Duration.seconds(10) }).replace(/^ {2}replicas: 1$/m, '  replicas: 0');
  const before = await Promise.all(COMPONENTS.map((name) => node.processes(name)));
  const untouched = manifests();
  // Gone before the Job starts: on a busy machine the Collector's pod could still answer it.
  await cluster.kubectl(['-n', NAMESPACE, 'scale', 'deployment', '--all', '--replicas=0']);
  await cluster.kubectl(['-n', NAMESPACE, 'wait', '--for=delete', 'pod', '-l', 'app.kubernetes.io/component=collector', '--timeout=120s'], { timeoutSeconds: 150 });
  await apply(cluster, without);
  const end = await jobEnds(cluster, jobName(without));

  expect(end.succeeded).toBe(false);
  expect(end.terminations.join()).toContain('no collector after 10 s: the Service control-plane-tracing/control-plane-tracing-collector has no ready endpoint');
  expect(manifests()).toEqual(untouched);
  expect(await Promise.all(COMPONENTS.map((name) => node.processes(name)))).toEqual(before);
});

test('enabling once more works by plain kubectl apply, and leaves no finished Job of before', async () => {
  await runToEnd(enabled);
  const { stdout } = await cluster.kubectl(['-n', 'kube-system', 'get', 'jobs', '-o', 'name']);
  expect(stdout.trim().split('\n')).toEqual([`job.batch/${jobName(enabled)}`]);
  // Their pods go with them.
  await node.waitFor('end of the pods of before', async () => {
    const pods = await cluster.kubectl(['-n', 'kube-system', 'get', 'pods', '-l', `job-name,job-name!=${jobName(enabled)}`, '-o', 'name']);
    return pods.stdout.trim() === '';
  });
});
