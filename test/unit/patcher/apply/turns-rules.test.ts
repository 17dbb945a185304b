/** Each rule of taking turns by itself: who waits for whom, who gives way, and what is forgotten. */
import { ClusterOfPods, JOBS, LEASES, NODES } from './cluster-of-pods';
import { Ledger } from '../../../../src/patcher/apply/ledger';
import { Turns } from '../../../../src/patcher/apply/turns';
import { StopRequest } from '../../../../src/patcher/host/stop-request';

const ANNOTATION = 'cdk8s-control-plane-tracing.github.io/runs';
const RUN = { checkedIn: [], done: [], failure: null };

let cluster: ClusterOfPods;
const run = <T>(work: Promise<T>) => cluster.clock.run(work);

function write({ holder, active, runs }: Ledger): void {
  cluster.api.put(LEASES, { metadata: { name: 'tracing', namespace: 'kube-system', annotations: { [ANNOTATION]: JSON.stringify({ active, runs }) } }, spec: { holderIdentity: holder } });
}

/** All nodes have a clean plan. */
const checkIn = (job = 'job-1') => run(Promise.all(cluster.names.map(name => cluster.turns(name, job).checkIn())));
const lists = (of: string) => cluster.api.calls.filter(call => call === `LIST ${of}`).length;

beforeEach(() => {
  cluster = new ClusterOfPods(undefined, ['a']);
});

describe('a Job that is at work', () => {
  beforeEach(async () => {
    await checkIn('job-2');
    expect(await run(cluster.turns('a', 'job-2').take())).toEqual({ kind: 'taken' });
    cluster.clock.at(30_000, () => cluster.setJob('job-2', true));
  });

  test.each<[string, (turns: Turns) => Promise<unknown>]>([
    ['look whether there is nothing to do', turns => turns.quiet()],
    ['take a turn', async turns => { await turns.checkIn(); return turns.take(); }],
    ['resume what was interrupted', turns => turns.takeToResume()],
  ])('is waited for by another that would %s', async (_what, work) => {
    expect(await run(work(cluster.turns('a')))).toEqual({ kind: 'taken' });
    expect(cluster.clock.now()).toBeGreaterThanOrEqual(30_000);
    expect(cluster.clock.now()).toBeLessThan(50_000);
    expect(cluster.log.filter(line => line.startsWith('a: '))).toEqual([expect.stringContaining('another Job (UID job-2) is at work')]);
  });

  test('is what a run that gives way finds, and keeps its record when another checks in', async () => {
    expect(await run(cluster.turns('a').jobAtWork())).toBe('another Job (UID job-2) is at work');
    expect(await run(cluster.turns('a').haveTheWord())).toBe(false);
    await checkIn();
    expect(Object.keys(cluster.ledger.runs)).toEqual(['job-2', 'job-1']);
  });

  test('keeps its turn when another, which has seen it at work, fails or is done on the node', async () => {
    const turns = cluster.turns('a');
    expect(await run(turns.haveTheWord())).toBe(false);
    await run(turns.fail('no plan', false));
    await run(turns.done());
    expect(cluster.ledger).toMatchObject({ holder: 'a', active: 'job-2' });
  });

  test('is not ended by one that ends', async () => {
    await run(cluster.turns('a').end());
    expect(cluster.ledger).toMatchObject({ holder: 'a', active: 'job-2' });
    await run(cluster.turns('a').release());
    expect(cluster.ledger).toMatchObject({ holder: 'a', active: 'job-2' });
  });

  test('gives its turn back with its own word alone', async () => {
    await run(cluster.turns('a', 'job-2').release());
    expect(cluster.ledger).toMatchObject({ holder: null, active: 'job-2' });
    await run(cluster.turns('a', 'job-2').end());
    expect(cluster.ledger).toMatchObject({ holder: null, active: null });
  });
});

