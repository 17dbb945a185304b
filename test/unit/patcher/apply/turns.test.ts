import * as fc from 'fast-check';
import { ClusterOfPods, LEASES, NODES, PODS } from './cluster-of-pods';

const NAMES = ['a', 'b', 'c'];

test('three pods take three turns, one after the other', async () => {
  const cluster = new ClusterOfPods();
  const ends = await cluster.clock.run(Promise.all(NAMES.map(name => cluster.pod(name))));
  expect(ends).toEqual(['taken', 'taken', 'taken']);
  expect(cluster.work.map(w => w.node).sort()).toEqual(NAMES);
  expect(cluster.overlaps()).toEqual([]);
  expect(cluster.ledger).toMatchObject({ holder: null, active: null });
});

test('nobody takes a turn before all have checked in', async () => {
  const cluster = new ClusterOfPods();
  const late = cluster.clock.sleep(30_000).then(() => cluster.pod('c'));
  await cluster.clock.run(Promise.all([cluster.pod('a'), cluster.pod('b'), late]));
  expect(Math.min(...cluster.work.map(w => w.from))).toBeGreaterThan(30_000);
});

test('a pod that never comes ends the wait of the others, with nothing done', async () => {
  const cluster = new ClusterOfPods();
  expect(await cluster.clock.run(Promise.all([cluster.pod('a'), cluster.pod('b')]))).toEqual(['gave-up', 'gave-up']);
  expect(cluster.work).toEqual([]);
});

test('a failure stops the others, and gives the turn back', async () => {
  const cluster = new ClusterOfPods();
  const turns = cluster.turns('a');
  await cluster.clock.run(Promise.all(NAMES.map(name => cluster.turns(name).checkIn())));
  await cluster.clock.run(turns.take());
  const failing = cluster.clock.sleep(5_000).then(() => turns.fail('rolled back', false));
  const [, ...others] = await cluster.clock.run(Promise.all([failing, cluster.pod('b'), cluster.pod('c')]));
  expect(others).toEqual(['other-failed', 'other-failed']);
  expect(cluster.work).toEqual([]);
  expect(cluster.ledger).toMatchObject({ holder: null, active: null, runs: { 'job-1': { failure: { node: 'a', reason: 'rolled back' } } } });
});

test('a new Job starts clean after one that failed', async () => {
  const cluster = new ClusterOfPods();
  const turns = cluster.turns('a');
  await cluster.clock.run(turns.checkIn().then(() => turns.fail('no', false)));
  cluster.setJob('job-1', true);
  expect(await cluster.clock.run(Promise.all(NAMES.map(name => cluster.pod(name, 'job-2'))))).toEqual(['taken', 'taken', 'taken']);
  expect(Object.keys(cluster.ledger.runs)).toEqual(['job-2']);
});

test('a broken node keeps the turn, and only its own pods may go on', async () => {
  const cluster = new ClusterOfPods();
  const turns = cluster.turns('a');
  await cluster.clock.run(Promise.all(NAMES.map(name => cluster.turns(name).checkIn())));
  await cluster.clock.run(turns.take().then(() => turns.fail('needs a person', true)));
  cluster.setJob('job-1', true);
  expect(cluster.ledger.holder).toBe('a');
  expect(await cluster.clock.run(Promise.all(['b', 'c'].map(name => cluster.pod(name, 'job-2'))))).toEqual(['gave-up', 'gave-up']);
  expect(await cluster.clock.run(cluster.turns('a', 'job-2').takeToResume())).toEqual({ kind: 'taken' });
});

test('a holder that is no control-plane node any more holds nothing', async () => {
  const cluster = new ClusterOfPods();
  cluster.addNode('gone');
  cluster.setJob('job-0', false);
  const gone = cluster.turns('gone', 'job-0');
  await cluster.clock.run(gone.takeToResume());
  expect(cluster.ledger.holder).toBe('gone');
  cluster.setJob('job-0', true);
  cluster.api.objects.delete(`${NODES}/gone`);
  cluster.api.objects.delete(`${PODS}/kube-apiserver-gone`);
  expect(await cluster.clock.run(Promise.all(NAMES.map(name => cluster.pod(name))))).toEqual(['taken', 'taken', 'taken']);
});

test('a pod that was killed between the change and the release is replaced by one that gives the turn back', async () => {
  const cluster = new ClusterOfPods();
  const killed = cluster.turns('a');
  await cluster.clock.run(Promise.all(NAMES.map(name => cluster.turns(name).checkIn())));
  await cluster.clock.run(killed.take());
  const replacement = async () => {
    await cluster.clock.sleep(10_000);
    const turns = cluster.turns('a');
    await turns.checkIn();
    await turns.quiet();
    await turns.done();
    return (await turns.allDone()).kind;
  };
  expect(await cluster.clock.run(Promise.all([replacement(), cluster.pod('b'), cluster.pod('c')]))).toEqual(['taken', 'taken', 'taken']);
  expect(Math.min(...cluster.work.map(w => w.from))).toBeGreaterThan(10_000);
});

