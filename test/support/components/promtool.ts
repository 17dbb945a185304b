/**
 * promtool, which tests alerting rules, and Prometheus itself: those on the PATH, or those of Debian's package `prometheus`.
 * The package is unpacked into the cache and never installed: the system stays as it is, and no service starts. That needs no root.
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { cacheRoot, publish, withLock } from './cache';

type Log = (line: string) => void;
/** Each is kept alone: the alerts' tests need no server of a hundred megabytes. */
type Program = 'promtool' | 'prometheus';
const PROGRAMS: readonly Program[] = ['promtool', 'prometheus'];

export async function promtool(log?: Log): Promise<string> {
  return ensure('promtool', log);
}

export async function prometheus(log?: Log): Promise<string> {
  return ensure('prometheus', log);
}

async function ensure(program: Program, log: Log = (line) => console.error(line)): Promise<string> {
  const entry = path.join(cacheRoot(), program);
  const cached = path.join(entry, 'usr/bin', program);
  if (spawnSync(program, ['--version']).status === 0) return program;
  if (fs.existsSync(cached)) return cached;
  if (spawnSync('apt-get', ['--version']).status !== 0) {
    throw new Error(`${program} is missing, and there is no apt-get to fetch it: install Prometheus, so that ${program} is on the PATH`);
  }
  await withLock(program, log, async () => {
    if (!fs.existsSync(cached)) await publish(entry, async (directory) => unpack(program, directory, log));
  });
  return cached;
}

function unpack(program: Program, directory: string, log: Log): void {
  log(`fetching ${program} from Debian's package prometheus`);
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
  PROGRAMS.filter((other) => other !== program).forEach((other) => fs.rmSync(path.join(directory, 'usr/bin', other), { force: true }));
}

function run(program: string, args: readonly string[], cwd: string): void {
  const { status, stderr, error } = spawnSync(program, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`Prometheus cannot be fetched (install it by hand): ${program} ${args.join(' ')} failed: ${error?.message ?? stderr}`);
  }
}
