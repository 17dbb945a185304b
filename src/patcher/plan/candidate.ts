import { Node } from 'yaml';
import { CommandLine, lastFlag } from './command-line';
import { Manifest, MAX_MANIFEST_BYTES } from './manifest';
import { Volume } from './pod';

/**
 * What kubelet and the API server would say to the text that is about to be written: an invalid Pod is killed at
 * kubelet's next look (https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/apis/core/validation/validation.go).
 */
export function checkCandidate(manifest: Manifest, line: CommandLine): void {
  const dangling = checkPod(manifest);
  if (dangling) {
    manifest.refuse('would-break', dangling.place, `the mount at ${dangling.path} would be left without its volume ${dangling.volume}, because it was changed after us: remove that mount`);
  }
  const flag = lastFlag(line, 'tracing-config-file');
  if (flag && !(line.container.volumeMounts ?? []).some(mount => (`${flag.value}/`).startsWith(mount.mountPath.replace(/\/*$/, '/')))) {
    manifest.refuse('would-break', flag.item.node, `--tracing-config-file=${flag.value} was changed after us and would be left without a mount, which stops the API server: remove that flag`);
  }
}

/** A Pod that kubelet does not take as it is now cannot be told from one that we broke. */
export function checkBefore(manifest: Manifest): void {
  const dangling = checkPod(manifest);
  if (dangling) {
    manifest.refuse('invalid-pod', dangling.place, `the manifest is not a valid Pod as it is: the mount at ${dangling.path} names the volume ${dangling.volume}, which is not in spec.volumes; add it, or remove the mount`);
  }
}

interface Dangling {
  readonly place: Node | number;
  readonly path: string;
  readonly volume: string;
}

function checkPod(manifest: Manifest): Dangling | undefined {
  const { volumes, containers, initContainers } = manifest.pod.spec;
  if (Buffer.byteLength(manifest.text) > MAX_MANIFEST_BYTES) manifest.refuse('too-large', 0, 'the result would be larger than the 10 MiB that kubelet reads');
  const names = (volumes ?? []).map(volume => volume.name);
  (volumes ?? []).forEach((volume, i) => {
    const problem = volumeProblem(volume) ?? (names.indexOf(volume.name) < i ? 'is there twice' : undefined);
    if (problem !== undefined) invalid(manifest, ['spec', 'volumes', i], `the volume ${volume.name} ${problem}`);
  });
  const all = [...(initContainers ?? []).map((one, i) => ({ one, path: ['spec', 'initContainers', i] })), ...containers.map((one, i) => ({ one, path: ['spec', 'containers', i] }))];
  const twice = duplicate(all.map(({ one }) => one.name));
  if (twice !== undefined) invalid(manifest, ['spec', 'containers'], `two containers have the name ${twice}`);
  for (const { one, path } of all) {
    if (!one.image) invalid(manifest, path, `the container ${one.name} has no image`);
    const mounts = one.volumeMounts ?? [];
    const place = [...path, 'volumeMounts'];
    const same = duplicate(mounts.map(mount => mount.mountPath));
    if (same !== undefined) invalid(manifest, place, `two volumes are mounted at ${same}`);
    const dangling = mounts.findIndex(mount => !names.includes(mount.name));
    if (dangling !== -1) {
      const { mountPath, name } = mounts[dangling]!;
      return { place: manifest.find([...place, dangling]) ?? manifest.find(place) ?? 0, path: mountPath, volume: name };
    }
  }
  return undefined;
}

function invalid(manifest: Manifest, path: readonly (string | number)[], problem: string): never {
  return manifest.refuse('invalid-pod', manifest.find(path) ?? 0, `${problem}, so kubelet does not take the Pod: correct it`);
}

const HOST_PATH_TYPES = ['', 'DirectoryOrCreate', 'Directory', 'FileOrCreate', 'File', 'Socket', 'CharDevice', 'BlockDevice'];

function volumeProblem({ name, ...sources }: Volume): string | undefined {
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) return 'has a name that is no DNS label';
  if (Object.values(sources).filter(source => (source ?? null) !== null).length > 1) return 'has more than one source';
  const { hostPath } = sources;
  if (hostPath?.path.split('/').includes('..')) return `has a path with ".." (${hostPath.path})`;
  return HOST_PATH_TYPES.includes(hostPath?.type ?? '') ? undefined : `has an unknown type (${hostPath!.type})`;
}

function duplicate(values: readonly string[]): string | undefined {
  return values.find((value, i) => values.indexOf(value) !== i);
}