describe('a newer Job of the same stack', () => {
  const superseded = { kind: 'superseded', reason: 'the Job job-2 is newer, and takes the place of this one' };

  beforeEach(() => cluster.setJob('job-2', false, 60));

  test('has the word before this one has begun', async () => {
    await checkIn();
    expect(await run(cluster.turns('a').quiet())).toEqual(superseded);
    expect(await run(cluster.turns('a').take())).toEqual(superseded);
    expect(await run(cluster.turns('a').allDone())).toEqual(superseded);
    expect(await run(cluster.turns('a').haveTheWord())).toBe(false);
    expect(await run(cluster.turns('a').jobAtWork())).toBe(superseded.reason);
    expect(cluster.ledger).toMatchObject({ holder: null, active: null });
  });

  test('waits for one that has begun', async () => {
    await checkIn();
    write({ ...cluster.ledger, active: 'job-1' });
    expect(await run(cluster.turns('a').take())).toEqual({ kind: 'taken' });
    expect(cluster.ledger).toMatchObject({ holder: 'a', active: 'job-1' });
  });

  test('that came in the very moment of taking the turn has the word, and the turn is given back', async () => {
    cluster.setJob('job-2', true);
    await checkIn();
    cluster.api.disturb = () => { if (cluster.ledger.holder === 'a') cluster.setJob('job-2', false, 60); };
    expect(await run(cluster.turns('a').take())).toEqual(superseded);
    expect(cluster.ledger).toMatchObject({ holder: null, active: null });
  });

  test('that is finished has had its word', async () => {
    cluster.setJob('job-2', true, 60);
    await checkIn();
    expect(await run(cluster.turns('a').haveTheWord())).toBe(true);
    expect(await run(cluster.turns('a').jobAtWork())).toBeUndefined();
    expect(await run(cluster.turns('a').take())).toEqual({ kind: 'taken' });
  });
});

describe('a request to stop', () => {
  test.each<[string, (turns: Turns) => Promise<unknown>]>([
    ['quiet', turns => turns.quiet()], ['take', turns => turns.take()], ['takeToResume', turns => turns.takeToResume()], ['allDone', turns => turns.allDone()],
  ])('ends %s before it has taken anything', async (_what, work) => {
    const stop = new StopRequest(cluster.clock);
    stop.request('SIGTERM');
    expect(await run(work(cluster.turns('a', 'job-1', cluster.host('a', stop))))).toEqual({ kind: 'stopped' });
    expect(cluster.api.objects.has(`${LEASES}/tracing`)).toBe(false);
  });

  test('ends a wait within half a second', async () => {
    cluster = new ClusterOfPods();
    const stop = new StopRequest(cluster.clock);
    cluster.clock.at(10_000, () => stop.request('SIGTERM'));
    const turns = cluster.turns('a', 'job-1', cluster.host('a', stop));
    expect(await run(turns.checkIn().then(() => turns.take()))).toEqual({ kind: 'stopped' });
    expect(cluster.clock.now()).toBeGreaterThanOrEqual(10_000);
    expect(cluster.clock.now()).toBeLessThan(11_000);
  });
});

describe('a scheduled run that finds something', () => {
  test('ends on all nodes with what was found first, where none has begun', async () => {
    await checkIn();
    expect(await run(cluster.turns('a').postpone(undefined))).toBeUndefined();
    expect(cluster.ledger.runs['job-1']).not.toHaveProperty('notNow');
    expect(await run(cluster.turns('a').postpone('a drain'))).toBe('a drain');
    expect(await run(cluster.turns('a').postpone('something else'))).toBe('a drain');
    expect(await run(cluster.turns('a').postpone(undefined))).toBe('a drain');
    expect(cluster.ledger.runs['job-1']).toEqual({ checkedIn: ['a'], done: [], failure: null, notNow: 'a drain' });
    expect(await run(cluster.turns('a').take())).toEqual({ kind: 'not-now', reason: 'a drain' });
  });

  test('goes on where one has begun', async () => {
    await checkIn();
    write({ ...cluster.ledger, active: 'job-1' });
    expect(await run(cluster.turns('a').postpone('a drain'))).toBeUndefined();
    expect(cluster.ledger.runs['job-1']).not.toHaveProperty('notNow');
    expect(await run(cluster.turns('a').take())).toEqual({ kind: 'taken' });
  });

  test('without a record yet makes one', async () => {
    expect(await run(cluster.turns('a').postpone('a drain'))).toBe('a drain');
    expect(cluster.ledger.runs).toEqual({ 'job-1': { ...RUN, notNow: 'a drain' } });
  });
});

