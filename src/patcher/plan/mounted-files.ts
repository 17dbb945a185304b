import { isDeepStrictEqual } from 'util';
import { Adopted, adoptMount, adoptVolume } from './adopt';
import { CommandLine } from './command-line';
import { Manifest } from './manifest';
import { mountAbove, normal } from './mount-above';
import { Volume, VolumeMount } from './pod';
import { Changes } from './record';
import { Conflicts } from './refusal';
import { appendItems, appendKey, Edit } from './splice';

/** A file of the node that the container sees under the same path; without the file the pod does not start. */
export interface MountedFile {
  /** Of the volume. */
  readonly name: string;
  readonly path: string;
}

/** The volume of the TracingConfiguration, whose name guides give it too. */
export const CONFIG_VOLUME = 'tracing-config';

export function mountOf(path: string, name: string = CONFIG_VOLUME): VolumeMount {
  return { mountPath: path, name, readOnly: true };
}

export function volumeOf(path: string, name: string = CONFIG_VOLUME): Volume {
  return { hostPath: { path, type: 'File' }, name };
}

/** What is there already stays, and is not ours; what is in the way is taken over or refused. */
export function missingMounts(manifest: Manifest, line: CommandLine, files: readonly MountedFile[], adopt = false, conflicts: Conflicts): Adopted {
  const index = line.path[2] as number;
  const mounts = line.container.volumeMounts ?? [];
  const missing = files.filter(({ name, path }) => !mounts.some(mount => isDeepStrictEqual(mount, mountOf(path, name))));
  const found = missing.map(file => conflicts.during(() => conflictingMount(manifest, line, file, adopt), undefined));
  const adopted = found.flatMap(one => one ?? []);
  const added = missing.filter((_, i) => found[i] === undefined);
  if (added.length === 0) return union(adopted);
  const wanted = added.map(({ name, path }) => mountOf(path, name));
  const lines = added.map(mountLines);
  const path = [...line.path, 'volumeMounts'];
  const edit = conflicts.during<Edit | undefined>(() => (manifest.list(path)
    ? appendItems(manifest, path, lines, pod => { pod.spec.containers[index]!.volumeMounts!.push(...wanted); })
    : appendKey(manifest, line.path, listLines('volumeMounts', lines), pod => { pod.spec.containers[index]!.volumeMounts = [...wanted]; })), undefined);
  return union([...adopted, { edits: edit ? [edit] : [], changes: recorded(added, 'mount') }]);
}

export function missingVolumes(manifest: Manifest, files: readonly MountedFile[], adopt = false, conflicts: Conflicts): Adopted {
  const volumes = manifest.pod.spec.volumes ?? [];
  const missing = files.filter(({ name, path }) => !volumes.some(volume => isDeepStrictEqual(volume, volumeOf(path, name))));
  const found = missing.map(file => conflicts.during(() => conflictingVolume(manifest, file, adopt), undefined));
  const adopted = found.flatMap(one => one ?? []);
  const added = missing.filter((_, i) => found[i] === undefined);
  if (added.length === 0) return union(adopted);
  const wanted = added.map(({ name, path }) => volumeOf(path, name));
  const lines = added.map(volumeLines);
  const edit = conflicts.during<Edit | undefined>(() => (manifest.list(['spec', 'volumes'])
    ? appendItems(manifest, ['spec', 'volumes'], lines, pod => { pod.spec.volumes!.push(...wanted); })
    : appendKey(manifest, ['spec'], listLines('volumes', lines), pod => { pod.spec.volumes = [...wanted]; })), undefined);
  return union([...adopted, { edits: edit ? [edit] : [], changes: recorded(added, 'volume') }]);
}

/** What a mount that is in the way becomes; undefined where none is. */
function conflictingMount(manifest: Manifest, line: CommandLine, { name, path: file }: MountedFile, adopt: boolean): Adopted | undefined {
  const mounts = line.container.volumeMounts ?? [];
  const others = mounts.flatMap((mount, i) => mount.name === name || normal(mount.mountPath) === file ? [i] : []);
  const wanted = mountOf(file, name);
  const adopted = adopt && name === CONFIG_VOLUME ? adoptMount(manifest, line, others, wanted, mountLines({ name, path: file })) : undefined;
  const other = adopted ? -1 : others[0] ?? -1;
  const path = [...line.path, 'volumeMounts'];
  if (other !== -1) {
    manifest.refuse('mount-conflict', manifest.find([...path, other]) ?? 0,
      `the volume ${mounts[other]!.name} is mounted at ${mounts[other]!.mountPath} already, which is not ours, and the name ${name} or that path is needed: rename or remove it`);
  }
  const above = mountAbove(manifest.pod, mounts, file);
  if (above !== undefined) {
    manifest.refuse('mount-conflict', manifest.find([...path, above]) ?? 0,
      `the volume ${mounts[above]!.name} is mounted at ${mounts[above]!.mountPath}, above our file ${file}, and shows another directory of the node: `
      + 'the API server might not start with a mount below it; remove it, or mount it elsewhere');
  }
  return adopted;
}

function conflictingVolume(manifest: Manifest, { name, path }: MountedFile, adopt: boolean): Adopted | undefined {
  const volumes = manifest.pod.spec.volumes ?? [];
  const other = volumes.findIndex(volume => volume.name === name);
  const may = adopt && name === CONFIG_VOLUME && other !== -1;
  const adopted = may ? adoptVolume(manifest, other, volumeOf(path, name), volumeLines({ name, path })) : undefined;
  if (!adopted && other !== -1) {
    manifest.refuse('volume-conflict', manifest.find(['spec', 'volumes', other]) ?? 0,
      `a volume named ${name} is there already and is not ours (${JSON.stringify(volumes[other])}): rename or remove it`);
  }
  return adopted;
}

function mountLines({ name, path }: MountedFile): string[] {
  return [`mountPath: ${path}`, `name: ${name}`, 'readOnly: true'];
}

function volumeLines({ name, path }: MountedFile): string[] {
  return ['hostPath:', `  path: ${path}`, '  type: File', `name: ${name}`];
}

/** The TracingConfiguration has a field of its own, as releases before certificates wrote it. */
function recorded(files: readonly MountedFile[], what: 'mount' | 'volume'): Changes {
  const config = files.find(({ name }) => name === CONFIG_VOLUME);
  const others = files.filter(({ name }) => name !== CONFIG_VOLUME).map(({ name, path }) => [name, path]);
  return { ...config && { [what]: config.path }, ...others.length > 0 && { [`${what}s`]: Object.fromEntries(others) as Record<string, string> } };
}

function union(all: readonly Adopted[]): Adopted {
  return { edits: all.flatMap(({ edits }) => edits), changes: Object.assign({}, ...all.map(({ changes }) => changes)) as Changes };
}

function listLines(key: string, items: readonly (readonly string[])[]): string[] {
  return [`${key}:`, ...items.flatMap(item => item.map((line, i) => (i === 0 ? '- ' : '  ') + line))];
}
