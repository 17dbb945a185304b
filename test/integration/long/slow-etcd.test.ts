/** An etcd that takes three minutes to start, as with a large database: patience, and one restart each. */
import { Duration } from 'cdk8s';
import { TracingState, TracingStackProps } from '../../../src';
import { Cluster } from '../cluster/cluster';
import { SlowEtcd } from '../cluster/interference';
import { watchJob } from '../cluster/job-run';
import { manifests } from '../cluster/node-state';

const HELD_UP_SECONDS = 180;

describe.each([1, 3] as const)('%i control-plane nodes', (controlPlaneNodes) => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await Cluster.start({ name: `slow-etcd-${controlPlaneNodes}`, nodes: controlPlaneNodes, log: (line) => process.stderr.write(`${line}\n`) });
  });
  afterAll(() => cluster?.stop());

  async function run(props: TracingStackProps): Promise<void> {
    const slow = await SlowEtcd.watch(cluster.nodes, HELD_UP_SECONDS);
    const { end, watch } = await watchJob(cluster, { controlPlaneNodes, soak: Duration.seconds(2), ...props });
    slow.stop();
    expect(end.succeeded).toBe(true);
    expect(slow.heldUp).toBe(controlPlaneNodes);
    // kube-apiserver gives up after 20 s without its etcd, and kubelet starts it again: etcd's are the restarts that are ours alone.
    expect(Object.values(watch.restarts()).map(({ etcd }) => etcd)).toEqual(cluster.nodes.map(() => 1));
  }

  test('tracing is on, and off again to the last byte', async () => {
    const original = cluster.nodes.map(manifests);
    await run({});
    expect(cluster.nodes.map(manifests)).not.toEqual(original);
    await run({ state: TracingState.DISABLED });
    expect(cluster.nodes.map(manifests)).toEqual(original);
  });
});