describe('a failure', () => {
  test('is told with its node, and the first one counts', async () => {
    await checkIn();
    await run(cluster.turns('b').fail('no collector', false));
    await run(cluster.turns('a').fail('something else', false));
    expect(await run(cluster.turns('a').take())).toEqual({ kind: 'other-failed', reason: 'node b failed (no collector)' });
  });

  test('of the node whose turn it is lets other Jobs begin', async () => {
    await checkIn();
    const turns = cluster.turns('a');
    await run(turns.take());
    await run(turns.fail('rolled back', false));
    expect(cluster.ledger).toMatchObject({ holder: null, active: null });
  });

  test('that needs a person keeps the turn, and lets other Jobs begin', async () => {
    await checkIn();
    const turns = cluster.turns('a');
    await run(turns.take());
    await run(turns.fail('needs a person', true));
    expect(cluster.ledger).toMatchObject({ holder: 'a', active: null });
  });

  test('of one that has no turn and is not at work takes none away', async () => {
    write({ holder: 'a', active: null, runs: {} });
    await run(cluster.turns('a').fail('no plan', false));
    expect(cluster.ledger).toMatchObject({ holder: 'a', active: null });
  });

  test('of one that resumed, while no Job is at work, gives its turn back', async () => {
    const turns = cluster.turns('a');
    await run(turns.takeToResume());
    write({ ...cluster.ledger, active: null });
    await run(turns.fail('no', false));
    expect(cluster.ledger).toMatchObject({ holder: null, active: null });
  });
});

test('records of Jobs that are gone or finished are forgotten, others stay', async () => {
  cluster.setJob('finished', true);
  write({ holder: null, active: null, runs: { 'gone': RUN, 'finished': RUN, 'job-2': RUN } });
  await run(cluster.turns('a').checkIn());
  expect(cluster.ledger.runs).toEqual({ 'job-2': RUN, 'job-1': { ...RUN, checkedIn: ['a'] } });
});

test('a record of its own stays even where its Job is not listed', async () => {
  cluster.api.objects.delete(`${JOBS}/job-1`);
  write({ holder: null, active: null, runs: { 'job-1': { ...RUN, checkedIn: ['b'] } } });
  await run(cluster.turns('a').checkIn());
  expect(cluster.ledger.runs['job-1']!.checkedIn).toEqual(['a', 'b']);
});

describe('who waits says for what', () => {
  beforeEach(() => {
    cluster = new ClusterOfPods();
  });

  const said = (what: RegExp | string) => expect(cluster.log.map(line => line.replace(/^\w: /, ''))).toContainEqual(typeof what === 'string' ? what : expect.stringMatching(what));
  const gaveUp = (state: string) => ({ kind: 'gave-up', reason: `nothing has happened for 900 s: ${state}` });

  test('nodes that have not checked in', async () => {
    const [b, a] = ['b', 'a'].map(name => cluster.turns(name)) as [Turns, Turns];
    await run(b.checkIn());
    await run(a.checkIn());
    expect(await run(a.take())).toEqual(gaveUp('waiting for all nodes to check in (so far a, b)'));
    expect(cluster.clock.now()).toBeGreaterThan(900_000);
    expect(cluster.clock.now()).toBeLessThan(905_000);
    expect(cluster.log).toHaveLength(1);
  });

  test('the node that has the turn', async () => {
    await checkIn();
    await run(cluster.turns('b').take());
    expect(await run(cluster.turns('a').take())).toEqual(gaveUp('waiting: node b has the turn'));
  });

  test('nodes that are not done', async () => {
    await checkIn();
    for (const name of ['a', 'b']) await run(cluster.turns(name).done());
    expect(await run(cluster.turns('a').allDone())).toEqual(gaveUp('waiting for the other nodes (done: a, b)'));
    await run(cluster.turns('c').done());
    cluster.removeNode('c');
    expect(await run(cluster.turns('a').allDone())).toEqual(gaveUp('waiting: the cluster has 2 control-plane nodes instead of 3'));
    said('waiting: the cluster has 2 control-plane nodes instead of 3');
  });

  test('a node that is done says so again where the Lease was deleted', async () => {
    await checkIn();
    for (const name of cluster.names) await run(cluster.turns(name).done());
    cluster.api.objects.delete(`${LEASES}/tracing`);
    expect(await run(Promise.all(cluster.names.map(name => cluster.turns(name).allDone())))).toEqual(cluster.names.map(() => ({ kind: 'taken' })));
    expect(cluster.ledger.runs['job-1']).toMatchObject({ checkedIn: ['a', 'b', 'c'], done: ['a', 'b', 'c'] });
  });

  test('time begins anew with everything that happens', async () => {
    const [a, b] = ['a', 'b'].map(name => cluster.turns(name)) as [Turns, Turns];
    cluster.clock.at(800_000, () => void b.checkIn());
    await run(a.checkIn());
    expect(await run(a.take())).toMatchObject({ kind: 'gave-up' });
    expect(cluster.clock.now()).toBeGreaterThan(1_700_000);
  });
});

