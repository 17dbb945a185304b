/**
 * The addresses of a cluster and its network: a bridge in a network namespace of its own, nodes plugged into it.
 * Nothing of it exists in the machine's own network namespace, so the addresses are the same in every cluster.
 */
import { run } from './run';

/** The bridge's address: the nodes' way out and, with several nodes, the load balancer's address. */
export const LAN_ADDRESS = '10.99.0.1';
export const POD_SUBNET = '10.244.0.0/16';
export const SERVICE_SUBNET = '10.96.0.0/12';

export function nodeAddress(index: number): string {
  return `10.99.0.${11 + index}`;
}

export function nodePodSubnet(index: number): string {
  return `10.244.${index}.0/24`;
}

/** Plugs a node into the bridge. Both are given by a process of their network namespace. */
export async function connectNode(lanPid: number, nodePid: number, name: string, index: number): Promise<void> {
  const lan = (...args: string[]) => run(['nsenter', `--target=${lanPid}`, '--net', 'ip', ...args]);
  const node = (...args: string[]) => run(['nsenter', `--target=${nodePid}`, '--net', 'ip', ...args]);
  await lan('link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(nodePid));
  await lan('link', 'set', name, 'master', 'lan', 'up');
  await node('address', 'add', `${nodeAddress(index)}/24`, 'dev', 'eth0');
  await node('link', 'set', 'eth0', 'up');
  // Without a default route packets to a Service's address are refused before kube-proxy's rules see them.
  await node('route', 'add', 'default', 'via', LAN_ADDRESS);
}

/** Lets pods of every node reach pods of the others, and the bridge reach them all. */
export async function routePods(lanPid: number, nodePids: readonly number[]): Promise<void> {
  const everyone = [{ pid: lanPid, index: -1 }, ...nodePids.map((pid, index) => ({ pid, index }))];
  for (const from of everyone) {
    for (const to of nodePids.keys()) {
      if (to === from.index) continue;
      await run(['nsenter', `--target=${from.pid}`, '--net', 'ip', 'route', 'replace', nodePodSubnet(to), 'via', nodeAddress(to)]);
    }
  }
}
