/** What the cluster harness promises: nothing is left behind, however the program that started a cluster ends. */
import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProcesses, startTime } from './processes';

const STATE_PREFIX = 'cdk8s-cpt-killed-';

test.each([
  { signal: 'SIGKILL', when: 'kubeadm runs', line: /^cp1: kubeadm$/m },
  { signal: 'SIGINT', when: 'the cluster is ready', line: /^running/m },
] as const)('leaves nothing behind after $signal while $when', async ({ signal, line }) => {
  // GIVEN
  const before = machineState();
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(__dirname, 'harness-child.ts')], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await printed(child, line);
    const id = fs.readdirSync('/var/tmp').find((name) => name.startsWith(STATE_PREFIX))!;
    const processes = processesOf(id);
    expect(processes.length).toBeGreaterThan(5);

    // WHEN
    child.kill(signal);

    // THEN
    await eventually(() => fs.readdirSync('/var/tmp').every((name) => name !== id));
    await eventually(() => processesOf(id).length === 0); // the janitor itself ends a moment later
    expect(processes.filter(({ pid, started }) => isRunning(pid, started))).toEqual([]);
    expect(machineState()).toEqual(before);
  } finally {
    child.kill('SIGKILL'); // where the test fails
  }
});

interface Running {
  readonly pid: number;
  readonly started: string;
}

/** The processes of a cluster: those that name it, and those in the PID namespaces that these have made. */
function processesOf(id: string): Running[] {
  const found = new Map<number, string>();
  for (const entry of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (!fs.readFileSync(`/proc/${entry}/cmdline`, 'utf8').includes(id)) continue;
      found.set(Number(entry), startTime(`/proc/${entry}`));
      if (!fs.readFileSync(`/proc/${entry}/status`, 'utf8').match(/^NSpid:.*\t1$/m)) continue;
      for (const inner of findProcesses(Number(entry))) found.set(inner.pid, inner.startTime);
    } catch {
      // ended meanwhile
    }
  }
  return [...found].map(([pid, started]) => ({ pid, started }));
}

function isRunning(pid: number, started: string): boolean {
  try {
    // What is dead but not yet waited for by the machine's own init has no command line any more.
    return startTime(`/proc/${pid}`) === started && fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
}

/** What a cluster could leave on the machine. */
function machineState(): object {
  const ours = (name: string) => name.includes('cdk8s-cpt-');
  return {
    mounts: fs.readFileSync('/proc/self/mountinfo', 'utf8').split('\n').filter(ours),
    cgroups: fs.readdirSync('/sys/fs/cgroup').flatMap((hierarchy) => {
      const directory = path.join('/sys/fs/cgroup', hierarchy);
      return fs.statSync(directory).isDirectory() ? fs.readdirSync(directory).filter((name) => name.startsWith(STATE_PREFIX)) : [];
    }),
    interfaces: fs.readdirSync('/sys/class/net'),
    directories: ['/etc/kubernetes', '/etc/cni', '/var/lib/kubelet', '/var/lib/etcd', '/var/lib/containerd', '/run/containerd', '/opt/containerd']
      .map((directory) => fs.existsSync(directory) && fs.readdirSync(directory)),
    sysctls: ['vm/overcommit_memory', 'kernel/panic', 'kernel/panic_on_oops'].map((name) => fs.readFileSync(`/proc/sys/${name}`, 'utf8')),
  };
}

function printed(child: ChildProcess, line: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    setTimeout(() => reject(new Error(`no line ${line} within 180 s:\n${text}`)), 180_000).unref();
    child.on('exit', (code) => reject(new Error(`the program ended with ${code}:\n${text}`)));
    child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (line.test(text)) resolve();
    });
  });
}

async function eventually(condition: () => boolean, seconds = 30): Promise<void> {
  for (const deadline = Date.now() + seconds * 1000; !condition();) {
    if (Date.now() > deadline) throw new Error(`not so within ${seconds} s: ${condition}`);
    await sleep(100);
  }
}
