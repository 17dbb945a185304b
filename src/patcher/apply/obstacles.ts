import { KubeObject } from '../host/kube-api';

export interface Condition { readonly type: string; readonly status: string }

export interface NodeObject extends KubeObject {
  readonly spec?: { readonly unschedulable?: boolean };
  readonly status: { readonly conditions?: readonly Condition[] };
}

export interface PodObject extends KubeObject {
  readonly spec: { readonly nodeName?: string; readonly containers?: readonly { readonly name: string; readonly image?: string }[] };
  readonly status: {
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: ReadonlyArray<{
      readonly restartCount?: number;
      readonly state?: { readonly running?: { readonly startedAt?: string } };
    }>;
  };
}

/**
 * What keeps a control plane from losing one more member for a while, or undefined.
 *
 * @param except a node that is known not to be whole
 */
export function obstacleAmong(all: readonly NodeObject[], pods: readonly PodObject[], declared: number, except?: string): string | undefined {
  if (all.length < declared) {
    // etcd counts a member until somebody removes it, so that one more that is away may be one too many.
    return `the cluster has ${all.length} control-plane nodes (${all.map(n => n.metadata.name).sort().join(', ')}) instead of ${declared}`
      + `: bring the missing one back, or remove its etcd member and set controlPlaneNodes to ${all.length}`;
  }
  const nodes = all.filter(n => n.metadata.name !== except);
  for (const node of nodes) {
    const { name, deletionTimestamp } = node.metadata;
    if (!isTrue(node.status.conditions, 'Ready')) return `node ${name} is not Ready`;
    if (node.spec?.unschedulable) return `node ${name} is cordoned: somebody is at work on it (kubectl uncordon ${name})`;
    if (deletionTimestamp !== undefined) return `node ${name} is being deleted`;
  }
  const sick = pods.find(p => p.spec.nodeName !== except && !isTrue(p.status.conditions, 'Ready'));
  if (sick) return `pod kube-system/${sick.metadata.name} is not Ready`;
  for (const component of ['kube-apiserver', 'etcd']) {
    const having = pods.filter(p => p.metadata.labels?.component === component).map(p => p.spec.nodeName);
    // An external etcd has no pods at all.
    const without = component === 'etcd' && having.length === 0 ? undefined : nodes.find(n => !having.includes(n.metadata.name));
    if (without) return `node ${without.metadata.name} has no ${component} pod`;
  }
  return undefined;
}

/** Names of mirror pods of a node that are not (yet) those of the pods that run there, by the UIDs that kubelet gives static pods. */
export function outdatedMirrors(pods: readonly PodObject[], nodeName: string, running: ReadonlyMap<string, string>): string[] {
  return [...running].filter(([component, uid]) => {
    const mirrors = pods.filter(p => p.spec.nodeName === nodeName && p.metadata.labels?.component === component);
    return mirrors.some(p => (p.metadata.annotations?.['kubernetes.io/config.hash'] ?? uid) !== uid);
  }).map(([component]) => component);
}

export function isTrue(conditions: readonly Condition[] | undefined, type: string): boolean {
  return conditions?.some(c => c.type === type && c.status === 'True') ?? false;
}
