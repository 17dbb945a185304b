/**
 * How long the API of a one-node control plane is unavailable when tracing is enabled on both components: in the order of the guide (etcd,
 * wait until it is well, kube-apiserver; each by one atomic rename) and by the Job. Same cluster, in turn, five times each. And how soon a pod of
 * the Job comes to its first rename, or finds that there is nothing to do.
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Duration } from 'cdk8s';
import { TracingState, TracingStackProps } from '../src';
import { Event, parseEvents, unavailableSeconds } from './outage/events';
import { describePhases, phasesOf } from './outage/phases';
import { median } from './support/median';
import { Cluster } from '../test/integration/cluster/cluster';
import { ClusterNode } from '../test/integration/cluster/node';
import { apply, jobEnds, jobName, NAMESPACE, synth } from '../test/integration/cluster/stack';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
/** The order of the guide takes minutes: not where only the Job is looked at. */
const WITH_GUIDE = process.env.GUIDE !== 'no';
/** kube-controller-manager and kube-scheduler back off after a restart. */
const PAUSE_SECONDS = 30;
const sleep = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

interface Measured {
  readonly seconds: number;
  readonly restarts: number;
  readonly events: readonly Event[];
}

async function main(): Promise<void> {
  const cluster = await Cluster.start({ name: 'outage', log: (line) => process.stderr.write(`${line}\n`) });
  const guide: Measured[] = [];
  const enabling: Measured[] = [];
  const disabling: Measured[] = [];
  const firstRename: number[] = [];
  const nothingToDo: number[] = [];
  try {
    const node = cluster.nodes[0]!;
    let run = 0;
    const props = (state: TracingState): TracingStackProps => ({ state, runId: `${++run}`, soak: Duration.seconds(2) });
    const job = (state: TracingState) => measure(cluster, node, async () => {
      firstRename.push(secondsUntil(await runJob(cluster, props(state)), 'kube-apiserver: manifest renamed'));
    });
    // The collector and the images are there before anything is measured.
    await runJob(cluster, props(TracingState.DISABLED));
    for (let round = 1; round <= ROUNDS; round++) {
      if (WITH_GUIDE) {
        guide.push(await measure(cluster, node, () => byTheGuide(cluster, node)));
        disabling.push(await job(TracingState.DISABLED));
      }
      enabling.push(await job(TracingState.ENABLED));
      nothingToDo.push(secondsUntil(await runJob(cluster, props(TracingState.ENABLED)), 'nothing to do: '));
      disabling.push(await job(TracingState.DISABLED));
      process.stderr.write(`round ${round}: guide ${guide.map(show).at(-1) ?? 'left out'}, enabling ${show(enabling.at(-1)!)}, disabling ${show(disabling.at(-1)!)}\n`);
    }
  } finally {
    await cluster.stop();
  }
  if (WITH_GUIDE) report('guide', guide);
  report('enabling', enabling);
  report('disabling', disabling);
  process.stdout.write(`from the program's start to its first rename: median ${median(firstRename).toFixed(1)} s\n`);
  process.stdout.write(`from the program's start to "nothing to do": median ${median(nothingToDo).toFixed(1)} s\n`);
  const phases = [...enabling, ...disabling].map(({ events }) => phasesOf(events)).filter(known => known !== undefined);
  process.stdout.write(`phases of ${phases.length} of ${enabling.length + disabling.length} Jobs: ${describePhases(phases)}\n`);
  const ownStart = median(phases.map(phase => phase.ownStart));
  process.stdout.write(`outage-own-start ratio ${(middle([...enabling, ...disabling]) / ownStart).toFixed(2)}\n`);
  if (WITH_GUIDE) process.stdout.write(`outage ratio ${(middle(enabling) / middle(guide)).toFixed(2)}\n`);
}