test('two Jobs at once are one after the other', async () => {
  const cluster = new ClusterOfPods();
  const job = async (uid: string) => {
    const ends = await Promise.all(NAMES.map(name => cluster.pod(name, uid)));
    cluster.setJob(uid, true);
    return ends;
  };
  const ends = await cluster.clock.run(Promise.all([job('job-1'), job('job-2')]));
  expect(ends.flat()).toEqual(Array(6).fill('taken'));
  expect(cluster.overlaps()).toEqual([]);
  const order = cluster.work.map(w => w.job);
  expect(order).toEqual([...order].sort((x, y) => order.indexOf(x) - order.indexOf(y)));
});

test('a pod of another Job that fails on the node in mid-change does not give its turn away', async () => {
  const cluster = new ClusterOfPods();
  await cluster.clock.run(Promise.all(NAMES.map(name => cluster.turns(name).checkIn())));
  await cluster.clock.run(cluster.turns('a').take());
  await cluster.clock.run(cluster.turns('a', 'job-2').fail('no collector', false));
  expect(cluster.ledger).toMatchObject({ holder: 'a', active: 'job-1' });
  await cluster.clock.run(cluster.turns('a', 'job-2').done());
  expect(cluster.ledger).toMatchObject({ holder: 'a', active: 'job-1' });
});

test('a pod that fails while another of its Job is in mid-change leaves no room for another Job', async () => {
  const cluster = new ClusterOfPods();
  await cluster.clock.run(Promise.all(NAMES.map(name => cluster.turns(name).checkIn())));
  await cluster.clock.run(cluster.turns('a').take());
  await cluster.clock.run(cluster.turns('b').fail('gave up', false));
  expect(cluster.ledger).toMatchObject({ holder: 'a', active: 'job-1' });
});

test('a Lease that somebody deletes is written again by those who wait', async () => {
  const cluster = new ClusterOfPods();
  const late = cluster.clock.sleep(30_000).then(() => cluster.pod('c'));
  cluster.clock.at(20_000, () => cluster.api.objects.delete(`${LEASES}/tracing`));
  expect(await cluster.clock.run(Promise.all([cluster.pod('a'), cluster.pod('b'), late]))).toEqual(['taken', 'taken', 'taken']);
  expect(cluster.overlaps()).toEqual([]);
});

test('an etcd whose pod is gone is waited for', async () => {
  const cluster = new ClusterOfPods();
  const etcd = (name: string) => cluster.api.put(PODS, {
    metadata: { name: `etcd-${name}`, labels: { component: 'etcd' } }, spec: { nodeName: name }, status: { conditions: [{ type: 'Ready', status: 'True' }] },
  });
  etcd('a');
  etcd('b');
  cluster.clock.at(15_000, () => etcd('c'));
  expect(await cluster.clock.run(Promise.all(NAMES.map(name => cluster.pod(name))))).toEqual(['taken', 'taken', 'taken']);
  expect(Math.min(...cluster.work.map(w => w.from))).toBeGreaterThan(15_000);
  expect(cluster.log.join()).toContain('node c has no etcd pod');
});

test('a node or a component that is not Ready is waited for', async () => {
  const cluster = new ClusterOfPods();
  cluster.addNode('b', { conditions: [{ type: 'Ready', status: 'False' }] });
  cluster.clock.at(15_000, () => cluster.addNode('b'));
  expect(await cluster.clock.run(Promise.all(NAMES.map(name => cluster.pod(name))))).toEqual(['taken', 'taken', 'taken']);
  expect(Math.min(...cluster.work.map(w => w.from))).toBeGreaterThan(15_000);
});

test('an API server that cannot be reached for minutes is waited for', async () => {
  const cluster = new ClusterOfPods();
  cluster.api.disturb = () => {
    if (cluster.clock.now() > 5_000 && cluster.clock.now() < 245_000) throw new Error('connect ECONNREFUSED');
  };
  expect(await cluster.clock.run(Promise.all(NAMES.map(name => cluster.pod(name))))).toEqual(['taken', 'taken', 'taken']);
  expect(cluster.overlaps()).toEqual([]);
});

test('never two at work, whatever the network does to the order of requests', async () => {
  await fc.assert(fc.asyncProperty(fc.infiniteStream(fc.integer({ min: 0, max: 700 })), fc.integer({ min: 0, max: 30 }), async (delays, seconds) => {
    const cluster = new ClusterOfPods(() => delays.next().value!);
    const jobs = ['job-1', 'job-2'].map(async uid => {
      const ends = await Promise.all(NAMES.map(name => cluster.pod(name, uid, seconds)));
      cluster.setJob(uid, true);
      return ends;
    });
    const ends = (await cluster.clock.run(Promise.all(jobs))).flat();
    expect(cluster.overlaps()).toEqual([]);
    expect(ends).toEqual(Array(6).fill('taken'));
  }), { numRuns: Math.min(500, Number(process.env.FAST_CHECK_RUNS ?? 20)) });
}, 600_000);
