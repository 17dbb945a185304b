/** Whatever goes wrong, and whenever: a pod that has touched something says so. */
import * as fs from 'fs';
import * as path from 'path';
import * as fc from 'fast-check';
import { ClusterOfPods, LEASES } from './cluster-of-pods';
import { TEMPLATE, World } from './world';
import { EXIT } from '../../../../src/patch-spec/exit-status';
import { JobPod, JobPodInput, PodEnd } from '../../../../src/patcher/apply/job-pod';
import { Host } from '../../../../src/patcher/host/host';
import { KubeApiError } from '../../../../src/patcher/host/kube-api';
import { ETCD, KUBE_APISERVER } from '../../../support/model-node/manifests';

let cluster: ClusterOfPods;
let world: World;

function start(): void {
  cluster = new ClusterOfPods();
  for (const name of ['b', 'c']) cluster.removeNode(name);
  world = new World(cluster.clock);
  world.accepts = host => host === '10.96.0.5';
}

function end(): void {
  fs.rmSync(world.directory, { recursive: true });
}

beforeEach(start);
afterEach(() => end());

/** The pod of a Job on the only node; one that crashes says what was thrown, as the program does. */
async function pod(host: Host = world.host, controlPlaneNodes = 1, lock: JobPodInput['lock'] = async () => ({ release: async () => undefined })): Promise<PodEnd> {
  const spec = world.spec({ controlPlaneNodes, timing: { ...world.spec().timing, turnWaitSeconds: 300 } });
  const job = new JobPod(host, cluster.api.asApi, { spec, template: TEMPLATE, participant: { nodeName: 'a', jobUid: 'job-1' }, lock });
  return cluster.clock.run(job.carryOut().catch((e: Error): PodEnd => ({ status: EXIT.stopped, message: String(e.stack) })));
}

async function killAfter(renames: number): Promise<void> {
  world.killedAfter = renames;
  await world.execute('job-0').catch(() => undefined);
  world.killedAfter = Infinity;
}

function edit(component: string): void {
  fs.appendFileSync(path.join(world.manifests, `${component}.yaml`), '# by hand\n');
}

function putBack(component: string): void {
  fs.writeFileSync(path.join(world.manifests, `${component}.yaml`), component === 'etcd' ? ETCD : KUBE_APISERVER);
}

/** After so many renames by the pod under test. */
function afterRenames(count: number, work: () => void): void {
  let left = count;
  world.disturb = operation => {
    if (world.renamed.length >= count && left >= 0 && operation !== 'rename') {
      left = -1;
      work();
    }
  };
}

test('somebody edits the manifest that was renamed: the node was touched, needs a person, and keeps the turn', async () => {
  afterRenames(1, () => edit('kube-apiserver'));
  const { status, message } = await pod();
  expect(status).toBe(EXIT.broken);
  expect(message).toMatch(/^this node needs a person: kube-apiserver was restarted: .*kube-apiserver\.yaml was changed by somebody else/);
  expect(message).not.toMatch(/nothing was touched|to repair it/);
  expect(cluster.ledger).toMatchObject({ holder: 'a', runs: { 'job-1': { failure: { reason: message } } } });
});

test('another number of nodes than declared: nothing is touched', async () => {
  expect(await pod(world.host, 2)).toMatchObject({ status: EXIT.refused, message: expect.stringContaining('[wrong-node-count]: the cluster has 1 control-plane nodes (a), controlPlaneNodes is 2') });
  expect(world.renamed).toEqual([]);
});

test('while another program works on the node, this one waits; and touches nothing when that takes too long', async () => {
  let free = false;
  cluster.clock.at(60_000, () => { free = true; });
  const lock = async () => free ? { release: async () => undefined } : undefined;
  expect((await pod(world.host, 1, lock)).status).toBe(EXIT.done);
  expect(world.renamedAt[0]).toBeGreaterThanOrEqual(60_000);

  end();
  start();
  expect(await pod(world.host, 1, async () => undefined)).toMatchObject({
    status: EXIT.refused, message: expect.stringContaining('[no-turn]: for 300 s another program of this kind has worked on this node'),
  });
  expect(world.renamed).toEqual([]);
});

test('somebody edits a manifest before the first rename: nothing was touched, and the turn is given back', async () => {
  world.disturb = (operation, file) => {
    if (operation === 'replace' && file.endsWith('journal.json') && world.renamed.length === 0 && !world.log.includes('edited')) {
      world.log.push('edited');
      edit('kube-apiserver');
    }
  };
  expect(await pod()).toMatchObject({ status: EXIT.refused, message: expect.stringMatching(/^refused, nothing was touched \[foreign-change\]/) });
  expect(cluster.ledger.holder).toBeNull();
});

test('a disk that cannot be read before anything was touched: it is said in words, and the next pod tries again', async () => {
  world.fails = (call, file) => call === 'list' && file === world.manifests;
  expect(await pod()).toEqual({ status: EXIT.stopped, message: 'stopped, nothing was touched: EIO: list' });
});

