/** What a client of three API servers behind a load balancer sees of the Job. The figures want a machine that does nothing else. */
import { Duration } from 'cdk8s';
import { Cluster } from '../cluster/cluster';
import { runJob } from '../cluster/job-run';
import { Watch } from '../cluster/watch';
import { Writer } from '../cluster/writer';

let cluster: Cluster;

beforeAll(async () => {
  cluster = await Cluster.start({ name: 'three-nodes-client', nodes: 3, log: (line) => process.stderr.write(`${line}\n`) });
});
afterAll(() => cluster?.stop());

test('a client of the load balancer that tries once more loses nothing', async () => {
  const watch = await Watch.start(cluster);
  const writer = await Writer.start(cluster);

  const end = await runJob(cluster, { controlPlaneNodes: 3, soak: Duration.seconds(2) });

  const writes = await writer.stop();
  await watch.stop();
  const turns = watch.turns();
  process.stderr.write(`${JSON.stringify(writes)}\n${turns.map(({ node, start, end: back }) => `${node} was disturbed for ${(back - start) / 1000} s`).join('\n')}\n`);
  expect(end.succeeded).toBe(true);
  expect(watch.outageSeconds()).toBe(0);
  expect(writes.failed).toEqual([]);
  expect(writes.slowestMilliseconds).toBeLessThan(5_000);
  expect(writes.lostByEtcd.length).toBeLessThan(40); // of 20 in a second, over at most three changes of the leader
  expect(writes.count).toBeGreaterThan(1_000);
});
