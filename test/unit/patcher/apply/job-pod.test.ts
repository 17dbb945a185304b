/** Whole Jobs: real plans, real files, real turns; the API server is one in memory, and kubelet starts everything at once. */
import * as fs from 'fs';
import * as path from 'path';
import * as fc from 'fast-check';
import { ClusterOfPods, PODS } from './cluster-of-pods';
import { TEMPLATE, World } from './world';
import { EXIT } from '../../../../src/patch-spec/exit-status';
import { PatchSpec } from '../../../../src/patch-spec/patch-spec';
import { JobPod, PodEnd } from '../../../../src/patcher/apply/job-pod';
import { NodeLock } from '../../../../src/patcher/host/node-lock';
import { ETCD, KUBE_APISERVER } from '../../../support/model-node/manifests';

const COLLECTOR = '10.96.0.5';
const ON = { state: 'enabled' } as const;
const OFF = { state: 'disabled' } as const;

let cluster: ClusterOfPods;
let worlds: Map<string, World>;

beforeEach(() => {
  cluster = new ClusterOfPods();
  worlds = new Map(['a', 'b', 'c'].map(name => [name, new World(cluster.clock)]));
  for (const world of worlds.values()) world.accepts = host => host === COLLECTOR;
});

afterEach(() => {
  for (const { directory } of worlds.values()) fs.rmSync(directory, { recursive: true });
});

/** All pods of a Job, from start to end. */
async function job(uid: string, change: Partial<PatchSpec>, created: number): Promise<PodEnd[]> {
  await cluster.clock.sleep(created * 1000 - cluster.clock.now());
  cluster.setJob(uid, false, created);
  const locked = new Set<string>();
  const ends = await Promise.all([...worlds].map(async ([nodeName, world]) => {
    const spec = world.spec({ controlPlaneNodes: worlds.size, ...change });
    const lock = async (): Promise<Pick<NodeLock, 'release'> | undefined> => {
      if (locked.has(nodeName)) return undefined;
      locked.add(nodeName);
      return { release: async () => void locked.delete(nodeName) };
    };
    return new JobPod(world.host, cluster.api.asApi, { spec, template: TEMPLATE, participant: { nodeName, jobUid: uid }, lock }).carryOut();
  }));
  cluster.setJob(uid, true, created);
  return ends;
}

const statuses = (ends: readonly PodEnd[]) => ends.map(({ status }) => status);

function manifests({ manifests: directory }: World): string[] {
  return ['kube-apiserver.yaml', 'etcd.yaml'].map(name => fs.readFileSync(path.join(directory, name), 'utf8'));
}

/** Those of a node on which it was switched on. */
async function manifestsWithTracing(): Promise<string[]> {
  const world = new World();
  try {
    await world.execute('job');
    return manifests(world);
  } finally {
    fs.rmSync(world.directory, { recursive: true });
  }
}

/** Which nodes have tracing on. */
function traced(): string[] {
  return [...worlds].filter(([, world]) => manifests(world).join().includes('tracing')).map(([name]) => name);
}

test('a Job that is at work is not cut short by a newer one, which has the last word on every node', async () => {
  const enabling = job('job-1', ON, 1);
  // In the middle of the first node's turn, when two nodes are still as the second Job wants them.
  const disabling = job('job-2', OFF, 3);
  const ends = await cluster.clock.run(Promise.all([enabling, disabling]));
  expect(ends.map(statuses)).toEqual([Array(3).fill(EXIT.done), Array(3).fill(EXIT.done)]);
  expect(traced()).toEqual([]);
  expect([...worlds.values()].map(manifests)).toEqual(Array(3).fill([KUBE_APISERVER, ETCD]));
});

test('a Job that has not begun leaves everything to a newer one, however much later it could begin', async () => {
  let there = false;
  for (const world of worlds.values()) world.accepts = host => there && host === COLLECTOR;
  cluster.clock.at(30_000, () => { there = true; });
  const waiting = job('job-1', { ...ON, timing: { ...cluster.spec.timing, collectorWaitSeconds: 60 } }, 1);
  const newer = job('job-2', OFF, 3);
  const [older, ends] = await cluster.clock.run(Promise.all([waiting, newer]));
  expect(statuses(ends!)).toEqual(Array(3).fill(EXIT.done));
  expect(statuses(older!).every(status => [EXIT.refused, EXIT.otherNodeFailed].includes(status as 10))).toBe(true);
  // The newer one has deleted it when it was done.
  expect(older!.map(({ message }) => message).join()).toContain('[superseded]: this Job was deleted');
  expect(traced()).toEqual([]);
});

test('a Job that has not begun ends when a newer one comes', async () => {
  cluster.setJob('newer', false, 20);
  const ends = await cluster.clock.run(job('job-1', ON, 1));
  expect(ends.map(({ message }) => message).join()).toContain('[superseded]: the Job newer is newer, and takes the place of this one');
  expect(traced()).toEqual([]);
});

