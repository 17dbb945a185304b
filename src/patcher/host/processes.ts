import * as fs from 'fs';

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

/** The processes of the node, as `/proc` of its PID namespace (hostPID) shows them. */
export class Processes {
  public constructor(private readonly proc: string = '/proc') {}

  /** Processes whose `argv[0]` has one of these base names. */
  public named(...names: string[]): Process[] {
    // Looks at the command line first, as this is asked ten times a second.
    return this.pids().filter(pid => names.includes(baseName((this.file(pid, 'cmdline') ?? '').split('\0', 1)[0]!)))
      .map(pid => this.read(pid)).filter((p): p is Process => p !== undefined);
  }

  public inPods(uids: ReadonlySet<string>): Process[] {
    return this.all().filter(p => p.podUid !== undefined && uids.has(p.podUid));
  }

  /** UIDs of the static pods that have a process: kubelet hashes them, so they have no dashes. */
  public staticPodUids(): Set<string> {
    const uids = this.all().map(p => p.podUid).filter((uid): uid is string => uid !== undefined && /^[0-9a-f]{32}$/.test(uid));
    return new Set(uids);
  }

  public isAlive(id: ProcessId): boolean {
    return this.startTime(id.pid) === id.startTime;
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
    return fs.readFileSync(this.proc + '/sys/kernel/random/boot_id', 'utf8').trim();
  }

  private all(): Process[] {
    return this.pids().map(pid => this.read(pid)).filter((p): p is Process => p !== undefined);
  }

  private pids(): number[] {
    return fs.readdirSync(this.proc).filter(name => /^\d+$/.test(name)).map(Number);
  }

  private read(pid: number): Process | undefined {
    const startTime = this.startTime(pid);
    const command = this.file(pid, 'cmdline');
    // A kernel thread and a process that is being replaced or reaped have no command line.
    if (startTime === undefined || !command) return undefined;
    const argv = command.split('\0');
    argv.pop();
    return { pid, startTime, argv, podUid: podUid(this.file(pid, 'cgroup') ?? '') };
  }

  private startTime(pid: number): string | undefined {
    const stat = this.file(pid, 'stat');
    if (stat === undefined) return undefined;
    // The second field is the command in parentheses and may hold spaces and parentheses itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  }

  private file(pid: number, name: string): string | undefined {
    try {
      return fs.readFileSync(this.proc + '/' + pid + '/' + name, 'utf8');
    } catch {
      return undefined; // It ended in the meantime.
    }
  }
}

/** cgroupfs writes `/pod<uid>/`, systemd `-pod<uid with underscores>.slice`. */
function podUid(cgroup: string): string | undefined {
  const match = /[/-]pod([0-9a-f]{32}|[0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12})(?:\.slice|\/|\n|$)/.exec(cgroup);
  return match?.[1]?.replace(/_/g, '-');
}

function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}
