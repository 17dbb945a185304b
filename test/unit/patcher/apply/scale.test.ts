import { ClusterOfPods } from './cluster-of-pods';

const TURN = 60;
const namesOf = (nodes: number) => [...'abcdefghi'].slice(0, nodes);

/** Some network, another delay for each request, and the same ones in each run. */
function latencies(): () => number {
  let state = 1;
  return () => (state = state * 48_271 % 2_147_483_647) % 40;
}

test.each([3, 5, 7])('%i nodes: turns follow each other within two seconds, and few requests are lost to others', async nodes => {
  const cluster = new ClusterOfPods(latencies(), namesOf(nodes));
  const ends = await cluster.clock.run(Promise.all(cluster.names.map(name => cluster.pod(name, 'job-1', TURN))));
  expect(ends).toEqual(cluster.names.map(() => 'taken'));
  expect(cluster.overlaps()).toEqual([]);
  const turns = [...cluster.work].sort((x, y) => x.from - y.from);
  const gaps = turns.slice(1).map((turn, i) => turn.from - turns[i]!.to);
  expect(Math.max(...gaps)).toBeLessThan(2_000);
  expect(cluster.clock.now()).toBeLessThan((nodes * (TURN + 2) + 5) * 1000);
  // Of all together, the one at work included.
  expect(cluster.api.calls.length / (cluster.clock.now() / 1000)).toBeLessThan(1 + nodes);
  // When all check in at once each write makes the others' stale; afterwards there is one writer.
  expect(cluster.api.conflicts).toBeLessThanOrEqual(nodes * nodes);
});

test('while another Job is at work, Jobs are listed once a minute, and the one at work is read by its name', async () => {
  const cluster = new ClusterOfPods();
  await cluster.clock.run(Promise.all(cluster.names.map(name => cluster.turns(name).checkIn())));
  await cluster.clock.run(cluster.turns('a').take());
  const before = cluster.api.calls.length;
  const waiting = Promise.all(cluster.names.map(name => cluster.pod(name, 'job-2')));
  await cluster.clock.run(Promise.race([waiting, cluster.clock.sleep(600_000)]));
  const calls = cluster.api.calls.slice(before);
  const of = (call: string) => calls.filter(c => c === call).length;
  expect(of('LIST /apis/batch/v1/namespaces/kube-system/jobs')).toBeLessThanOrEqual(3 * 13);
  expect(of('LIST-ONE /apis/batch/v1/namespaces/kube-system/jobs')).toBeGreaterThan(3 * 30);
});

test('who waits for the turn of another lists no nodes, of which a cluster has thousands', async () => {
  const cluster = new ClusterOfPods();
  await cluster.clock.run(Promise.all(cluster.names.map(name => cluster.turns(name).checkIn())));
  await cluster.clock.run(cluster.turns('a').take());
  const before = cluster.api.calls.length;
  await cluster.clock.run(Promise.race([cluster.turns('c').take(), cluster.clock.sleep(300_000)]));
  const calls = cluster.api.calls.slice(before);
  expect(calls.filter(call => call === 'LIST /api/v1/nodes')).toEqual([]);
  // The Lease, and the node that has the turn.
  expect(calls.length / 5).toBeLessThan(35);
});

test('where the node that is next is dead, another one takes its turn', async () => {
  const cluster = new ClusterOfPods();
  await cluster.clock.run(Promise.all(cluster.names.map(name => cluster.turns(name).checkIn())));
  const first = cluster.turns('a');
  await cluster.clock.run(first.take());
  const c = cluster.turns('c').take();
  await cluster.clock.run(Promise.all([c, cluster.clock.sleep(30_000).then(() => first.done())]));
  expect(cluster.ledger.holder).toBe('c');
  expect(cluster.clock.now()).toBeLessThan(35_000);
});
