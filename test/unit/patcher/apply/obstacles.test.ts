/** What keeps the next node's turn from beginning. */
import { ClusterOfPods, LEASES, NODES, PODS } from './cluster-of-pods';

const NAMES = ['a', 'b', 'c'];
const READY = { conditions: [{ type: 'Ready', status: 'True' }] };
const HEAL = 40_000;

/** Everybody's turns, with something wrong that is healed at a time. @returns when the first turn began, and the log */
async function turnsWith(wrong: (cluster: ClusterOfPods) => void, heal: (cluster: ClusterOfPods) => void) {
  const cluster = new ClusterOfPods();
  wrong(cluster);
  cluster.clock.at(HEAL, () => heal(cluster));
  const ends = await cluster.clock.run(Promise.all(NAMES.map(name => cluster.pod(name))));
  return { ends, first: Math.min(...cluster.work.map(w => w.from)), log: cluster.log.join('\n') };
}

test('a node that leaves in mid-run stops the next turn', async () => {
  const cluster = new ClusterOfPods();
  cluster.clock.at(10_000, () => {
    cluster.api.objects.delete(`${NODES}/c`);
    cluster.api.objects.delete(`${PODS}/kube-apiserver-c`);
  });
  await cluster.clock.run(Promise.all(NAMES.map(name => cluster.turns(name).checkIn())));
  const ends = await cluster.clock.run(Promise.all(['a', 'b'].map(name => cluster.pod(name))));
  expect(ends).toEqual(['gave-up', 'gave-up']);
  // The turn that had begun by then comes to its end.
  expect(cluster.work).toHaveLength(1);
  expect(cluster.log.join('\n')).toContain('the cluster has 2 control-plane nodes (a, b) instead of 3');
});

test('a node that took the place of another one, and has not checked in, keeps the turns from beginning', async () => {
  const cluster = new ClusterOfPods();
  await cluster.clock.run(Promise.all(NAMES.map(name => cluster.turns(name).checkIn())));
  cluster.removeNode('c');
  cluster.addNode('d');
  expect(await cluster.clock.run(Promise.all(['a', 'b'].map(name => cluster.pod(name))))).toEqual(['gave-up', 'gave-up']);
  expect(cluster.work).toEqual([]);
  expect(cluster.log.join('\n')).toContain('waiting: node d has not checked in');
});

test('a node that took the place of another one is not forgotten', async () => {
  const cluster = new ClusterOfPods();
  await cluster.clock.run(Promise.all(NAMES.map(name => cluster.turns(name).checkIn())));
  await cluster.clock.run(Promise.all(NAMES.map(name => cluster.turns(name).done())));
  cluster.api.objects.delete(`${NODES}/c`);
  cluster.addNode('d');
  const end = await cluster.clock.run(cluster.turns('a').allDone());
  expect(end).toEqual({ kind: 'gave-up', reason: 'nothing has happened for 900 s: waiting: node d is not done' });
});

test('a cordoned node is waited for', async () => {
  const { first, ends, log } = await turnsWith(
    cluster => cluster.api.put(NODES, { metadata: { name: 'b' }, spec: { unschedulable: true }, status: READY }),
    cluster => cluster.api.put(NODES, { metadata: { name: 'b' }, status: READY }),
  );
  expect(ends).toEqual(['taken', 'taken', 'taken']);
  expect(first).toBeGreaterThan(HEAL);
  expect(log).toContain('node b is cordoned');
});

describe('pods that restart', () => {
  const pod = (restartCount: number, startedAt: number) => ({
    metadata: { name: 'kube-apiserver-b', uid: 'b', labels: { component: 'kube-apiserver' } },
    spec: { nodeName: 'b' },
    status: { ...READY, containerStatuses: [{ restartCount, state: { running: { startedAt: new Date(startedAt).toISOString() } } }] },
  });

  test('one that is Ready between two ends is waited for until it has stood still for a minute', async () => {
    const { first, log } = await turnsWith(
      cluster => {
        cluster.api.put(PODS, pod(7, 0));
        for (let at = 5_000; at < HEAL; at += 5_000) cluster.clock.at(at, () => cluster.api.put(PODS, pod(7 + at / 5_000, at)));
      },
      cluster => cluster.api.put(PODS, pod(15, HEAL)),
    );
    expect(first).toBeGreaterThan(HEAL + 59_000);
    expect(log).toContain('pod kube-system/kube-apiserver-b has restarted 7 times');
  });

  test('restarts of long ago, and the one of an API server that came before its etcd, delay nothing', async () => {
    const long = await turnsWith(cluster => cluster.api.put(PODS, pod(31, -3_600_000)), () => undefined);
    const once = await turnsWith(cluster => cluster.api.put(PODS, pod(1, 0)), () => undefined);
    expect([long.first < 1_000, once.first < 1_000]).toEqual([true, true]);
  });

  test('a clock that is wrong costs a minute at most', async () => {
    const { first, ends } = await turnsWith(cluster => cluster.api.put(PODS, pod(31, 86_400_000)), () => undefined);
    expect(ends).toEqual(['taken', 'taken', 'taken']);
    expect(first).toBeLessThan(80_000);
  });
});

