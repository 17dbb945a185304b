/** What can happen to a node, or to the program on it, while a change is under way. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClusterNode } from './node';
import { programs } from './node-state';
import { NodeProcess } from './processes';

const TRACING = '/etc/kubernetes/tracing';

/** Damages every tracing configuration on the nodes as soon as it is written: the API server that is to read it does not start. */
export class DamagedConfig {
  public static watch(nodes: readonly ClusterNode[]): DamagedConfig {
    return new DamagedConfig(nodes);
  }

  private readonly timer: NodeJS.Timeout;
  /** By node and inode: the program writes a file anew that is not what it should be. */
  private readonly damaged = new Set<string>();
  private readonly reached = new Set<string>();

  private constructor(nodes: readonly ClusterNode[]) {
    this.timer = setInterval(() => nodes.forEach((node) => this.look(node)), 20);
    this.timer.unref(); // a test that fails does not stop it
  }

  /** The damaged files stay as they are. */
  public stop(): void {
    clearInterval(this.timer);
  }

  /** Which nodes' files were damaged. */
  public get nodes(): string[] {
    return [...this.reached];
  }

  private look(node: ClusterNode): void {
    const directory = node.path(TRACING);
    if (!fs.existsSync(directory)) return;
    for (const name of fs.readdirSync(directory).filter((entry) => /^tracing-config\..*\.yaml$/.test(entry))) {
      const file = path.join(directory, name);
      if (this.damaged.has(`${node.name} ${fs.statSync(file).ino}`)) continue;
      fs.writeFileSync(file, 'damaged: by somebody else\n'); // in place: the inode stays
      this.damaged.add(`${node.name} ${fs.statSync(file).ino}`);
      this.reached.add(node.name);
    }
  }
}

/** Holds up every new etcd of the nodes for a time after its start, as a large database does; kubelet's startup probe waits 240 s. */
export class SlowEtcd {
  public static async watch(nodes: readonly ClusterNode[], seconds: number): Promise<SlowEtcd> {
    const old = await Promise.all(nodes.map((node) => node.processes('etcd')));
    return new SlowEtcd(nodes, new Set(old.flat().map(({ pid }) => pid)), seconds);
  }

  /** How many processes were held up. */
  public heldUp = 0;
  private readonly timer: NodeJS.Timeout;

  private constructor(nodes: readonly ClusterNode[], private readonly seen: Set<number>, private readonly seconds: number) {
    this.timer = setInterval(() => nodes.forEach((node) => void this.look(node)), 20);
    this.timer.unref();
  }

  public stop(): void {
    clearInterval(this.timer);
  }

  private async look(node: ClusterNode): Promise<void> {
    for (const { pid } of (await node.processes('etcd')).filter((found) => !this.seen.has(found.pid))) {
      this.seen.add(pid);
      this.heldUp++;
      signal(pid, 'SIGSTOP');
      setTimeout(() => signal(pid, 'SIGCONT'), this.seconds * 1000).unref();
    }
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch { /* it has ended */ }
}

/** Resolves with the node on which a component's manifest has been renamed. */
export async function changeBegins(nodes: readonly ClusterNode[], timeoutSeconds = 120): Promise<ClusterNode> {
  const inode = (node: ClusterNode) => ['kube-apiserver', 'etcd'].map((name) => fs.statSync(path.join(node.manifestsDir, `${name}.yaml`)).ino).join();
  const before = nodes.map(inode);
  for (const deadline = Date.now() + timeoutSeconds * 1000; ;) {
    const changed = nodes.find((node, index) => inode(node) !== before[index]);
    if (changed) return changed;
    if (Date.now() > deadline) throw new Error(`no manifest was changed within ${timeoutSeconds} s`);
    await sleep(10);
  }
}

/** The only program of the Job on a node. */
export async function theProgram(node: ClusterNode): Promise<NodeProcess> {
  const [program, another] = await programs(node);
  if (!program || another) throw new Error(`${node.name} has ${another ? 'more than one program' : 'no program'} of the Job`);
  return program;
}
