/** What a run must not touch, and what it leaves on a node. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ClusterNode } from './node';
import { NodeProcess } from './processes';
import { COMPONENTS } from './watch';

/** The files in the manifests directory by name; dot-files too. */
export function manifests(node: ClusterNode): Record<string, string> {
  return Object.fromEntries(fs.readdirSync(node.manifestsDir).sort().map((name) => [name, fs.readFileSync(path.join(node.manifestsDir, name), 'utf8')]));
}

/** All that tells whether a node was touched: files with their inodes and times, and processes. */
export async function stateOf(nodes: readonly ClusterNode[]): Promise<object> {
  const states = await Promise.all(nodes.map(async (node) => [node.name, {
    manifests: listing(node.manifestsDir),
    tracing: listing(node.path('/etc/kubernetes/tracing')),
    processes: await Promise.all(COMPONENTS.map((component) => node.processes(component))),
  }]));
  return Object.fromEntries(states);
}

/** The program of the Job's pods that run on a node. */
export async function programs(node: ClusterNode): Promise<NodeProcess[]> {
  const all = await Promise.all(['node', 'MainThread'].map((comm) => node.processes(comm)));
  return all.flat().filter(({ argv }) => argv.at(-1) === 'job');
}

/** The journal of the change on a node, while there is one that is not confirmed, rolled back or abandoned. */
export function changeUnderWay(node: ClusterNode): { readonly phase: string } | undefined {
  const file = node.path('/etc/kubernetes/tracing/journal.json');
  if (!fs.existsSync(file)) return undefined;
  const journal = JSON.parse(fs.readFileSync(file, 'utf8')) as { phase: string };
  return ['swapping', 'rolling-back', 'broken'].includes(journal.phase) ? journal : undefined;
}

function listing(directory: string): string[] {
  if (!fs.existsSync(directory)) return [];
  return fs.readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort().map((name) => {
    const { ino, mtimeMs, mode, size } = fs.statSync(path.join(directory, name));
    return `${name} inode ${ino}, mode ${mode.toString(8)}, ${size} bytes of ${mtimeMs}`;
  });
}
