import { lastFlag, readCommandLine } from './command-line';
import { Manifest } from './manifest';
import { ManifestFile } from './plan';
import { PatchSpec } from '../../patch-spec/patch-spec';

/** Where etcd is not to trace, the name is used for nothing. */
const UNUSED = 'none';

/**
 * The name that was given, else that of the etcd member, which kubeadm names after the node.
 * Throws an error that names the option where neither is the name of a node.
 */
export function nodeNameOf(given: string | undefined, { state, etcd }: PatchSpec, files: readonly ManifestFile[]): string {
  if (given !== undefined && !isNodeName(given)) {
    throw new Error(`--node-name (${given}) must be the name of a Kubernetes node: lower case letters, digits, "-" and "."`);
  }
  const name = given ?? (state === 'disabled' || etcd === null ? UNUSED : memberName(files));
  if (name === undefined) throw new Error('--node-name is required: the command line of etcd has no --name');
  if (!isNodeName(name)) throw new Error(`--node-name is required: the name of the etcd member (${name}) is not the name of a Kubernetes node`);
  return name;
}

/** RFC 1123; the name goes into a command line, where kubelet expands `$(...)`. */
export function isNodeName(name: string): boolean {
  return /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(name);
}

/** Undefined where the member has no name; some name where there is no manifest that could use it. */
function memberName(files: readonly ManifestFile[]): string | undefined {
  const file = files.find(f => f.name === 'etcd.yaml');
  if (!file) return UNUSED;
  try {
    return lastFlag(readCommandLine(new Manifest(file.name, file.text), 'etcd'), 'name')?.value;
  } catch {
    // Planning says what is wrong with it.
    return UNUSED;
  }
}
