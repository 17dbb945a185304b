import * as fs from 'fs';
import { again } from './files';

/** A process of the node, told apart from a later one with the same PID by its start time. */
export interface ProcessId {
  readonly pid: number;
  /** Field 22 of `/proc/<pid>/stat`: clock ticks since boot. */
  readonly startTime: string;
}

export interface Process extends ProcessId {
  readonly argv: readonly string[];
  /** UID of the pod it belongs to, from its cgroup. */
  readonly podUid: string | undefined;
}

interface Found extends Process {
  readonly parent: number;
}

/** The processes of the node, as `/proc` of its PID namespace (hostPID) shows them. */
export class Processes {
  public constructor(private readonly proc: string = '/proc') {}

  /**
   * Processes whose `argv[0]` has one of these base names, and that nobody but root could have started under it: in a static pod, whose cgroup
   * kubelet makes, or outside of all pods by the user that this program runs as.
   */
  public named(...names: string[]): Process[] {
    // Looks at the command line first, as this is asked ten times a second.
    const found = this.pids().filter(pid => names.includes(baseName((this.file(pid, 'cmdline') ?? '').split('\0', 1)[0]!)))
      .map(pid => this.read(pid)).filter((p): p is Found => p !== undefined);
    return found.filter(p => !isFork(p, found) && (p.podUid === undefined ? this.isOfOurUser(p.pid) : isStatic(p.podUid)))
      .map(({ parent: _, ...process }) => process);
  }

  public inPods(uids: ReadonlySet<string>): Process[] {
    return this.all().filter(p => p.podUid !== undefined && uids.has(p.podUid));
  }

  /** UIDs of the static pods that have a process. */
  public staticPodUids(): Set<string> {
    return new Set(this.all().map(p => p.podUid).filter((uid): uid is string => uid !== undefined && isStatic(uid)));
  }

  public isAlive(id: ProcessId): boolean {
    return this.stat(id.pid)?.startTime === id.startTime;
  }

  /**
   * Sends a signal to exactly this process.
   *
   * @returns whether it was sent: false when the process is gone, or is not the same one any more
   */
  public signal(process: Process, signal: 'SIGTERM' | 'SIGKILL'): boolean {
    const now = this.read(process.pid);
    if (now === undefined || now.startTime !== process.startTime || now.argv.join('\0') !== process.argv.join('\0')) return false;
    try {
      globalThis.process.kill(process.pid, signal);
      return true;
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code === 'ESRCH') return false;
      throw e;
    }
  }

  public bootId(): string {
    return again(() => fs.readFileSync(`${this.proc}/sys/kernel/random/boot_id`, 'utf8')).trim();
  }

  private all(): Found[] {
    return this.pids().map(pid => this.read(pid)).filter((p): p is Found => p !== undefined);
  }

  private pids(): number[] {
    return again(() => fs.readdirSync(this.proc)).filter(name => /^\d+$/.test(name)).map(Number);
  }

  /** By the real user: the effective one is root for whoever calls a setuid program, and the owner of `/proc/<pid>` as soon as nobody may debug it. */
  private isOfOurUser(pid: number): boolean {
    const uid = /^Uid:\s+(\d+)/m.exec(this.file(pid, 'status') ?? '')?.[1];
    return uid !== undefined && Number(uid) === process.getuid?.();
  }

  private read(pid: number): Found | undefined {
    const stat = this.stat(pid);
    const command = this.file(pid, 'cmdline');
    // A kernel thread and a process that is being replaced or reaped have no command line.
    if (stat === undefined || !command) return undefined;
    const argv = command.split('\0');
    argv.pop();
    return { pid, ...stat, argv, podUid: podUid(this.file(pid, 'cgroup') ?? '') };
  }

  private stat(pid: number): { parent: number; startTime: string } | undefined {
    const stat = this.file(pid, 'stat');
    if (stat === undefined) return undefined;
    // The second field is the command in parentheses and may hold spaces and parentheses itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : { parent: Number(fields[1]), startTime: fields[19]! };
  }

  private file(pid: number, name: string): string | undefined {
    try {
      return fs.readFileSync(`${this.proc}/${pid}/${name}`, 'utf8');
    } catch {
      return undefined; // It ended in the meantime.
    }
  }
}

/** Between fork and exec a child has the command line of its parent; kubelet runs mount, du and iptables all the time. */
function isFork(child: Found, all: readonly Found[]): boolean {
  return all.some(p => p.pid === child.parent && p.argv.join('\0') === child.argv.join('\0'));
}

/** kubelet hashes the UIDs of static pods: no dashes. */
function isStatic(uid: string): boolean {
  return /^[0-9a-f]{32}$/.test(uid);
}

/** cgroupfs writes `/pod<uid>/`, systemd `-pod<uid with underscores>.slice`. The last one counts: a node may itself run in a pod. */
function podUid(cgroup: string): string | undefined {
  const uids = [...cgroup.matchAll(/[/-]pod([0-9a-f]{32}|[0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12})(?=\.slice|\/|\n|$)/g)];
  return uids.pop()?.[1]?.replace(/_/g, '-');
}

function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}
