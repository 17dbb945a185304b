/**
 * The cache of built components and images: outside the checkout, so that it outlives clean clones.
 * An entry is published by one rename, so that whatever exists is complete.
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export function cacheRoot(): string {
  const base = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
  return process.env.CDK8S_CPT_CACHE || path.join(base, 'cdk8s-control-plane-tracing');
}

/** A short name for content: equal content has an equal name. */
export function contentHash(parts: Iterable<string | Buffer>): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex').slice(0, 16);
}

/**
 * Runs `fill` in a temporary directory beside `entry` and then renames it to `entry`.
 * A program that dies in between leaves nothing that is mistaken for a complete entry.
 */
export async function publish(entry: string, fill: (directory: string) => Promise<void>): Promise<void> {
  await withTemporaryDirectory(path.dirname(entry), async (directory) => {
    await fill(directory);
    fs.chmodSync(directory, 0o755);
    fs.rmSync(entry, { recursive: true, force: true });
    fs.renameSync(directory, entry);
  });
}

export async function withTemporaryDirectory<T>(parent: string, work: (directory: string) => Promise<T>): Promise<T> {
  fs.mkdirSync(parent, { recursive: true });
  const directory = fs.mkdtempSync(path.join(parent, '.tmp-'));
  try {
    return await work(directory);
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

/** Runs `work` while no other process of this machine holds the lock of the same name. */
export async function withLock<T>(name: string, log: (line: string) => void, work: () => Promise<T>): Promise<T> {
  const file = path.join(cacheRoot(), `.lock-${name}`);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  for (let said = false; !tryLock(file); said = true) {
    if (!said) log(`waiting for another process that holds ${file}`);
    await sleep(500);
  }
  try {
    return await work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

function tryLock(file: string): boolean {
  // Made complete first and then linked, so that nobody ever reads a lock without its owner.
  const mine = `${file}.${process.pid}`;
  fs.writeFileSync(mine, owner(process.pid));
  try {
    fs.linkSync(mine, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    removeIfAbandoned(file);
    return false;
  } finally {
    fs.rmSync(mine, { force: true });
  }
}

function removeIfAbandoned(file: string): void {
  let held: string;
  try {
    held = fs.readFileSync(file, 'utf8');
  } catch {
    return; // just released
  }
  if (held !== owner(Number(held.split(' ')[0]))) fs.rmSync(file, { force: true });
}

/** A process by its number and its start time, because numbers are used again. */
function owner(pid: number): string {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return `${pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return 'gone';
  }
}
