import { existsSync, mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'fs';
import { basename, dirname, join, resolve } from 'path';
import { UsageError } from './options';
import { ManifestFile, Plan } from '../plan/plan';

/** Throws where the directory could not be the one: the one that is read, no name, or something else than a directory. */
export function checkOut(manifests: string, out: string): void {
  if (out === '') throw new UsageError('--out () must be the name of a directory');
  if (!existsSync(out)) return;
  if (!statSync(out).isDirectory()) throw new UsageError(`--out (${out}) must be a directory: it is a file`);
  // Writing manifests in place is `apply`: kubelet reads a file while it is being written.
  if (realpathSync(out) === realpathSync(manifests)) throw new UsageError(`--out (${out}) must be another directory than --manifests: plan never changes what it reads`);
}

/** The manifests of both components, changed or not, and the TracingConfiguration: all of them or none. */
export function writeOut(directory: string, manifests: readonly ManifestFile[], { components, configFile }: Plan): void {
  const left = manifests.filter(({ name }) => ['kube-apiserver.yaml', 'etcd.yaml'].includes(name) && !components.some(({ file }) => file === name));
  const files = [
    ...left,
    ...components.map(({ file, after }) => ({ name: file, text: after })),
    ...configFile ? [{ name: basename(configFile.path), text: configFile.text }] : [],
  ].map(({ name, text }) => ({ text, target: join(directory, name), temporary: join(directory, `.${name}.${process.pid}.new`) }));
  let made: string | undefined;
  try {
    made = makeDirectory(directory);
    const inTheWay = files.find(({ target }) => existsSync(target) && !statSync(target).isFile());
    if (inTheWay) throw new Error(`${inTheWay.target} is there and is not a file`);
    for (const { temporary, text } of files) writeFileSync(temporary, text, { flag: 'wx' });
    for (const { temporary, target } of files) renameSync(temporary, target);
  } catch (e) {
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
    for (const { temporary } of made === undefined ? files : []) tryRemove(temporary);
    throw new UsageError(`--out (${directory}) cannot be written, and nothing is: ${(e as Error).message}`);
  }
}

/** Not with `recursive`, which never ends where the file system knows no new directory (/proc). @returns the first one that was made */
function makeDirectory(directory: string): string | undefined {
  if (existsSync(directory)) return undefined;
  const parent = dirname(resolve(directory));
  const made = makeDirectory(parent);
  try {
    mkdirSync(directory);
  } catch (e) {
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
    throw e;
  }
  return made ?? directory;
}

function tryRemove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Where it could not be made, there is nothing to remove.
  }
}
