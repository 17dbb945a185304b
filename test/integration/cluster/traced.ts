/** Whether a node traces: by what runs there, and by the spans that arrive. */
import { Cluster } from './cluster';
import { ClusterNode } from './node';
import { spans } from './stack';
import { Span } from '../../support/traces/debug-log';
import { joinedTraces } from '../../support/traces/joined';

/** The command lines of the two processes. */
export async function commandLines(node: ClusterNode): Promise<{ readonly apiServer: readonly string[]; readonly etcd: readonly string[] }> {
  const [apiServer] = await node.processes('kube-apiserver');
  const [etcd] = await node.processes('etcd');
  return { apiServer: apiServer?.argv ?? [], etcd: etcd?.argv ?? [] };
}

/** Waits for a trace of now that has spans of both components, and of the etcd of this node. */
export async function joinedTrace(cluster: Cluster, node: ClusterNode): Promise<readonly Span[]> {
  let joined: readonly Span[] | undefined;
  await node.waitFor('joined trace', async () => {
    await node.exec(['kubectl', '--server', `https://${node.address}:6443`, 'get', 'pods', '-A']);
    joined = joinedTraces(await spans(cluster, 10)).find((trace) => trace.some(({ service, instance }) => service === 'etcd' && instance === node.name));
    return joined !== undefined;
  });
  return joined!;
}
