/** The main job with the kubeadm, kubelet, kube-apiserver and etcd of several versions. Prints what it has measured. */
import { TracingState } from '../../../src';
import { ClusterVersion } from '../../support/components/catalog';
import { Cluster } from '../cluster/cluster';
import { watchJob } from '../cluster/job-run';
import { ClusterNode } from '../cluster/node';
import { manifests } from '../cluster/node-state';
import { commandLines, joinedTrace } from '../cluster/traced';

const VERSIONS: readonly ClusterVersion[] = [
  { kubernetes: '1.36.3', etcd: '3.6.16' },
];
const ONCE = { cp1: { 'kube-apiserver': 1, 'etcd': 1 } };

const rows: string[] = ['version | restarts | no API server, enabling / disabling | spans of the first joined trace | undo'];
afterAll(() => process.stderr.write(`${rows.join('\n')}\n`));

describe.each(VERSIONS)('Kubernetes $kubernetes with etcd $etcd', (version) => {
  let cluster: Cluster;
  let node: ClusterNode;

  beforeAll(async () => {
    cluster = await Cluster.start({ name: 'kubelets', version, log: (line) => process.stderr.write(`${line}\n`) });
    node = cluster.nodes[0]!;
  });
  afterAll(() => cluster?.stop());

  test('the Job enables tracing with one restart of each component, and takes it out again', async () => {
    const original = manifests(node);
    const enabling = await watchJob(cluster, {});
    expect(enabling.end.succeeded).toBe(true);
    expect(enabling.watch.restarts()).toEqual(ONCE);
    const { etcd } = await commandLines(node);
    expect(etcd).toContainEqual(expect.stringMatching(/distributed-tracing-instance-id=cp1$/));
    const trace = await joinedTrace(cluster, node);

    const disabling = await watchJob(cluster, { state: TracingState.DISABLED });
    expect(disabling.end.succeeded).toBe(true);
    expect(disabling.watch.restarts()).toEqual(ONCE);
    // On a machine so busy that there was no second rename, the annotation of the first one stays, and means nothing.
    const undone = Object.entries(manifests(node)).map(([name, text]) => [name, text.replace(/^ +cdk8s-control-plane-tracing\.github\.io\/first-rename: .*\n/m, '')]);
    expect(Object.fromEntries(undone)).toEqual(original);

    const restarts = Object.values(enabling.watch.restarts().cp1!).join(' + ');
    const outage = [enabling, disabling].map(({ watch }) => `${watch.outageSeconds().toFixed(1)} s`).join(' / ');
    rows.push(`${version.kubernetes}, etcd ${version.etcd} | ${restarts} | ${outage} | ${trace.length} | byte for byte`);
  });
});
