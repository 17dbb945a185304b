import { fromDirectory } from '../../../../src/patcher/commands/manifests-directory';
import { Refused } from '../../../../src/patcher/plan/refusal';

const refusalOf = (error: object) => {
  try {
    return fromDirectory('/m', () => { throw Object.assign(new Error('disk'), error); });
  } catch (e) {
    if (e instanceof Refused) return `${e.refusal.code} ${e.refusal.at}: ${e.refusal.message}`;
    throw e;
  }
};

test.each([
  [{ code: 'ENOENT' }, 'no-manifests-directory /m: is not a directory: is this a kubeadm control-plane node?'],
  [{ code: 'ENOTDIR', path: '/m' }, 'no-manifests-directory /m: is not a directory: is this a kubeadm control-plane node?'],
  [{ code: 'EACCES', path: '/m' }, 'no-manifests-directory /m: may not be read by this user: run this as root (sudo)'],
  [{ code: 'EACCES', path: '/m/etcd.yaml' }, 'no-manifests-directory /m/etcd.yaml: may not be read by this user: run this as root (sudo)'],
  [{ code: 'EIO' }, 'no-manifests-directory /m: cannot be read (disk): look at the disk that it is on'],
  [{ code: 'ESTALE', path: '/m/x' }, 'no-manifests-directory /m/x: cannot be read (disk): look at the disk that it is on'],
  [{ code: 'ELOOP', path: '/m' }, 'no-manifests-directory /m: cannot be read (disk): look at the disk that it is on'],
])('%j is a refusal in words', (error, words) => {
  expect(refusalOf(error)).toBe(words);
});

test('a mistake of the program is none', () => {
  expect(() => refusalOf({})).toThrow('disk');
});