test('of two Jobs that come at any time, the newer one has the last word', async () => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 60 }), fc.array(fc.constantFrom('a', 'b', 'c')), fc.boolean(), async (later, already, on) => {
    for (const [name, world] of worlds) {
      // Whatever was there before.
      const [apiServer, etcd] = already.some(one => one === name) ? await manifestsWithTracing() : [KUBE_APISERVER, ETCD];
      fs.rmSync(path.join(world.directory, 'tracing'), { recursive: true, force: true });
      fs.writeFileSync(path.join(world.manifests, 'kube-apiserver.yaml'), apiServer!, { mode: 0o600 });
      fs.writeFileSync(path.join(world.manifests, 'etcd.yaml'), etcd!, { mode: 0o600 });
    }
    const start = Math.ceil(cluster.clock.now() / 1000);
    const uid = `${start}`;
    const older = job(`older-${uid}`, on ? OFF : ON, start);
    const newer = job(`newer-${uid}`, on ? ON : OFF, start + later);
    const [, ends] = await cluster.clock.run(Promise.all([older, newer]));
    expect(statuses(ends!)).toEqual(Array(3).fill(EXIT.done));
    expect(traced()).toEqual(on ? ['a', 'b', 'c'] : []);
  }), { numRuns: Math.min(200, Number(process.env.FAST_CHECK_RUNS ?? 4)) });
}, 600_000);

test('a Job of before that is not finished, but never began, goes with the finished ones; a newer one stays', async () => {
  cluster.setJob('stuck', false, 1);
  cluster.setJob('finished', true, 2);
  const ours = job('job-1', ON, 5);
  // When this one has begun.
  cluster.clock.at(7_000, () => cluster.setJob('another', false, 7));
  expect(statuses(await cluster.clock.run(ours))).toEqual(Array(3).fill(EXIT.done));
  expect(cluster.jobs().sort()).toEqual(['another', 'job-1']);
});

test('a node that was as asked, and was changed before its turn to say so, is changed back in a turn of its own', async () => {
  await cluster.clock.run(job('job-0', ON, 1));
  const [first] = worlds.values();
  // Somebody takes the flags out by hand after the look, while another Job keeps this one from going on.
  cluster.setJob('another', false, 0);
  await cluster.clock.run(cluster.turns('a', 'another').checkIn());
  await cluster.clock.run(cluster.turns('a', 'another').takeToResume());
  cluster.clock.at(20_000, () => fs.writeFileSync(path.join(first!.manifests, 'etcd.yaml'), ETCD, { mode: 0o600 }));
  cluster.clock.at(30_000, () => cluster.setJob('another', true, 0));
  expect(statuses(await cluster.clock.run(job('job-1', ON, 10)))).toEqual(Array(3).fill(EXIT.done));
  expect(traced()).toEqual(['a', 'b', 'c']);
  expect(manifests(first!)[1]).toContain('distributed-tracing');
});

test('a pod that has done its work says so also where another node fails', async () => {
  worlds.get('b')!.answers = argv => !argv.includes('tracing');
  const ends = await cluster.clock.run(job('job-1', ON, 1));
  expect(statuses(ends)).toContain(EXIT.rolledBack);
  const changed = [...worlds].filter(([name]) => traced().includes(name)).map(([name]) => ['a', 'b', 'c'].indexOf(name));
  for (const index of changed) {
    expect(ends[index]).toMatchObject({ status: EXIT.otherNodeFailed, message: expect.stringMatching(/^done: .*; but node b failed \(rolled back/) });
  }
  expect(traced()).not.toContain('b');
});

describe('mirror pods', () => {
  /** @param hashOf what the mirror pod of a node's API server says */
  const mirrors = (hashOf: (world: World) => string) => {
    for (const [name, world] of worlds) {
      const annotations = { 'kubernetes.io/config.hash': hashOf(world) };
      cluster.api.put(PODS, {
        metadata: { name: `kube-apiserver-${name}`, labels: { component: 'kube-apiserver' }, annotations },
        spec: { nodeName: name },
        status: { conditions: [{ type: 'Ready', status: 'True' }] },
      });
    }
  };

  beforeEach(() => {
    for (const world of worlds.values()) world.inPods = true;
    mirrors(world => world.podUid('kube-apiserver'));
  });

  test('the next turn begins when they are those of the new manifests', async () => {
    for (let seconds = 60; seconds < 600; seconds += 5) cluster.clock.at(seconds * 1000, () => mirrors(world => world.podUid('kube-apiserver')));
    let early: string[] = [];
    cluster.clock.at(59_000, () => { early = traced(); });
    expect(statuses(await cluster.clock.run(job('job-1', ON, 1)))).toEqual(Array(3).fill(EXIT.done));
    expect(early).toHaveLength(1);
    expect(traced()).toEqual(['a', 'b', 'c']);
  });

  test('that never follow end the Job: the first node is changed and well, and the others are not touched', async () => {
    const ends = await cluster.clock.run(job('job-1', ON, 1));
    expect(statuses(ends).sort()).toEqual([EXIT.broken, EXIT.otherNodeFailed, EXIT.otherNodeFailed]);
    expect(ends.find(({ status }) => status === EXIT.broken)!.message)
      .toMatch(/^done: kube-apiserver and etcd restarted .*; but the mirror pods of kube-apiserver on [abc] are still those of before: look at kubelet$/);
    expect(traced()).toHaveLength(1);
    expect(cluster.ledger.holder).toBeNull();
  });
});

test.each([[2, true], [3, false]])('what %i control-plane nodes mean for etcd is said at the start: %p', async (nodes, said) => {
  if (nodes === 2) {
    cluster.removeNode('c');
    fs.rmSync(worlds.get('c')!.directory, { recursive: true });
    worlds.delete('c');
  }
  await cluster.clock.run(job('job-1', ON, 1));
  for (const { log } of worlds.values()) expect(log.join().includes('an etcd of two members has no quorum while one restarts')).toBe(said);
});
