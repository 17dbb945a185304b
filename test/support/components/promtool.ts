/**
 * promtool, which tests alerting rules: the one on the PATH, or the one of Debian's package `prometheus`.
 * The package is unpacked into the cache and never installed: the system stays as it is, and no service starts. That needs no root.
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { cacheRoot, publish, withLock } from './cache';

const PROMTOOL = 'usr/bin/promtool';

export async function promtool(log: (line: string) => void = (line) => console.error(line)): Promise<string> {
  const entry = path.join(cacheRoot(), 'promtool');
  const cached = path.join(entry, PROMTOOL);
  if (spawnSync('promtool', ['--version']).status === 0) return 'promtool';
  if (fs.existsSync(cached)) return cached;
  if (spawnSync('apt-get', ['--version']).status !== 0) {
    throw new Error('promtool is missing, and there is no apt-get to fetch it: install Prometheus, so that promtool is on the PATH');
  }
  await withLock('promtool', log, async () => {
    if (!fs.existsSync(cached)) await publish(entry, async (directory) => unpack(directory, log));
  });
  return cached;
}

function unpack(directory: string, log: (line: string) => void): void {
  log("fetching promtool from Debian's package prometheus");
  const own = path.join(directory, 'apt');
  fs.mkdirSync(path.join(own, 'lists/partial'), { recursive: true });
  fs.mkdirSync(path.join(own, 'archives/partial'), { recursive: true });
  // Lists of packages of its own: those of the system may be missing or old, and belong to root.
  const options = [`Dir::State::Lists=${own}/lists`, `Dir::Cache=${own}`, 'APT::Sandbox::User='].flatMap((option) => ['-o', option]);
  run('apt-get', ['-qq', ...options, 'update'], own);
  run('apt-get', ['-qq', ...options, 'download', 'prometheus'], own);
  const archive = fs.readdirSync(own).find((name) => name.endsWith('.deb'));
  if (archive === undefined) throw new Error('apt-get download prometheus left no package');
  run('dpkg-deb', ['-x', archive, directory], own);
  fs.rmSync(own, { recursive: true });
  fs.rmSync(path.join(directory, 'usr/bin/prometheus'), { force: true });
}

function run(program: string, args: readonly string[], cwd: string): void {
  const { status, stderr, error } = spawnSync(program, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`promtool cannot be fetched (install Prometheus by hand): ${program} ${args.join(' ')} failed: ${error?.message ?? stderr}`);
  }
}
