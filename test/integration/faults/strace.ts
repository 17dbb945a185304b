import * as fs from 'node:fs';
import * as path from 'node:path';
import { ModelNode, Rule, TlsFiles } from '../../support/model-node/model-node';

/** Every call with which the program could change a node. */
export const CALLS = [
  'openat', 'write', 'pwrite64', 'writev', 'pwritev', 'fsync', 'fdatasync', 'ftruncate', 'truncate', 'rename', 'renameat', 'renameat2', 'link', 'linkat', 'symlink', 'symlinkat',
  'unlink', 'unlinkat', 'rmdir', 'mkdir', 'mkdirat', 'chmod', 'fchmod', 'fchmodat', 'chown', 'fchown', 'fchownat', 'lchown', 'setxattr', 'fsetxattr', 'utimensat', 'copy_file_range', 'sendfile',
] as const;

/** Every call with which it looks at one. */
const READS = ['read', 'pread64', 'readv', 'statx', 'newfstatat', 'fstat', 'lstat', 'stat', 'getdents64', 'readlink', 'readlinkat', 'access', 'faccessat', 'faccessat2'] as const;

/** One system call of a recorded run that touches the node's directories. */
export interface Call {
  readonly name: string;
  /** Which one of its name, from 1, among those that touch the watched paths. */
  readonly nth: number;
  /** Whether it could change something: everything but looking, and opening what is there. What is there is opened for writing only to see whether it could be. */
  readonly changes: boolean;
  /** As strace prints it, with the node's directory left out. */
  readonly text: string;
}

/** Paths on the node, without its directory: equal in all runs, as the names of temporary files are fixed. */
export type WatchedPaths = readonly string[];

export interface Recording {
  readonly setting: Setting;
  readonly paths: WatchedPaths;
  readonly calls: readonly Call[];
}

/** What is asked of the program, and how the components behave with it. */
export interface Setting {
  readonly rules?: readonly Rule[];
  readonly healthSeconds?: number;
  /** With more than one, the program takes its time: other nodes serve meanwhile. */
  readonly controlPlaneNodes?: number;
  /** Whether the change is taken back as long as the rules hold. */
  readonly rollsBack?: boolean;
  /** What a collector on the node shows, and the components before and after the change; undefined for plain text. */
  readonly tls?: { readonly collector: TlsFiles; readonly before: TlsFiles | undefined; readonly after: TlsFiles | undefined };
}

/** Two runs: the first finds the paths, the second counts the calls on them, just as an injecting strace counts. */
export async function record(makeNode: () => Promise<ModelNode>, setting: Setting = {}): Promise<Recording> {
  const make = async () => {
    const node = await makeNode();
    await arrange(node, setting);
    return node;
  };
  const paths = await onNode(make, async node => {
    const trace = await traced(node, []);
    const found = [...trace.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(m => m[1]!).filter(file => file.startsWith(`${node.directory}/`));
    const ours = found.map(file => file.slice(node.directory.length)).filter(file => /^\/(manifests|tracing)(\/|$)/.test(file));
    return [...new Set(['/manifests', '/tracing', '/tracing/backup', ...ours])].sort();
  });
  const calls = await onNode(make, async node => parse(await traced(node, paths), node.directory));
  return { setting, paths, calls };
}

/** Brings a fresh node into the setting. */
export async function arrange(node: ModelNode, { rules = [], healthSeconds, controlPlaneNodes = 1, tls }: Setting): Promise<void> {
  node.behave(rules);
  node.writeSpec({ controlPlaneNodes }, healthSeconds === undefined ? {} : { healthSeconds });
  if (tls === undefined) return;
  await node.startCollector(tls.collector);
  if (tls.before) {
    node.componentFiles = tls.before;
    const { status, output } = await node.apply().end;
    if (status !== 0) throw new Error(`the node is not prepared:\n${output}`);
  }
  node.componentFiles = tls.after;
}

/** Whether the fault of the last run has happened: strace marks the call. */
export function wasInjected(node: ModelNode): boolean {
  return fs.readFileSync(traceFile(node), 'utf8').includes('(INJECTED)');
}

/** `strace` with arguments that inject a fault at one call. */
export function injecting(node: ModelNode, paths: WatchedPaths, fault: string): string[] {
  return [...strace(node, paths), '-e', `inject=${fault}`];
}

export function parse(trace: string, directory: string): Call[] {
  const seen = new Map<string, number>();
  const calls: Call[] = [];
  for (const line of trace.split('\n')) {
    const match = /^\d+ +(\w+)\((.*)/.exec(line);
    if (!match) continue;
    const [, name, rest] = match as unknown as [string, string, string];
    const nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    calls.push({ name, nth, changes: name === 'openat' ? /O_(CREAT|TRUNC)/.test(rest) : !(READS as readonly string[]).includes(name), text: `${name}(${rest}`.replaceAll(directory, '') });
  }
  return calls;
}

async function traced(node: ModelNode, paths: WatchedPaths): Promise<string> {
  const { output } = await node.apply({ under: strace(node, paths), fixedNames: true }).end;
  const trace = fs.readFileSync(traceFile(node), 'utf8');
  if (!trace.includes('rename')) throw new Error(`nothing was recorded:\n${output}`);
  return trace;
}

function strace(node: ModelNode, paths: WatchedPaths): string[] {
  // Without --seccomp-bpf, with which strace 6.1 injects no signal.
  return ['strace', '-f', '-qq', '-o', traceFile(node), '-y', '-s', '16', '-e', 'signal=none', '-e', `trace=${[...CALLS, ...READS].join(',')}`,
    ...paths.flatMap(file => ['-P', node.directory + file])];
}

function traceFile(node: ModelNode): string {
  return path.join(node.directory, 'trace');
}

async function onNode<T>(make: () => Promise<ModelNode>, work: (node: ModelNode) => Promise<T>): Promise<T> {
  const node = await make();
  try {
    return await work(node);
  } finally {
    await node.stop();
  }
}
