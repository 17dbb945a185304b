/** The processes of a node, seen from this machine. */
import * as fs from 'node:fs';

export interface NodeProcess {
  /** The process's number on this machine. */
  readonly pid: number;
  /** Its number on the node. */
  readonly nodePid: number;
  /** When it started, in clock ticks since the machine's boot: tells a new process from an old one. */
  readonly startTime: string;
  readonly argv: string[];
}

/** Finds the processes in the PID namespace whose first process is `initPid` and in those below it, all or by name; none when that one has ended. */
export function findProcesses(initPid: number, comm?: string): NodeProcess[] {
  if (!fs.existsSync(`/proc/${initPid}`)) return []; // the node has ended, and all its processes with it
  const level = namespacePids(`/proc/${initPid}`).length - 1;
  return fs.readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)).flatMap((entry): NodeProcess[] => {
    try {
      const process = `/proc/${entry}`;
      if (comm !== undefined && fs.readFileSync(`${process}/comm`, 'utf8').trimEnd() !== comm) return [];
      const nodePid = namespacePids(process)[level];
      // The same number at this level may belong to another node: compare with what this node sees under it.
      if (nodePid === undefined || identity(process) !== identity(`/proc/${initPid}/root/proc/${nodePid}`)) return [];
      const argv = fs.readFileSync(`${process}/cmdline`, 'utf8').split('\0').slice(0, -1);
      if (argv.length === 0) return []; // a zombie
      return [{ pid: Number(entry), nodePid, startTime: startTime(process), argv }];
    } catch {
      return []; // ended meanwhile
    }
  });
}

/** The process's numbers, from the machine's PID namespace inward: https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
function namespacePids(process: string): number[] {
  const [, pids] = /^NSpid:\s+(.*)$/m.exec(fs.readFileSync(`${process}/status`, 'utf8'))!;
  return pids!.split(/\s+/).map(Number);
}

function identity(process: string): string {
  return `${startTime(process)} ${fs.readlinkSync(`${process}/ns/pid`)}`;
}

export function startTime(process: string): string {
  const stat = fs.readFileSync(`${process}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]!;
}
