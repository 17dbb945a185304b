import { isDeepStrictEqual } from 'util';
import { addSettings, Conflict } from './add-settings';
import { KubeadmRecord } from './kubeadm-record';
import { removeSettings } from './remove-settings';
import { NotEditable, YamlText } from './yaml-text';
import { CLUSTER_CONFIGURATION, ClusterConfigurationVersion, KubeadmSettings } from '../../../patch-spec/kubeadm-settings';

export type KubeadmEdit =
  /** `text` is the one that was given where only the record changes. */
  | { readonly kind: 'edited'; readonly text: string; readonly record: KubeadmRecord; readonly notes: readonly string[] }
  | { readonly kind: 'unchanged'; readonly notes: readonly string[] }
  /** Somebody's argument is in the way. */
  | { readonly kind: 'conflict'; readonly at: string; readonly message: string }
  /** Not a configuration that this release can edit: nothing is written, and nothing else is in the way. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** What a ClusterConfiguration says about itself. */
export interface ClusterConfigurationHead {
  readonly apiVersion: ClusterConfigurationVersion;
  /** `v1.37.2`; undefined where kubeadm is left to choose. */
  readonly kubernetesVersion: string | undefined;
}

/** Pure. @param settings what kubeadm shall be told; null takes out what the record names */
export function editClusterConfiguration(
  text: string, record: KubeadmRecord, settings: ((apiVersion: ClusterConfigurationVersion) => KubeadmSettings) | null,
): KubeadmEdit {
  try {
    const before = new YamlText(text);
    const { apiVersion } = headOf(before);
    const removed = removeSettings(before, apiVersion, record);
    const after = settings ? addSettings(removed.text, apiVersion, settings(apiVersion)) : { text: removed.text, record: {}, notes: [] };
    const notes = [...removed.notes, ...after.notes];
    const sameMeaning = isDeepStrictEqual(unordered(after.text.value), unordered(before.value));
    // Fields that were made once stay made, although they are there by now.
    const newRecord = sameMeaning && isDeepStrictEqual(parts(after.record), parts(record)) ? record : after.record;
    if (sameMeaning && newRecord === record) return { kind: 'unchanged', notes };
    return { kind: 'edited', text: sameMeaning ? text : after.text.text, record: newRecord, notes };
  } catch (e) {
    if (e instanceof Conflict) return { kind: 'conflict', at: e.at, message: e.message };
    if (e instanceof NotEditable) return { kind: 'unknown', reason: e.message };
    throw e;
  }
}

/** @throws NotEditable */
export function readClusterConfiguration(text: string): ClusterConfigurationHead {
  return headOf(new YamlText(text));
}

function headOf(text: YamlText): ClusterConfigurationHead {
  const { group, kind, versions } = CLUSTER_CONFIGURATION;
  const { apiVersion, kind: found, kubernetesVersion } = text.value as Record<string, unknown>;
  const version = versions.find(known => apiVersion === `${group}/${known}`);
  if (found !== kind || !version) {
    throw new NotEditable(`it is ${JSON.stringify(found)} of ${JSON.stringify(apiVersion)}, and this release knows ${kind} of ${group}/${versions.join(' and ')}`);
  }
  return { apiVersion: version, kubernetesVersion: typeof kubernetesVersion === 'string' ? kubernetesVersion : undefined };
}

function parts({ apiServer, etcd }: KubeadmRecord): unknown {
  return [apiServer, etcd];
}

/** The place in a list is no reason to write, nor is that of a field: kubeadm sorts fields when it uploads. */
function unordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unordered).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  // In an order of its own, so that equal items have equal texts, by which lists are sorted.
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, field]) => [key, unordered(field)]));
}
