import { isRecord } from '../../../patch-spec/is-record';
import { KubeadmArg, KubeadmEnv, KubeadmVolume } from '../../../patch-spec/kubeadm-settings';
import { DOMAIN } from '../../../patch-spec/layout';

/**
 * What the ClusterConfiguration holds that was not there before us, by value and not by place: kubeadm writes the text anew at every upgrade.
 * It is an annotation of the ConfigMap, which kubeadm leaves alone.
 */
export interface KubeadmRecord {
  readonly apiServer?: KubeadmPart;
  readonly etcd?: KubeadmPart;
  /** Fields that were made, and the text that stood behind the colon of those that were there without a value. */
  readonly made?: { readonly [path: string]: string | null };
}

export interface KubeadmPart {
  readonly args?: readonly KubeadmArg[];
  readonly gate?: string;
  readonly volumes?: readonly KubeadmVolume[];
  readonly envs?: readonly KubeadmEnv[];
}

export const KUBEADM_RECORD_ANNOTATION = `${DOMAIN}/changes`;

/** Undefined where the text is not a record. */
export function parseKubeadmRecord(text: string | undefined): KubeadmRecord | undefined {
  if (text === undefined) return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const valid = isRecord(value) && Object.entries(value).every(([key, field]) => key === 'made'
    ? isRecord(field) && Object.values(field).every(was => was === null || typeof was === 'string')
    : (key === 'apiServer' || key === 'etcd') && isPart(field));
  return valid ? value as KubeadmRecord : undefined;
}

/** Undefined where nothing is ours. */
export function kubeadmRecordText(record: KubeadmRecord): string | undefined {
  return Object.keys(record).length === 0 ? undefined : JSON.stringify(record);
}

function isPart(value: unknown): boolean {
  return isRecord(value) && Object.entries(value).every(([key, field]) => key === 'gate'
    ? typeof field === 'string'
    : ['args', 'volumes', 'envs'].includes(key) && Array.isArray(field) && field.every(item => isRecord(item) && typeof item.name === 'string'));
}
