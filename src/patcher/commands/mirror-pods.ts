import { PatchSpec } from '../../patch-spec/patch-spec';
import { KubeadmRecord } from '../plan/kubeadm/kubeadm-record';
import { blockLines } from '../plan/kubeadm/yaml-write';
import { Component, NodeFacts } from '../plan/plan';
import { plan } from '../plan/planner';
import { imageVersion } from '../plan/version';

/** A mirror pod, as the API server gives it: what kubelet has read in a manifest, and made of it. */
export interface MirrorPod {
  readonly metadata: {
    readonly name: string;
    readonly labels?: { readonly [name: string]: string };
    readonly annotations?: { readonly [name: string]: string };
  };
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly { readonly name: string; readonly image?: string; readonly env?: readonly object[] }[];
    readonly volumes?: readonly object[];
  };
}

/** What every node of the cluster should be. */
export interface Declared {
  readonly spec: PatchSpec;
  readonly template: string;
  readonly endpoint: NodeFacts['endpoint'];
  readonly kubeadm?: KubeadmRecord | undefined;
}

export interface ComponentState {
  readonly node: string;
  readonly component: Component;
  readonly state: 'as declared' | 'differs' | 'not there';
  /** Of the image; undefined where it does not tell. */
  readonly version?: string | undefined;
  /** How it differs, one sentence each. */
  readonly how: readonly string[];
}

const COMPONENTS = ['kube-apiserver', 'etcd'] as const;

/** Compares every node with what is declared, from mirror pods alone: what the Job would change is what differs. */
export function statesOf(nodes: readonly string[], pods: readonly MirrorPod[], declared: Declared): ComponentState[] {
  const of = (component: Component) => pods.filter(pod => pod.metadata.labels?.component === component);
  const { apiServer, etcd } = declared.spec;
  return COMPONENTS.flatMap(component => {
    // An external etcd has no pods at all.
    const isMeant = component === 'etcd' ? etcd !== null && of('etcd').length > 0 : apiServer !== null;
    return isMeant ? nodes.map(node => stateOf(node, component, of(component).find(({ spec }) => spec.nodeName === node), declared)) : [];
  }).sort((a, b) => (a.node < b.node ? -1 : Number(a.node > b.node)));
}

function stateOf(node: string, component: Component, pod: MirrorPod | undefined, { spec, template, endpoint, kubeadm }: Declared): ComponentState {
  if (!pod) return { node, component, state: 'not there', how: [] };
  const version = imageVersion(pod.spec.containers.find(({ name }) => name === component)?.image)?.text;
  const alone = component === 'etcd' ? { ...spec, apiServer: null } : { ...spec, etcd: null };
  const result = plan({
    spec: alone, template, facts: { nodeName: node, endpoint, ...kubeadm && { kubeadm } }, manifests: [{ name: `${component}.yaml`, text: manifestOf(pod, component) }],
  });
  const how = result.kind === 'refused'
    ? result.refusals.map(({ code, message }) => `[${code}] ${message}`)
    : result.plan.components.flatMap(({ before, after, changes }) => before === after ? [] : changes.map(change => `the Job ${change.slice(component.length + 2)}`));
  return { node, component, state: how.length === 0 ? 'as declared' : 'differs', version, how };
}

/** What the API server adds to a static pod is taken out: it stands in no manifest. */
function manifestOf({ metadata, spec }: MirrorPod, component: Component): string {
  const annotations = Object.fromEntries(Object.entries(metadata.annotations ?? {}).filter(([key]) => !key.startsWith('kubernetes.io/')));
  const { containers, volumes } = spec;
  return blockLines(JSON.parse(JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: component, namespace: 'kube-system', ...Object.keys(annotations).length > 0 && { annotations } },
    spec: { containers: containers.map(container => ({ ...container, ...container.env && { env: container.env.map(withoutVersion) } })), volumes },
  }))).join('\n');
}

function withoutVersion(variable: { valueFrom?: { fieldRef?: { apiVersion?: string; fieldPath?: string } } }): object {
  const { fieldRef } = variable.valueFrom ?? {};
  return fieldRef ? { ...variable, valueFrom: { fieldRef: { fieldPath: fieldRef.fieldPath } } } : variable;
}
