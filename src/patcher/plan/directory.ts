import { parseAllDocuments } from 'yaml';
import { lastFlag, CommandLine } from './command-line';
import { Manifest } from './manifest';
import { Component, ManifestFile } from './plan';
import { refuse } from './refusal';

/** Layouts whose manifests are generated again and again: an edit there is lost, or was never read. */
const FOREIGN: readonly { name: string; seen: (file: ManifestFile) => boolean; instead: string }[] = [
  { name: 'RKE2 or k3s', seen: f => f.text.includes('/var/lib/rancher/'), instead: 'use kube-apiserver-arg, kube-apiserver-extra-mount and etcd-arg in its config.yaml (https://docs.rke2.io/reference/server_config)' },
  { name: 'Talos', seen: f => /^ *talos\.dev\//m.test(f.text), instead: 'use cluster.apiServer.extraArgs, extraVolumes and cluster.etcd.extraArgs in the machine configuration' },
  { name: 'OpenShift', seen: f => /^ *["']?namespace["']?: *["']?openshift-/m.test(f.text) || f.text.includes('/etc/kubernetes/static-pod-resources'), instead: 'its operators own the static pods; use their APIs' },
  { name: 'kOps', seen: f => f.name === 'kube-apiserver.manifest' || /^etcd-manager-|^etcd.*\.manifest$/.test(f.name), instead: 'use spec.kubeAPIServer and spec.etcdClusters in the cluster spec' },
];

export function refuseForeignLayout(files: readonly ManifestFile[]): void {
  for (const layout of FOREIGN) {
    const file = files.find(layout.seen);
    if (file) refuse('foreign-layout', file.name, `this is a ${layout.name} node, which writes its manifests itself: ${layout.instead}`);
  }
}

/** The manifest of a component; undefined when the directory has none. */
export function manifestOf(files: readonly ManifestFile[], component: Component): Manifest | undefined {
  const file = files.find(f => f.name === `${component}.yaml`);
  if (!file) return undefined;
  const manifest = new Manifest(file.name, file.text);
  refuseSecondFile(files, manifest);
  return manifest;
}

export function refuseMissing(files: readonly ManifestFile[], component: Component): never {
  const names = files.map(file => file.name).join(', ') || 'no file at all';
  return refuse('no-manifest', `${component}.yaml`, `there is no such file (the directory has ${names}): this must be a kubeadm control-plane node; `
    + 'k3s, k0s, Talos and managed control planes have no static pods to edit');
}

/**
 * kubelet reads every file without a leading dot and keys Pods by namespace and name, so a copy such as kube-apiserver.yaml.bak
 * silently wins or loses (https://github.com/kubernetes/kubernetes/issues/136962).
 */
function refuseSecondFile(files: readonly ManifestFile[], manifest: Manifest): void {
  const key = (pod: { metadata?: { name?: unknown; namespace?: unknown } } | null) => `${String(pod?.metadata?.namespace ?? 'default')}/${String(pod?.metadata?.name)}`;
  const ours = key(manifest.pod);
  const same = files.filter(file => file.name === manifest.file || key(firstDocument(file.text)) === ours).map(file => file.name);
  if (same.length === 1) return;
  // Byte order, as Go sorts; localeCompare would not.
  const winner = same.reduce((a, b) => (Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0 ? b : a));
  refuse('duplicate-pod', same.filter(name => name !== manifest.file).join(', '),
    `${same.join(' and ')} define the same Pod ${ours}, and ${winner} wins, because kubelet takes the last in byte order: move the others out of the directory, `
    + 'at a time when a restart is acceptable, because kubelet stops the Pod for up to 20 s when one of its files goes away');
}

function firstDocument(text: string): { metadata?: { name?: unknown; namespace?: unknown } } | null {
  try {
    const [doc] = parseAllDocuments(text, { version: '1.1', uniqueKeys: false, strict: false, logLevel: 'silent' });
    const value: unknown = doc && 'toJS' in doc ? doc.toJS() : null;
    return typeof value === 'object' ? value : null;
  } catch {
    // Not a manifest, to kubelet neither.
    return null;
  }
}

/** Why there is no etcd manifest: etcd runs on other machines. Undefined when it runs here, but not as a static pod. */
export function externalEtcd(line: CommandLine): string | undefined {
  const servers = (lastFlag(line, 'etcd-servers')?.value ?? '').split(',').filter(url => url !== '');
  const own = ['127.0.0.1', 'localhost', '::1', ...['advertise-address', 'bind-address'].map(name => lastFlag(line, name)?.value)];
  const hosts = servers.map(url => /^(?:[a-z]+:\/\/)?(?:\[(.*?)\]|([^:/]*))/.exec(url)).map(match => match?.[1] ?? match?.[2]);
  return servers.length > 0 && !hosts.some(host => own.includes(host)) ? `etcd runs elsewhere (${servers.join(', ')}): the plan is for the API server alone` : undefined;
}
