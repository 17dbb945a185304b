import { VirtualClock } from './virtual-clock';
import { PodObject } from '../../../../src/patcher/apply/obstacles';
import { Restarts } from '../../../../src/patcher/apply/restarts';

/** A pod whose containers have restarted so often, and run since these moments. */
function pod(restarts: readonly (number | undefined)[], { name = 'etcd-a', uid = '1', since = 0 as number | undefined } = {}): PodObject {
  return {
    metadata: { name, uid },
    spec: {},
    status: {
      containerStatuses: restarts.map(restartCount => ({
        ...restartCount !== undefined && { restartCount },
        ...since !== undefined && { state: { running: { startedAt: new Date(since).toISOString() } } },
      })),
    },
  } as PodObject;
}

let clock: VirtualClock;
let restarts: Restarts;

beforeEach(() => {
  clock = new VirtualClock();
  restarts = new Restarts(clock);
});

/** What is said of a pod at these moments. */
async function said(at: readonly [number, PodObject][]): Promise<(string | undefined)[]> {
  const all: (string | undefined)[] = [];
  for (const [when, of] of at) {
    await clock.run(clock.sleep(when - clock.now()));
    all.push(restarts.restless([of]));
  }
  return all;
}

const RESTLESS = (times: number, name = 'etcd-a') => `pod kube-system/${name} has restarted ${times} times, and not yet run for a while`;

test.each<[string, PodObject]>([
  ['has never restarted', pod([0])],
  ['says nothing of restarts', pod([undefined])],
  ['has no containers yet', pod([])],
  ['has restarted once, as an API server that came before its etcd', pod([1])],
])('a pod that %s is no obstacle', async (_what, of) => {
  expect(await said([[0, of]])).toEqual([undefined]);
});

test('one that has restarted twice is an obstacle until it was seen to stand still for a minute', async () => {
  expect(await said([[0, pod([2])], [59_999, pod([2])], [60_000, pod([2])]])).toEqual([RESTLESS(2), RESTLESS(2), undefined]);
});

test('the restarts of its containers add up', async () => {
  expect(await said([[0, pod([1, 1])]])).toEqual([RESTLESS(2)]);
});

test('one that restarts while it is watched is an obstacle at the first time, for a minute from then', async () => {
  const of = (count: number) => pod([count]);
  expect(await said([[0, of(0)], [10_000, of(1)], [69_999, of(1)], [70_000, of(1)]])).toEqual([undefined, RESTLESS(1), RESTLESS(1), undefined]);
});

test('each restart begins the minute anew, also of what has run for long by its own word', async () => {
  const of = (count: number) => pod([count], { since: -3_600_000 });
  expect(await said([[0, of(4)], [10_000, of(5)], [50_000, of(6)], [80_000, of(6)], [110_000, of(6)]]))
    .toEqual([undefined, RESTLESS(5), RESTLESS(6), RESTLESS(6), undefined]);
});

test('one that has run for ten minutes is steady, however often it has restarted before', async () => {
  expect(await said([[0, pod([9], { since: -600_000 })]])).toEqual([undefined]);
  restarts = new Restarts(clock);
  expect(await said([[0, pod([9], { since: -599_000 })]])).toEqual([RESTLESS(9)]);
});

test('one of which nobody knows since when it runs is watched', async () => {
  expect(await said([[0, pod([9], { since: undefined })]])).toEqual([RESTLESS(9)]);
});

test('all containers must have run for ten minutes', async () => {
  const old = pod([5], { since: -3_600_000 });
  const young = pod([0], { since: -1_000 });
  const both = { ...old, status: { containerStatuses: [...old.status.containerStatuses!, ...young.status.containerStatuses!] } };
  expect(await said([[0, both]])).toEqual([RESTLESS(5)]);
});

test('another pod of the same name begins anew, and its lower count is no restart', async () => {
  const next = (count: number) => pod([count], { uid: '2' });
  expect(await said([[0, pod([0])], [10_000, next(1)], [20_000, next(1)]])).toEqual([undefined, undefined, undefined]);
  expect(await said([[30_000, pod([7], { uid: '3' })], [89_999, pod([7], { uid: '3' })], [90_000, pod([7], { uid: '3' })]])).toEqual([RESTLESS(7), RESTLESS(7), undefined]);
});

test('all are watched from the first look on, and the first that is restless is said', async () => {
  const both = [pod([2]), pod([3], { name: 'etcd-b' })];
  expect(restarts.restless(both)).toBe(RESTLESS(2));
  await clock.run(clock.sleep(60_000));
  expect(restarts.restless(both)).toBeUndefined();
  expect(restarts.restless([pod([2]), pod([4], { name: 'etcd-b' })])).toBe(RESTLESS(4, 'etcd-b'));
});