test('a Lease that is deleted in the middle of a turn keeps nobody waiting', async () => {
  const cluster = new ClusterOfPods();
  cluster.clock.at(10_000, () => cluster.api.objects.delete(`${LEASES}/tracing`));
  expect(await cluster.clock.run(Promise.all(NAMES.map(name => cluster.pod(name))))).toEqual(['taken', 'taken', 'taken']);
  expect(cluster.overlaps()).toEqual([]);
  expect(cluster.clock.now()).toBeLessThan(200_000);
});

test.each(['', '{', '[]', '{"active":null}', '{"active":1,"runs":{}}', '{"active":null,"runs":{"x":{}}}', 'null', '"text"'])(
  'an annotation %p that is not ours is named, with the way out', async text => {
    const cluster = new ClusterOfPods();
    cluster.api.put(LEASES, { metadata: { name: 'tracing', namespace: 'kube-system', annotations: { 'cdk8s-control-plane-tracing.github.io/runs': text } } });
    const looked = cluster.clock.run(cluster.turns('a').checkIn());
    if (text === '') await expect(looked).resolves.toBeUndefined();
    else await expect(looked).rejects.toThrow(/^the annotation .*\/runs of the Lease kube-system\/tracing is not .* delete lease tracing, and ask for a new run$/);
  });

test('waiting pods ask less and less for nodes and Jobs, and none at the same moments', async () => {
  const cluster = new ClusterOfPods();
  cluster.addNode('b', { conditions: [{ type: 'Ready', status: 'False' }] });
  cluster.clock.at(600_000, () => cluster.addNode('b'));
  cluster.clock.at(590_000, () => {
    const lists = cluster.api.calls.filter(call => call.startsWith('LIST ')).length;
    expect(lists).toBeLessThan(3 * 4 * 60);
  });
  expect(await cluster.clock.run(Promise.all(NAMES.map(name => cluster.pod(name))))).toEqual(['taken', 'taken', 'taken']);
});

test('a finished Job whose date lies ahead does not take the place of a new one', async () => {
  const cluster = new ClusterOfPods();
  cluster.setJob('from-the-future', true, 1_000_000);
  expect(await cluster.clock.run(Promise.all(NAMES.map(name => cluster.pod(name))))).toEqual(['taken', 'taken', 'taken']);
});

/** Each of a node that joined when these were there. */
const joined = (...lists: string[]) => Object.fromEntries(lists.map(list => {
  const knows = list.split(' ');
  return [knows.at(-1)!, { name: knows.at(-1)!, knows: [...knows].sort() }];
}));

test('an etcd member on none of the nodes, which a quorum would need: no turn begins', async () => {
  const cluster = new ClusterOfPods();
  cluster.etcd = joined('a', 'gone a b', 'gone a b c');
  expect(await cluster.clock.run(Promise.all(NAMES.map(name => cluster.pod(name))))).toEqual(['gave-up', 'gave-up', 'gave-up']);
  expect(cluster.work).toEqual([]);
  expect(cluster.log.join('\n')).toContain('waiting: etcd may have 4 members on 3 control-plane nodes: gone in --initial-cluster of b and c is on none of them');
});

test('members that are on the nodes are no obstacle; a node without one is said once', async () => {
  const cluster = new ClusterOfPods();
  cluster.etcd = joined('a', 'a b');
  expect(await cluster.clock.run(Promise.all(NAMES.map(name => cluster.pod(name))))).toEqual(['taken', 'taken', 'taken']);
  expect(cluster.log.filter(line => line === 'a: etcd has 2 members on 3 control-plane nodes: c has none')).toHaveLength(1);
});
