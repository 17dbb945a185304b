import { Component, ManifestFile } from './plan';
import { podHeader, PodHeader } from './pod-header';
import { refuse } from './refusal';

interface Layout {
  readonly name: string;
  readonly seen: (pod: OwnPod) => boolean;
  readonly instead: string;
}

interface OwnPod {
  readonly file: string;
  readonly namespace: string;
  readonly images: readonly string[];
  /** Names of annotations and labels. */
  readonly marks: readonly string[];
  /** Everything else the containers and volumes say: flags, paths. */
  readonly values: readonly string[];
}

const COMPONENTS: readonly Component[] = ['kube-apiserver', 'etcd'];
const RANCHER_PATH = /(?:^|[=,:])\/(?:var\/lib|etc|run)\/(?:rancher\/|k3s\/)/;

/** Layouts whose manifests are generated again and again: an edit there is lost, or was never read. Known by the component's own pod alone. */
const LAYOUTS: readonly Layout[] = [
  {
    name: 'RKE2 or k3s',
    seen: pod => pod.images.some(image => /(?:^|\/)rancher\/hardened-|[-_.](?:rke2r|k3s)\d/.test(image)) || pod.marks.some(mark => /(?:^|\.)(?:rke2|k3s)\./.test(mark))
      || pod.values.some(value => RANCHER_PATH.test(value)),
    instead: 'use kube-apiserver-arg, kube-apiserver-extra-mount and etcd-arg in its config.yaml (https://docs.rke2.io/reference/server_config)',
  },
  {
    name: 'Talos',
    seen: pod => pod.marks.some(mark => mark.startsWith('talos.dev/')) || pod.values.some(value => /(?:^|=)\/system\/secrets\/kubernetes/.test(value)),
    instead: 'use cluster.apiServer.extraArgs, extraVolumes and cluster.etcd.extraArgs in the machine configuration',
  },
  {
    name: 'OpenShift',
    seen: pod => pod.namespace.startsWith('openshift-') || pod.values.some(value => value.includes('/etc/kubernetes/static-pod-resources')),
    instead: 'its operators own the static pods; use their APIs',
  },
  {
    name: 'kOps',
    seen: pod => pod.file.endsWith('.manifest') || pod.marks.some(mark => mark.includes('kops.k8s.io')) || pod.images.some(image => image.includes('/etcd-manager')),
    instead: 'use spec.kubeAPIServer and spec.etcdClusters in the cluster spec',
  },
];

export function refuseForeignLayout(files: readonly ManifestFile[]): void {
  const pods = files.flatMap(ownPod);
  for (const layout of LAYOUTS) {
    const pod = pods.find(layout.seen);
    if (pod) refuse('foreign-layout', pod.file, `this is a ${layout.name} node, which writes its manifests itself: ${layout.instead}`);
  }
}

function ownPod(file: ManifestFile): OwnPod[] {
  const header = podHeader(file.text);
  const own = header !== undefined && (COMPONENTS.some(name => header.name === name || file.name === `${name}.yaml`) || header.name.startsWith('etcd-manager'));
  return own ? [summary(file.name, header)] : [];
}

function summary(file: string, { namespace, document }: PodHeader): OwnPod {
  const { metadata, spec } = document as { metadata: Record<string, unknown>; spec: unknown };
  const values = strings(ownPart(spec));
  return {
    file,
    namespace,
    images: values.filter(([key]) => key === 'image').map(([, value]) => value),
    marks: [metadata.annotations, metadata.labels].flatMap(marks => Object.keys(marks ?? {})),
    values: values.map(([, value]) => value),
  };
}

/** The container that runs the component, and the volumes that it sees; another one in the same Pod may look at anything. */
function ownPart(spec: unknown): unknown {
  const { containers, volumes } = { ...spec as { containers?: unknown; volumes?: unknown } };
  const own = records(containers).find(({ command }) => COMPONENTS.some(name => String([command].flat()[0]).split('/').pop() === name));
  if (!own) return spec;
  const mounted = records(own.volumeMounts).map(({ name }) => name);
  return [own, records(volumes).filter(({ name }) => mounted.includes(name))];
}

function records(list: unknown): Record<string, unknown>[] {
  return Array.isArray(list) ? list.filter(item => typeof item === 'object' && item !== null) as Record<string, unknown>[] : [];
}

/** Every text in a part of the document, with the key it stands under. */
function strings(value: unknown, key = ''): [string, string][] {
  if (typeof value === 'string') return [[key, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Array.isArray(value) ? value.flatMap(item => strings(item, key)) : Object.entries(value).flatMap(([name, item]) => strings(item, name));
}
