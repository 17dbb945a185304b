import { UnsafePathError } from '../host/files';
import { Host } from '../host/host';
import { MAX_MANIFEST_BYTES } from '../plan/manifest';
import { ManifestFile } from '../plan/plan';
import { mayDefineComponent } from '../plan/pod-header';

/** Their own names: what lies there is changed, so it must be a file itself. */
const COMPONENT_FILES = ['kube-apiserver.yaml', 'etcd.yaml'];

/**
 * The directory as kubelet sees it, for `plan` as for the Job
 * (https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/kubelet/config/file.go): no file with a leading dot, links followed, everything
 * skipped that is no regular file or is larger than 10 MiB. What cannot be a Pod of a component is named, but its text is not kept.
 */
export function readManifests(files: Host['files'], directory: string): ManifestFile[] {
  return files.list(directory).filter(name => !name.startsWith('.')).flatMap(name => {
    const path = `${directory}/${name}`;
    if (name.includes('\uFFFD')) throw new UnsafePathError(`${path}: the name of this file is no UTF-8, so that kubelet reads it and this program cannot: rename or move it`);
    const own = COMPONENT_FILES.includes(name);
    if (own && files.isLink(path)) {
      throw new UnsafePathError(`${path} is a symbolic link: put the file itself there, because only a plain file is replaced`);
    }
    const text = files.readThroughLinksUpTo(path, MAX_MANIFEST_BYTES + 1);
    if (text === undefined && own) {
      throw new UnsafePathError(`${path} is not a regular file, so kubelet skips it and nothing can replace it: put the file itself there`);
    }
    if (text === undefined) return [];
    return [{ name, text: own || mayDefineComponent(text) ? text : '' }];
  });
}
