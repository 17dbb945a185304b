import { Pod, VolumeMount } from './pod';

/**
 * The index of a mount that hides the directory of a file: runc cannot make the mount point of the file below it where it is read-only
 * (https://github.com/kubernetes/kubernetes/issues/121294), and leaves an empty file on the host where it is not.
 * One that shows the same directory of the node is no obstacle, since the file is there already.
 */
export function mountAbove(pod: Pod, mounts: readonly VolumeMount[], file: string): number | undefined {
  const above = mounts.map(({ mountPath }, i) => ({ i, path: normal(mountPath) })).filter(({ path }) => file.startsWith(path === '/' ? path : `${path}/`));
  if (above.length === 0) return undefined;
  // The deepest one is what the file's mount point is made in.
  const { i, path } = above.reduce((a, b) => (b.path.length > a.path.length ? b : a));
  const { name, subPath, subPathExpr, readOnly } = mounts[i]!;
  const volume = (pod.spec.volumes ?? []).find(v => v.name === name);
  if (volume?.emptyDir !== undefined) return readOnly ? i : undefined;
  const shown = volume?.hostPath && !subPathExpr ? [volume.hostPath.path, subPath ?? '', file.slice(path === '/' ? 0 : path.length)].join('/') : undefined;
  return shown === undefined || normal(shown) !== file ? i : undefined;
}

/** Without doubled slashes, `.` and `..`, and without a slash at its end. */
export function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
