import { Refused } from '../plan/refusal';

/** Reads a directory of manifests; where it is missing, that is a refusal in every command, never a raw ENOENT. */
export function fromDirectory<T>(directory: string, read: () => T): T {
  try {
    return read();
  } catch (e) {
    const { code } = e as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'EACCES') throw e;
    const problem = code === 'EACCES' ? 'may not be read by this user' : 'is not a directory';
    throw new Refused({ code: 'no-manifests-directory', at: directory, message: `${problem}: is this a kubeadm control-plane node?` });
  }
}
