import { Refused } from '../plan/refusal';

/** Reads a directory of manifests; where that is not possible, it is a refusal in every command, never a raw error. */
export function fromDirectory<T>(directory: string, read: () => T): T {
  try {
    return read();
  } catch (e) {
    const { code, path = directory, message } = e as NodeJS.ErrnoException;
    if (typeof code !== 'string') throw e;
    if (code === 'ENOENT' || code === 'ENOTDIR') refused(directory, 'is not a directory: is this a kubeadm control-plane node?');
    return refused(path, code === 'EACCES' || code === 'EPERM' ? 'may not be read by this user: run this as root (sudo)' : `cannot be read (${message}): look at the disk that it is on`);
  }
}

function refused(at: string, message: string): never {
  throw new Refused({ code: 'no-manifests-directory', at, message });
}
