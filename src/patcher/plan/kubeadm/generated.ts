import { isDeepStrictEqual } from 'util';
import { isSameItem } from './fields';
import { KubeadmPart } from './kubeadm-record';
import { CONFIG_VOLUME, DIRECTORY_VOLUME, KubeadmVolume } from '../../../patch-spec/kubeadm-settings';
import { CommandLine } from '../command-line';
import { Manifest } from '../manifest';
import { Pod, Volume, VolumeMount } from '../pod';
import { Changes, readChanges } from '../record';
import { Edit, removeItems } from '../splice';

/** What is ours in a manifest, wherever that is written. */
export interface Ours {
  readonly changes: Changes;
  /** Volumes with their mounts, of a manifest that kubeadm has made from its configuration. */
  readonly volumes: readonly KubeadmVolume[];
}

/**
 * The record on the manifest. A manifest that kubeadm has made has none: there it is what kubeadm's configuration has of ours, as far as it is
 * there, or else what can be nobody else's, since its path has the hash of its content.
 */
export function oursIn(manifest: Manifest, line: CommandLine, part: KubeadmPart | undefined, configDirectory: string): Ours {
  const changes = readChanges(manifest);
  if (Object.keys(changes).length > 0) return { changes, volumes: [] };
  const { args, gate, envs = [], volumes } = part ?? ownMarks(manifest, line, configDirectory);
  const there = (args ?? []).map(({ name, value }) => `--${name}=${value}`).filter(arg => line.items.some(item => item.text === arg));
  const env = envs.flatMap(variable => (line.container.env ?? []).filter(item => isSameItem(item, variable)).slice(-1));
  return {
    changes: {
      ...there.length > 0 && { args: there },
      ...gate !== undefined && line.flags.some(flag => flag.name === 'feature-gates' && flag.value.split(',').includes(gate)) && { gate },
      ...env.length > 0 && { env },
    },
    volumes: (volumes ?? []).filter(volume => places(manifest, line, volume).every(at => at !== -1)),
  };
}

/** Takes out volumes that kubeadm has made. */
export function removeVolumes(manifest: Manifest, line: CommandLine, volumes: readonly KubeadmVolume[]): Edit[] {
  if (volumes.length === 0) return [];
  const index = line.path[2] as number;
  const [mounts, hostPaths] = [0, 1].map(list => volumes.map(volume => places(manifest, line, volume)[list]!)) as [number[], number[]];
  const without = <K extends string>(owner: { [key in K]?: unknown[] }, key: K, indices: readonly number[]) => {
    owner[key] = owner[key]!.filter((_, i) => !indices.includes(i));
    if (owner[key].length === 0) delete owner[key];
  };
  return [
    ...removeItems(manifest, [...line.path, 'volumeMounts'], mounts, (pod: Pod) => without(pod.spec.containers[index]!, 'volumeMounts', mounts)),
    ...removeItems(manifest, ['spec', 'volumes'], hostPaths, (pod: Pod) => without(pod.spec, 'volumes', hostPaths)),
  ];
}

function ownMarks(manifest: Manifest, line: CommandLine, configDirectory: string): KubeadmPart {
  const volumes = (manifest.pod.spec.volumes ?? []).filter(({ name, hostPath }) =>
    name === CONFIG_VOLUME && hostPath?.type === 'FileOrCreate' && hostPath.path.startsWith(`${configDirectory}/`)
    || name === DIRECTORY_VOLUME && hostPath?.path === configDirectory);
  if (!volumes.some(({ name }) => name === CONFIG_VOLUME)) return {};
  const args = line.flags.filter(({ name, value }) => name === 'tracing-config-file' && value.startsWith(`${configDirectory}/`));
  return {
    args,
    volumes: volumes.map(({ name, hostPath }) => ({
      name, hostPath: hostPath!.path, mountPath: hostPath!.path, readOnly: true, pathType: hostPath!.type as KubeadmVolume['pathType'],
    })),
  };
}

/** Where the mount and the volume are. */
function places(manifest: Manifest, { container }: CommandLine, of: KubeadmVolume): [mount: number, volume: number] {
  const { name, hostPath, mountPath, pathType } = of;
  const mount: VolumeMount = { mountPath, name, readOnly: true };
  const volume: Volume = { hostPath: { path: hostPath, type: pathType }, name };
  const at = (items: readonly unknown[] | undefined, ours: unknown) => (items ?? []).findIndex(item => isDeepStrictEqual(item, ours));
  return [at(container.volumeMounts, mount), at(manifest.pod.spec.volumes, volume)];
}