describe('what a wait costs the API server', () => {
  beforeEach(async () => {
    cluster = new ClusterOfPods();
    await checkIn();
    await run(cluster.turns('b').take());
    cluster.api.calls.length = 0;
  });

  test('the Lease is read twice a second by who is next, and seldom by the others', async () => {
    const reads = async (name: string) => {
      cluster.api.calls.length = 0;
      await run(cluster.turns(name).take());
      return cluster.api.calls.filter(call => call === `GET ${LEASES}/tracing`).length / 900;
    };
    expect(await reads('a')).toBeGreaterThan(1.8);
    const seldom = await reads('c');
    expect(seldom).toBeGreaterThan(1 / 3.6);
    expect(seldom).toBeLessThan(1 / 2.0);
  });

  test('Jobs are listed once a minute, nodes more and more seldom', async () => {
    cluster = new ClusterOfPods();
    cluster.addNode('b', { conditions: [{ type: 'Ready', status: 'False' }] });
    await checkIn();
    cluster.api.calls.length = 0;
    expect(await run(cluster.turns('a').take())).toMatchObject({ kind: 'gave-up' });
    expect(lists(JOBS)).toBeGreaterThanOrEqual(14);
    expect(lists(JOBS)).toBeLessThanOrEqual(16);
    expect(lists(NODES)).toBeGreaterThan(900 / 16);
    expect(lists(NODES)).toBeLessThan(900 / 10 + 10);
  });

  test('what changes is looked at within a second, however long nothing has', async () => {
    cluster.clock.at(cluster.clock.now() + 600_000, () => void cluster.turns('b').done());
    const from = cluster.clock.now();
    expect(await run(cluster.turns('a').take())).toEqual({ kind: 'taken' });
    expect(cluster.clock.now() - from).toBeLessThan(602_000);
  });
});

describe('who is asked for', () => {
  test('the holder that is no control-plane node any more counts for nothing, also with a Job that is gone', async () => {
    await checkIn();
    write({ ...cluster.ledger, holder: 'gone', active: 'gone' });
    expect(await run(cluster.turns('a').take())).toEqual({ kind: 'taken' });
    expect(cluster.ledger).toMatchObject({ holder: 'a', active: 'job-1' });
  });

  test('Jobs of all stacks, whatever else their selector says', async () => {
    const asked: string[] = [];
    const list = cluster.api.list.bind(cluster.api);
    cluster.api.list = <T>(path: string) => {
      asked.push(decodeURIComponent(path));
      return list<T>(path);
    };
    Object.assign(cluster.spec, { jobSelector: 'app=tracing,part=x' });
    await run(cluster.turns('a').checkIn());
    expect(asked).toEqual([`${JOBS}?labelSelector=app,part`]);
  });
});
