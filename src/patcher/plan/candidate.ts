import { Node } from 'yaml';
import { CommandLine, lastFlag } from './command-line';
import { Manifest, MAX_MANIFEST_BYTES } from './manifest';

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
  const { volumes = [], containers } = manifest.pod.spec;
  if (Buffer.byteLength(manifest.text) > MAX_MANIFEST_BYTES) manifest.refuse('too-large', 0, 'the result would be larger than the 10 MiB that kubelet reads');
  const names = (volumes ?? []).map(volume => volume.name);
  const invalid = duplicate(names) ?? names.find(name => !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name));
  if (invalid !== undefined) manifest.refuse('invalid-pod', manifest.find(['spec', 'volumes']) ?? 0, `volume name ${invalid} is not a DNS label or appears twice`);
  for (const [i, { volumeMounts }] of containers.entries()) {
    const place = manifest.find(['spec', 'containers', i, 'volumeMounts']) ?? 0;
    const mounts = volumeMounts ?? [];
    const twice = duplicate(mounts.map(mount => mount.mountPath));
    if (twice !== undefined) manifest.refuse('invalid-pod', place, `two volumes would be mounted at ${twice}`);
    const dangling = mounts.findIndex(mount => !names.includes(mount.name));
    if (dangling !== -1) {
      const { mountPath, name } = mounts[dangling]!;
      return { place: manifest.find(['spec', 'containers', i, 'volumeMounts', dangling]) ?? place, path: mountPath, volume: name };
    }
  }
  return undefined;
}

function duplicate(values: readonly string[]): string | undefined {
  return values.find((value, i) => values.indexOf(value) !== i);
}