test('an interrupted run is brought to its end, and then this one is refused', async () => {
  await killAfter(1);
  world.accepts = () => false;
  const { status, message } = await pod();
  expect(status).toBe(EXIT.broken);
  expect(message).toMatch(/kube-apiserver and etcd were restarted: with the change of an interrupted run, and healthy; after that, this run was refused \[no-collector\]/);
  // The components are well, so that others may work.
  expect(cluster.ledger).toMatchObject({ holder: null, runs: { 'job-1': { failure: { reason: message } } } });
});

test('an interrupted run of another Job is taken back, and then this one is refused', async () => {
  await killAfter(1);
  world.answers = argv => !argv.includes('tracing');
  world.accepts = () => false;
  expect(await pod()).toMatchObject({
    status: EXIT.rolledBack, message: expect.stringMatching(/^rolled back, the components run as before: kube-apiserver and etcd were restarted: .*\[no-collector\]/),
  });
});

test('an interrupted run is brought to its end, and nothing is left to do', async () => {
  await killAfter(1);
  expect(await pod()).toEqual({ status: EXIT.done, message: 'done: kube-apiserver and etcd restarted with the planned flags and healthy' });
});

test('somebody puts back what was there, after it was renamed', async () => {
  afterRenames(1, () => fs.writeFileSync(path.join(world.manifests, 'kube-apiserver.yaml'), KUBE_APISERVER));
  world.disturb = (inner => (operation: string, file: string) => {
    inner(operation, file);
    if (operation === 'rename' && world.renamed.length === 1) throw new Error('EIO');
  })(world.disturb);
  expect((await pod()).message).toContain('kube-apiserver was restarted');
});

const COMPONENT = fc.constantFrom('kube-apiserver', 'etcd');
const SECONDS = fc.integer({ min: 0, max: 40 });
const FAULTS = fc.record({
  /** A run of another Job was killed after so many renames. */
  before: fc.option(fc.integer({ min: 0, max: 4 })),
  edit: fc.option(fc.record({ component: COMPONENT, at: SECONDS }), { freq: 2 }),
  editAfter: fc.option(fc.record({ component: COMPONENT, renames: fc.integer({ min: 0, max: 4 }) }), { freq: 2 }),
  /** Somebody puts back what was there before all. */
  putBack: fc.option(fc.record({ component: COMPONENT, renames: fc.integer({ min: 1, max: 4 }) }), { freq: 1 }),
  stop: fc.option(SECONDS, { freq: 1 }),
  /** From which call on, and for how many, files cannot be reached. */
  eio: fc.option(fc.record({ from: fc.integer({ min: 0, max: 400 }), calls: fc.constantFrom(1, 3, Infinity) }), { freq: 1 }),
  sick: fc.boolean(),
  forbiddenFrom: fc.option(SECONDS, { freq: 1 }),
  lease: fc.option(SECONDS, { freq: 1 }),
  nodes: fc.constantFrom(1, 1, 1, 2),
});

test('over random faults, the ending names every component whose manifest the pod has renamed', async () => {
  let touching = 0;
  await fc.assert(fc.asyncProperty(FAULTS, async faults => {
    end();
    start();
    if (faults.before !== null) await killAfter(faults.before);
    world.renamed.length = 0;
    const host = world.host;
    const now = cluster.clock.now();
    const at = (seconds: number, work: () => void) => cluster.clock.at(now + seconds * 1000, work);
    if (faults.sick) world.answers = argv => !argv.includes('tracing');
    const { stop, forbiddenFrom, lease } = faults;
    if (faults.edit) at(faults.edit.at, () => edit(faults.edit!.component));
    if (faults.editAfter) afterRenames(faults.editAfter.renames, () => edit(faults.editAfter!.component));
    if (faults.putBack) {
      const { component, renames } = faults.putBack;
      const inner = world.disturb;
      afterRenames(renames, () => putBack(component));
      const outer = world.disturb;
      world.disturb = (operation, file) => {
        inner(operation, file);
        outer(operation, file);
      };
    }
    if (stop !== null) at(stop, () => host.stop.request('SIGTERM'));
    if (forbiddenFrom !== null) at(forbiddenFrom, () => { cluster.api.disturb = () => { throw new KubeApiError(403, 'forbidden'); }; });
    if (lease !== null) {
      at(lease, () => cluster.api.put(LEASES, { metadata: { name: 'tracing', annotations: { 'cdk8s-control-plane-tracing.github.io/runs': '{' } } }));
    }
    if (faults.eio) {
      const { eio: { from, calls } } = faults;
      const inner = world.disturb;
      let made = 0;
      world.disturb = (operation, file) => {
        inner(operation, file);
        if (++made > from && made <= from + calls) throw new Error(`EIO: i/o error, ${operation}`);
      };
    }
    const { status, message } = await pod(host, faults.nodes);
    const touched = [...new Set(world.renamed.map(name => name.replace('.yaml', '')))];
    if (touched.length > 0) touching++;
    expect(touched.filter(component => !message.includes(component))).toEqual([]);
    if (touched.length > 0) {
      expect(message).toMatch(/restarted/);
      expect(message).not.toMatch(/nothing was touched|nothing to do/);
      expect(status).not.toBe(EXIT.refused);
    }
  }), { numRuns: Number(process.env.FAST_CHECK_RUNS ?? 40) });
  // Otherwise it has shown nothing.
  expect(touching).toBeGreaterThan(5);
}, 120_000);
