import { lastFlag, readCommandLine } from './command-line';
import { manifestOf } from './directory';
import { asProcessSees } from './environment';
import { ManifestFile } from './plan';
import { Refused } from './refusal';

/** What a node's manifest says of its etcd and the others. */
export interface EtcdMember {
  readonly name: string;
  /** Names of the members that there were when this one was set up, itself included. */
  readonly knows: readonly string[];
}

/** @returns undefined where etcd is no static pod of this node, or does not say it by flags */
export function etcdMember(manifests: readonly ManifestFile[], nodeName: string): EtcdMember | undefined {
  try {
    const manifest = manifestOf(manifests, 'etcd');
    if (!manifest) return undefined;
    const line = readCommandLine(manifest, 'etcd');
    const value = (name: string) => asProcessSees(line.container, lastFlag(line, name)?.value ?? '', nodeName);
    const cluster = value('initial-cluster');
    if (!cluster) return undefined;
    // NAME=URL; a member with several URLs is named once for each.
    const knows = [...new Set(cluster.split(',').map(entry => entry.trim().replace(/=.*/, '')).filter(Boolean))].sort();
    // etcd's own default.
    return { name: value('name') || 'default', knows };
  } catch (e) {
    if (e instanceof Refused) return undefined;
    throw e;
  }
}
