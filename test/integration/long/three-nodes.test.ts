/** What can go wrong on a control plane of three nodes, and what must not come of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Duration } from 'cdk8s';
import { CollectorAddress, TracingStackProps } from '../../../src';
import { ensureClusterImages, NODE_IMAGE } from '../../support/components/images';
import { Cluster } from '../cluster/cluster';
import { changeBegins, DamagedConfig, theProgram } from '../cluster/interference';
import { jobRunEnds, runJob } from '../cluster/job-run';
import { ClusterNode } from '../cluster/node';
import { manifests, stateOf } from '../cluster/node-state';
import { apply, JobEnd, jobName, synth } from '../cluster/stack';
import { Watch } from '../cluster/watch';
import { Writer, Writes } from '../cluster/writer';

let cluster: Cluster;
const ONCE = { 'kube-apiserver': 1, 'etcd': 1 };
const NEVER = { 'kube-apiserver': 0, 'etcd': 0 };

beforeAll(async () => {
  cluster = await Cluster.start({ name: 'three-nodes-long', nodes: 3, log: (line) => process.stderr.write(`${line}\n`) });
});
afterAll(() => cluster?.stop());

interface Observed {
  readonly end: JobEnd;
  readonly watch: Watch;
  readonly writes: Writes;
}

/** Runs a Job while a client writes, and something else may happen. */
async function observed(props: TracingStackProps, meanwhile: (job: string) => Promise<void> = async () => {}): Promise<Observed> {
  const yaml = synth({ controlPlaneNodes: 3, soak: Duration.seconds(2), ...props });
  const watch = await Watch.start(cluster);
  const writer = await Writer.start(cluster);
  const events = meanwhile(jobName(yaml));
  await apply(cluster, yaml);
  await events;
  const end = await jobRunEnds(cluster, jobName(yaml), 900);
  const writes = await writer.stop();
  await watch.stop();
  process.stderr.write(`${JSON.stringify(writes)}\n`);
  return { end, watch, writes };
}

function expectNoHarm({ watch, writes }: Observed): void {
  const turns = watch.turns();
  turns.slice(1).forEach((turn, index) => expect(turn.start).toBeGreaterThan(turns[index]!.end));
  expect(watch.outageSeconds()).toBe(0);
  expect(writes.failed).toEqual([]);
  expect(writes.slowestMilliseconds).toBeLessThan(5_000);
}

test('a pod that cannot start keeps all nodes from being touched', async () => {
  const node = cluster.nodes[2]!;
  const before = await stateOf(cluster.nodes);
  await node.removeImage(NODE_IMAGE);

  const end = await runJob(cluster, { controlPlaneNodes: 3, runId: 'no image', healthTimeout: Duration.seconds(60), soak: Duration.seconds(0), turnWait: Duration.seconds(120) });

  expect(end.succeeded).toBe(false);
  expect(end.terminations.join('\n')).toContain('refused, nothing was touched [no-turn]: nothing has happened for 120 s: waiting for all nodes to check in (so far cp1, cp2)');
  expect(await stateOf(cluster.nodes)).toEqual(before);
  for (const archive of (await ensureClusterImages()).workload) await node.addImage(archive);
});

test('a node whose new API server does not start is rolled back, the others are not touched, and the Job says why it failed', async () => {
  const originals = cluster.nodes.map(manifests);
  const damage = DamagedConfig.watch(cluster.nodes);
  let first!: ClusterNode;
  let others!: readonly ClusterNode[];
  let before!: object;

  const run = await observed({ runId: 'damaged', healthTimeout: Duration.seconds(90) }, async () => {
    first = await changeBegins(cluster.nodes);
    others = cluster.nodes.filter((node) => node !== first);
    before = await stateOf(others);
  });
  damage.stop();

  expect(run.end.succeeded).toBe(false);
  expect(run.end.reason).toContain('exit code 1'); // 11 of the node, or 13 of another
  expect(run.end.terminations.filter((text) => text.startsWith('rolled back, the components run as before'))).toHaveLength(1);
  // The first that hears of it ends the Job, and that may end the other one before it has heard.
  const heard = run.end.terminations.filter((text) => text.startsWith(`stopped: node ${first.name} failed (rolled back, the components run as before`));
  expect(heard.length).toBeGreaterThan(0);
  expect(run.end.terminations.filter((text) => text.startsWith('done'))).toEqual([]);
  expect(damage.nodes).toEqual([first.name]);
  expect(cluster.nodes.map(manifests)).toEqual(originals);
  expect(await stateOf(others)).toEqual(before);
  expectNoHarm(run);
});

test('a new run starts clean; a pod that is killed and one that is deleted in mid-turn are replaced, and their nodes come through with one restart', async () => {
  const run = await observed({ runId: 'after the failure' }, async (job) => {
    const killed = await changeBegins(cluster.nodes);
    process.kill((await theProgram(killed)).pid, 'SIGKILL');
    const deleted = await changeBegins(cluster.nodes.filter((node) => node !== killed), 300);
    await cluster.kubectl(['-n', 'kube-system', 'delete', 'pod', '--wait=false', '-l', `job-name=${job}`, `--field-selector=spec.nodeName=${deleted.name}`]);
    process.stderr.write(`killed on ${killed.name}, deleted on ${deleted.name}\n`);
  });

  expect(run.end.succeeded).toBe(true);
  expect(run.end.log).toContain('an earlier run was interrupted (swapping');
  expect(run.watch.restarts()).toEqual({ cp1: ONCE, cp2: ONCE, cp3: ONCE });
  expectNoHarm(run);
});