/** What a careful person does by hand: whole files, atomic renames, and waiting. */
async function byTheGuide(cluster: Cluster, node: ClusterNode): Promise<void> {
  const { stdout: ip } = await cluster.kubectl(['-n', NAMESPACE, 'get', 'service', 'control-plane-tracing-collector', '-o', 'jsonpath={.spec.clusterIP}']);
  const out = fs.mkdtempSync(path.join(os.tmpdir(), 'outage-'));
  const plan = spawnSync(path.join(__dirname, '..', 'bin', 'cdk8s-control-plane-tracing'),
    ['plan', '--manifests', node.manifestsDir, '--endpoint', `${ip}:4317`, '--node-name', node.name, '--out', out], { encoding: 'utf8' });
  if (plan.status !== 1) throw new Error(plan.stderr);
  const config = fs.readdirSync(out).find((name) => name.startsWith('tracing-config.'))!;
  fs.mkdirSync(node.path('/etc/kubernetes/tracing'), { recursive: true });
  fs.copyFileSync(path.join(out, config), node.path(`/etc/kubernetes/tracing/${config}`));
  for (const component of ['etcd', 'kube-apiserver']) {
    const old = (await node.processes(component)).map(({ pid }) => pid);
    const staged = path.join(node.manifestsDir, `.${component}.by-hand`);
    fs.copyFileSync(path.join(out, `${component}.yaml`), staged);
    fs.renameSync(staged, path.join(node.manifestsDir, `${component}.yaml`));
    await node.waitFor(`a new ${component}`, async () => {
      const now = await node.processes(component);
      return now.length === 1 && !old.includes(now[0]!.pid);
    }, 240);
    await node.waitFor('readiness', async () => (await cluster.kubectl(['get', '--raw', '/readyz', '--request-timeout=2s'], { allowFailure: true })).code === 0, 240);
  }
  fs.rmSync(out, { recursive: true });
}

/** @returns what its pods said */
async function runJob(cluster: Cluster, props: TracingStackProps): Promise<string> {
  const yaml = synth(props);
  await apply(cluster, yaml);
  const end = await jobEnds(cluster, jobName(yaml), 400);
  if (!end.succeeded) throw new Error(`the Job failed: ${end.reason}\n${end.log}`);
  return end.log;
}

/** Every line of the log begins with the seconds since the program's start. */
function secondsUntil(log: string, what: string): number {
  const line = log.split('\n').find((text) => text.includes(what));
  const seconds = /\+([\d.]+)s /.exec(line ?? '')?.[1];
  if (seconds === undefined) throw new Error(`no line with its time says ${JSON.stringify(what)}:\n${log}`);
  return Number(seconds);
}

async function measure(cluster: Cluster, node: ClusterNode, change: () => Promise<void>): Promise<Measured> {
  await quiet(cluster, node);
  const before = await restarts(cluster);
  const poller = node.spawn([process.execPath, path.join(__dirname, 'outage/observer.mjs'), node.address], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  poller.stdout!.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await sleep(1);
  await change();
  await sleep(3);
  poller.kill('SIGKILL');
  const events = parseEvents(text);
  return { seconds: unavailableSeconds(events), restarts: await restarts(cluster) - before, events };
}

async function quiet(cluster: Cluster, node: ClusterNode): Promise<void> {
  await sleep(PAUSE_SECONDS);
  await node.waitFor('all pods Ready', async () => (await cluster.kubectl(['-n', 'kube-system', 'wait', '--for=condition=Ready', 'pod',
    '-l', 'tier=control-plane', '--timeout=30s'], { allowFailure: true })).code === 0, 600);
}

/** Of kube-controller-manager and kube-scheduler, which end when they lose their leases. */
async function restarts(cluster: Cluster): Promise<number> {
  const { stdout } = await cluster.kubectl(['-n', 'kube-system', 'get', 'pods', '-l', 'component in (kube-controller-manager,kube-scheduler)',
    '-o', 'jsonpath={.items[*].status.containerStatuses[0].restartCount}']);
  return stdout.split(' ').reduce((sum, count) => sum + Number(count), 0);
}

function middle(measured: readonly Measured[]): number {
  return median(measured.map(({ seconds }) => seconds));
}

function show({ seconds, restarts: n }: Measured): string {
  return `${seconds.toFixed(1)} s (${n} restarts)`;
}

function report(name: string, measured: readonly Measured[]): void {
  process.stdout.write(`${name}: median ${middle(measured).toFixed(1)} s of ${measured.map(show).join(', ')}\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
