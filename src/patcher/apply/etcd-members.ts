import { EtcdMember } from '../plan/etcd-member';

/** By the name of the node. */
export interface EtcdMembers { readonly [node: string]: EtcdMember }

export interface Count {
  /** Why restarting one more member may cost the quorum. */
  readonly obstacle?: string;
  /** What does not fit together, and is no obstacle. */
  readonly said: readonly string[];
}

/**
 * Counts etcd's members without asking etcd, which would take its key. A manifest lists the members of the day on which its node joined
 * (kubeadm asks etcd then), so no single one is the truth: the union of all is what there may be. A member that a node which joined later no
 * longer knows was removed before that.
 */
export function countMembers(members: EtcdMembers, nodes: readonly string[]): Count {
  const there = nodes.filter(node => members[node] !== undefined);
  if (there.length === 0) return { said: [] };
  const of = (node: string) => members[node]!;
  const own = new Set(there.map(node => of(node).name));
  const isLater = (node: string, than: string) => of(node).knows.includes(of(than).name) && !of(than).knows.includes(of(node).name);
  const wasRemoved = (name: string) => there.filter(node => of(node).knows.includes(name))
    .every(node => there.some(later => isLater(later, node) && !of(later).knows.includes(name)));
  const strangers = [...new Set(there.flatMap(node => of(node).knows))].filter(name => !own.has(name) && !wasRemoved(name)).sort();
  const said = [...withoutMember(nodes, there), ...sameNames(there, of), ...notListed(there, of)];
  if (strangers.length === 0) return { said };

  const total = own.size + strangers.length;
  const quorum = Math.floor(total / 2) + 1;
  const namedBy = there.filter(node => strangers.some(name => of(node).knows.includes(name)));
  const what = `etcd may have ${total} members on ${nodes.length} control-plane nodes: ${strangers.join(' and ')} in --initial-cluster of ${namedBy.join(' and ')} `
    + `${strangers.length === 1 ? 'is' : 'are'} on none of them`;
  // One or two nodes do without a quorum for that time anyway.
  if (own.size < 3 || own.size - 1 >= quorum) return { said: [...said, what] };
  return {
    said,
    obstacle: `${what}, so that a restart would leave ${own.size - 1} of ${total} members, and a quorum is ${quorum}: see \`etcdctl member list\`, `
      + 'remove what is gone (`etcdctl member remove`), then take it out of --initial-cluster there too',
  };
}

function withoutMember(nodes: readonly string[], there: readonly string[]): string[] {
  const without = nodes.filter(node => !there.includes(node));
  return without.length === 0 ? [] : [`etcd has ${there.length} members on ${nodes.length} control-plane nodes: ${without.join(' and ')} ${without.length === 1 ? 'has' : 'have'} none`];
}

function sameNames(there: readonly string[], of: (node: string) => EtcdMember): string[] {
  const twins = there.filter(node => there.some(other => other !== node && of(other).name === of(node).name));
  return twins.length === 0 ? [] : [`the etcd of ${twins.join(' and ')} have one name, ${of(twins[0]!).name}`];
}

function notListed(there: readonly string[], of: (node: string) => EtcdMember): string[] {
  return there.filter(node => !of(node).knows.includes(of(node).name)).map(node => `the etcd of ${node} is ${of(node).name}, which is not in its own --initial-cluster`);
}
