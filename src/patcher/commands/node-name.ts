import { UsageError } from './options';
import { PatchSpec } from '../../patch-spec/patch-spec';
import { lastFlag, readCommandLine } from '../plan/command-line';
import { Manifest } from '../plan/manifest';
import { isNodeName } from '../plan/node-name';
import { ManifestFile } from '../plan/plan';

/** Where etcd is not to trace, the name is used for nothing. */
const UNUSED = 'none';

/**
 * The name that was given, else that of the etcd member, which kubeadm names after the node.
 * Throws an error that names the option where neither is the name of a node.
 */
export function nodeNameOf(given: string | undefined, { state, etcd }: PatchSpec, files: readonly ManifestFile[]): string {
  if (given !== undefined && !isNodeName(given)) {
    throw new UsageError(`--node-name (${given}) must be the name of a Kubernetes node: lower case letters, digits, "-" and "."`);
  }
  const name = given ?? (state === 'disabled' || etcd === null ? UNUSED : memberName(files));
  if (name === undefined) throw new UsageError('--node-name is required: the command line of etcd has no --name');
  if (!isNodeName(name)) throw new UsageError(`--node-name is required: the name of the etcd member (${name}) is not the name of a Kubernetes node`);
  return name;
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
