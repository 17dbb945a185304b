import { Manifest } from './manifest';
import { Component, ManifestFile } from './plan';
import { podHeader } from './pod-header';
import { refuse } from './refusal';

/** The manifest of a component; undefined when the directory has none. */
export function manifestOf(files: readonly ManifestFile[], component: Component): Manifest | undefined {
  const file = files.find(f => f.name === `${component}.yaml`);
  if (!file) return refuseOtherName(files, component);
  const manifest = new Manifest(file.name, file.text);
  refuseSecondFile(files, manifest);
  return manifest;
}

/** kubelet reads a file of any name; what else works on this node (kubeadm, for one) only knows this one. */
function refuseOtherName(files: readonly ManifestFile[], component: Component): undefined {
  const other = files.find(file => podHeader(file.text)?.name === component);
  if (!other) return undefined;
  return refuse('no-manifest', other.name, `this file holds the static pod ${component}, but it is not named ${component}.yaml, which is what kubeadm and this program look for: `
    + `rename it to ${component}.yaml, at a time when a restart is acceptable, because kubelet stops the Pod for up to 20 s then`);
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
  const { metadata } = manifest.pod;
  const ours = `${metadata.namespace ?? 'default'}/${metadata.name}`;
  const same = files.filter(file => {
    const header = file.name === manifest.file ? undefined : podHeader(file.text);
    return file.name === manifest.file || (header && `${header.namespace}/${header.name}` === ours);
  }).map(file => file.name);
  if (same.length === 1) return;
  // Byte order, as Go sorts; localeCompare would not.
  const winner = same.reduce((a, b) => (Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0 ? b : a));
  refuse('duplicate-pod', same.filter(name => name !== manifest.file).join(', '),
    `${same.join(' and ')} define the same Pod ${ours}, and ${winner} wins, because kubelet takes the last in byte order: move the others out of the directory, `
    + 'at a time when a restart is acceptable, because kubelet stops the Pod for up to 20 s when one of its files goes away');
}
