import { Endpoint } from './endpoint';
import { ApiServerIntent, EtcdIntent, Identity } from './patch-spec';
import { attributesText, RESOURCE_ATTRIBUTES } from './resource-attributes';
import { apiServerFlags, etcdFlags } from './tracing-flags';
import { Version } from './version';

/** Tracing as fields of kubeadm's ClusterConfiguration: the same for all nodes. */
export interface KubeadmSettings {
  /** null: kubeadm is told nothing about it. */
  readonly apiServer: KubeadmComponent | null;
  readonly etcd: KubeadmComponent | null;
}

export interface KubeadmComponent {
  readonly args: readonly KubeadmArg[];
  /** `Gate=true`, which joins the gates that are there. */
  readonly gate?: string;
  /** Only where no argument says otherwise. */
  readonly verbosity?: string;
  readonly volumes: readonly KubeadmVolume[];
  readonly envs: readonly KubeadmEnv[];
}

/** An argument in the spelling of v1beta4. */
export interface KubeadmArg {
  readonly name: string;
  readonly value: string;
}

export interface KubeadmVolume {
  readonly name: string;
  readonly hostPath: string;
  readonly mountPath: string;
  readonly readOnly: true;
  readonly pathType: 'FileOrCreate' | 'DirectoryOrCreate';
}

export interface KubeadmEnv {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly fieldRef: { readonly apiVersion: string; readonly fieldPath: string } };
}

export const CLUSTER_CONFIGURATION = { group: 'kubeadm.k8s.io', kind: 'ClusterConfiguration', versions: ['v1beta3', 'v1beta4'] } as const;

export type ClusterConfigurationVersion = typeof CLUSTER_CONFIGURATION.versions[number];

/** Of the volume that shows the API server its tracing configuration: as the Job names it. */
export const CONFIG_VOLUME = 'tracing-config';
/** Of the volume that makes sure of the directory above: kubelet creates a missing file, but not the directory that it lies in. */
export const DIRECTORY_VOLUME = 'tracing-directory';
/** The variable that tells etcd the name of its node. */
export const NODE_NAME_VARIABLE = 'NODE_NAME';

export interface KubeadmIntent {
  readonly endpoint: Endpoint;
  readonly identity: Identity;
  readonly apiServer: { readonly intent: ApiServerIntent; readonly version: Version; readonly configFile: string } | null;
  readonly etcd: { readonly intent: EtcdIntent; readonly version: Version } | null;
}

/** What kubeadm must know so that the manifests that it writes trace as those of the Job do. */
export function kubeadmSettings({ endpoint, identity, apiServer, etcd }: KubeadmIntent, apiVersion: ClusterConfigurationVersion): KubeadmSettings {
  return {
    apiServer: apiServer && { ...apiServerSettings(apiServer), envs: apiVersion === 'v1beta4' ? variables(identity, false) : [] },
    etcd: etcd && etcdSettings(etcd, endpoint, identity, apiVersion),
  };
}

function apiServerSettings({ intent, version, configFile }: NonNullable<KubeadmIntent['apiServer']>): Omit<KubeadmComponent, 'envs'> {
  const { file, gate, verbosity } = apiServerFlags(version, intent, configFile);
  const directory = configFile.slice(0, configFile.lastIndexOf('/'));
  return {
    args: [{ name: file.name, value: file.value }],
    ...gate === undefined ? {} : { gate },
    ...verbosity === null ? {} : { verbosity: String(verbosity.level) },
    volumes: [
      // A node that joins has no file yet: an empty one is valid and samples nothing, and a missing one would keep the API server from starting.
      { name: CONFIG_VOLUME, hostPath: configFile, mountPath: configFile, readOnly: true, pathType: 'FileOrCreate' },
      { name: DIRECTORY_VOLUME, hostPath: directory, mountPath: directory, readOnly: true, pathType: 'DirectoryOrCreate' },
    ],
  };
}

/** kubeadm sorts them by name, so that the node's name is there for those that refer to it. */
function variables({ nodeName, attributes }: Identity, named: boolean): KubeadmEnv[] {
  const text = attributesText(attributes, nodeName ? `$(${NODE_NAME_VARIABLE})` : undefined);
  return [
    ...nodeName || named ? [{ name: NODE_NAME_VARIABLE, valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'spec.nodeName' } } }] : [],
    ...text === '' ? [] : [{ name: RESOURCE_ATTRIBUTES, value: text }],
  ];
}

/** v1beta3 has no variables, and so no value that differs from node to node. */
function etcdSettings(
  { intent, version }: NonNullable<KubeadmIntent['etcd']>, endpoint: Endpoint, identity: Identity, apiVersion: ClusterConfigurationVersion,
): KubeadmComponent {
  const perNode = apiVersion === 'v1beta4';
  const flags = etcdFlags(version, intent, endpoint, `$(${NODE_NAME_VARIABLE})`).filter(flag => !flag.isDefault);
  return {
    args: flags.filter(({ name }) => perNode || !name.endsWith('instance-id')).map(({ name, value }) => ({ name, value })),
    volumes: [],
    envs: perNode ? variables(identity, true) : [],
  };
}