test('another run has nothing to do: it writes nothing and restarts nothing', async () => {
  const before = await stateOf(cluster.nodes);
  const { end, watch } = await observed({ runId: 'once more' });

  expect(end.succeeded).toBe(true);
  expect(end.terminations).toEqual(Array(3).fill('nothing to do: the manifests already are as asked'));
  expect(watch.restarts()).toEqual({ cp1: NEVER, cp2: NEVER, cp3: NEVER });
  expect(await stateOf(cluster.nodes)).toEqual(before);
});

test('two different Jobs at once do their work one after the other', async () => {
  const yamls = [1, 2].map((rate) => synth({ controlPlaneNodes: 3, soak: Duration.seconds(0), etcdSamplingRatePerMillion: rate }));
  const watch = await Watch.start(cluster);
  const active = new ActiveJobs(cluster);
  const begins = changeBegins(cluster.nodes);
  await apply(cluster, yamls[0]!);
  await begins;
  await apply(cluster, yamls[1]!);
  const ends = await Promise.all(yamls.map((yaml) => jobRunEnds(cluster, jobName(yaml), 900)));
  await watch.stop();

  expect(ends.map(({ succeeded }) => succeeded)).toEqual([true, true]);
  expect(await active.stop()).toHaveLength(2);
  // An API server whose etcd is away for most of a minute may be restarted by kubelet's own probe.
  expect(Object.values(watch.restarts()).map(({ etcd }) => etcd)).toEqual([2, 2, 2]);
  expect(watch.outageSeconds()).toBe(0);
});

test('a Job that waits in vain leaves its place to a newer one, and changes nothing afterwards', async () => {
  const props = { controlPlaneNodes: 3, soak: Duration.seconds(0), etcdSamplingRatePerMillion: await etcdRate(cluster.nodes[0]!) };
  const before = await stateOf(cluster.nodes);
  const wrong = synth({ ...props, runId: 'wrong', samplingRatePerMillion: 7, collectorAddress: CollectorAddress.endpoint('10.96.255.254:4317') });
  await apply(cluster, wrong);
  await cluster.kubectl(['-n', 'kube-system', 'wait', `job/${jobName(wrong)}`, '--for=jsonpath={.status.active}=3', '--timeout=60s']);

  const end = await runJob(cluster, { ...props, runId: 'right' });

  expect(end.succeeded).toBe(true);
  await cluster.nodes[0]!.waitFor('end of the Job that waited', async () => {
    const { code } = await cluster.kubectl(['-n', 'kube-system', 'get', 'job', jobName(wrong)], { allowFailure: true });
    return code !== 0;
  });
  expect(await stateOf(cluster.nodes)).toEqual(before);
});

test('a node that has joined meanwhile is found by a new run, which leaves the others alone', async () => {
  const before = await stateOf(cluster.nodes);
  const earlier = [...cluster.nodes];
  await cluster.join();

  const end = await runJob(cluster, { controlPlaneNodes: 4, runId: 'four nodes', etcdSamplingRatePerMillion: await etcdRate(earlier[0]!) });

  expect(end.succeeded).toBe(true);
  expect([...end.terminations].sort()).toEqual([
    'done: kube-apiserver and etcd restarted with the planned flags and healthy',
    ...Array(3).fill('nothing to do: the manifests already are as asked'),
  ]);
  expect(await stateOf(earlier)).toEqual(before);
});

async function etcdRate(node: ClusterNode): Promise<number> {
  const [etcd] = await node.processes('etcd');
  return Number(etcd!.argv.find((flag) => flag.startsWith('--distributed-tracing-sampling-rate='))!.split('=')[1]);
}

/** Follows the Lease: which Jobs were at work, in this order; a Job that was at work twice is there twice. */
class ActiveJobs {
  private readonly seen: string[] = [];
  private ended = false;
  private readonly loop: Promise<void>;

  public constructor(private readonly on: Cluster) {
    this.loop = this.look();
  }

  public async stop(): Promise<string[]> {
    this.ended = true;
    await this.loop;
    return this.seen;
  }

  private async look(): Promise<void> {
    while (!this.ended) {
      const { code, stdout } = await this.on.kubectl(['-n', 'kube-system', 'get', 'lease', 'control-plane-tracing', '-o', 'json'], { allowFailure: true });
      if (code === 0) {
        const { active } = JSON.parse(JSON.parse(stdout).metadata.annotations['cdk8s-control-plane-tracing.github.io/runs']) as { active: string | null };
        if (active !== null && active !== this.seen.at(-1)) this.seen.push(active);
      }
      await sleep(1000);
    }
  }
}
