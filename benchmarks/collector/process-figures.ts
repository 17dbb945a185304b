import * as fs from 'node:fs';

/** Linux counts CPU time in these, whatever the machine. */
const TICKS_PER_SECOND = 100;

export function cpuSeconds(pid: number): number {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name before, in parentheses, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

export function peakMemoryMiB(pid: number): number {
  return mebibytes(pid, 'VmHWM');
}

export function residentMemoryMiB(pid: number): number {
  return mebibytes(pid, 'VmRSS');
}

function mebibytes(pid: number, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}
