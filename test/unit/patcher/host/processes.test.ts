import { ChildProcess, spawn } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Processes } from '../../../../src/patcher/host/processes';

const UID = '0123456789abcdef0123456789abcdef';
const API_UID = '12345678-9abc-def0-1234-56789abcdef0';

let proc: string;

beforeEach(() => {
  proc = fs.mkdtempSync(path.join(os.tmpdir(), 'proc-'));
});

afterEach(() => {
  fs.rmSync(proc, { recursive: true });
});

interface More {
  readonly state?: string;
  readonly startTime?: string;
  readonly cgroup?: string;
  readonly comm?: string;
  readonly parent?: number;
  readonly uid?: number;
}

function add(pid: number, argv: readonly string[], more: More = {}) {
  const { state = 'S', startTime = '4711', cgroup = '', comm = 'x', parent = 0, uid = process.getuid!() } = more;
  fs.mkdirSync(path.join(proc, String(pid)));
  fs.writeFileSync(path.join(proc, String(pid), 'cmdline'), argv.map(arg => `${arg}\0`).join(''));
  fs.writeFileSync(path.join(proc, String(pid), 'stat'), `${pid} (${comm}) ${[state, parent, ...Array<string>(17).fill('0'), startTime, '0'].join(' ')}\n`);
  fs.writeFileSync(path.join(proc, String(pid), 'cgroup'), cgroup);
  fs.writeFileSync(path.join(proc, String(pid), 'status'), `Name:\tx\nUid:\t${uid}\t0\t0\t0\n`);
}

test('a process is found by the base name of its command, whatever its path', () => {
  add(1, ['/usr/local/bin/etcd', '--name=a', '']);
  add(2, ['etcd']);
  add(3, ['etcdctl']);
  add(4, ['/bin/sh', '-c', 'etcd']);
  const found = new Processes(proc).named('etcd');
  expect(found.map(p => p.pid).sort()).toEqual([1, 2]);
  expect(found.find(p => p.pid === 1)!.argv).toEqual(['/usr/local/bin/etcd', '--name=a', '']);
});

test('kernel threads, zombies and things that are no processes are passed over', () => {
  add(1, []);
  add(2, ['etcd'], { state: 'Z' });
  fs.mkdirSync(path.join(proc, 'sys'));
  fs.mkdirSync(path.join(proc, '3'));
  expect(new Processes(proc).named('etcd', '')).toEqual([]);
});

test('a command name with spaces and parentheses does not shift the start time', () => {
  add(1, ['etcd'], { comm: 'a) R 1 (b', startTime: '99' });
  expect(new Processes(proc).named('etcd')[0]).toMatchObject({ startTime: '99' });
});

test('a number that was given to another process is not alive', () => {
  add(1, ['etcd'], { startTime: '5' });
  const processes = new Processes(proc);
  expect(processes.isAlive({ pid: 1, startTime: '5' })).toBe(true);
  expect(processes.isAlive({ pid: 1, startTime: '4' })).toBe(false);
  expect(processes.isAlive({ pid: 2, startTime: '5' })).toBe(false);
});

test.each([
  ['cgroupfs, v1', `11:memory:/kubepods/burstable/pod${UID}/0a1b2c`, UID],
  ['cgroupfs, v2', `0::/kubepods/pod${UID}/0a1b2c\n`, UID],
  ['systemd, v1', `1:name=systemd:/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UID}.slice/cri-containerd-0a1b.scope`, UID],
  ['systemd, v2', `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UID}.slice/cri-containerd-0a1b.scope\n`, UID],
  ['systemd, a pod of the API', `0::/kubepods.slice/kubepods-pod${API_UID.replace(/-/g, '_')}.slice/crio-0a1b.scope\n`, API_UID],
  ['cgroupfs, a pod of the API', `0::/kubepods/besteffort/pod${API_UID}/0a1b\n`, API_UID],
  ['seen from another cgroup name space', `0::/../../kubepods/burstable/pod${UID}\n`, UID],
  ['of a node that runs in a pod itself', `0::/kubepods/besteffort/pod${API_UID}/0a1b/kubelet/kubepods/burstable/pod${UID}/0c`, UID],
  ['CRI-O', `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UID}.slice/crio-0a1b.scope/container`, UID],
  ['a service of the host', '0::/system.slice/etcd.service\n', undefined],
  ['something that only looks like it', '0::/system.slice/podman-0123.service\n', undefined],
])('the pod of a process: %s', (_, cgroup, uid) => {
  add(1, ['etcd'], { cgroup });
  const processes = new Processes(proc);
  expect(processes.inPods(new Set([UID, API_UID])).map(p => p.podUid)).toEqual(uid === undefined ? [] : [uid]);
});

test('pods of the API are no static pods', () => {
  add(1, ['pause'], { cgroup: `0::/kubepods/pod${UID}/a` });
  add(2, ['pause'], { cgroup: `0::/kubepods/pod${API_UID}/a` });
  const processes = new Processes(proc);
  expect([...processes.staticPodUids()]).toEqual([UID]);
  expect(processes.inPods(new Set([UID])).map(p => p.pid)).toEqual([1]);
});

test('a child between fork and exec is no second process, one with another command line is', () => {
  add(10, ['/usr/bin/kubelet', '--config=a']);
  add(11, ['/usr/bin/kubelet', '--config=a'], { parent: 10 });
  const processes = new Processes(proc);
  expect(processes.named('kubelet').map(p => p.pid)).toEqual([10]);
  add(12, ['/usr/bin/kubelet', '--config=b'], { parent: 10 });
  add(13, ['/usr/bin/kubelet', '--config=a'], { parent: 1 });
  expect(processes.named('kubelet').map(p => p.pid).sort()).toEqual([10, 12, 13]);
});

test.each<[string, { uid?: number; cgroup?: string }, boolean]>([
  ['of another user', { uid: 54321 }, false],
  ['of another user in a session', { uid: 54321, cgroup: '0::/user.slice/user-54321.slice/session-1.scope\n' }, false],
  ['of root in a pod of the API', { cgroup: `0::/kubepods/pod${API_UID}/a` }, false],
  ['of another user in a static pod (RootlessControlPlane)', { uid: 2001, cgroup: `0::/kubepods/pod${UID}/a` }, true],
  ['of root on the host', { cgroup: '0::/system.slice/x.service\n' }, true],
])('who may bear the name of a component: a process %s', (_, more, counts) => {
  add(1, ['etcd'], more);
  expect(new Processes(proc).named('etcd')).toHaveLength(counts ? 1 : 0);
});

test('a program that forks all the time is one process at every look', () => {
  // A subshell is a fork that never executes: what kubelet's children are for a moment, these are for longer.
  const forking = spawn('sh', ['-c', 'echo up; i=0; while [ $i -lt 20000 ]; do ( : ); i=$((i+1)); done'], { argv0: 'forks-all-the-time' });
  return new Promise<void>((resolve, reject) => {
    forking.once('error', reject);
    forking.stdout.once('data', () => {
      const processes = new Processes();
      const seen = Array.from({ length: 200 }, () => processes.named('forks-all-the-time').map(p => p.pid));
      forking.kill('SIGKILL');
      if (seen.every(pids => pids.length === 1 && pids[0] === forking.pid)) resolve();
      else reject(new Error(JSON.stringify(seen)));
    });
  });
});

describe('a signal', () => {
  let child: ChildProcess;

  beforeEach(() => {
    child = spawn('sleep', ['1000'], { argv0: 'kube-apiserver' });
  });

  afterEach(() => {
    child.kill('SIGKILL');
  });

  test('reaches exactly the process that was seen', async () => {
    const processes = new Processes();
    const [seen] = processes.named('kube-apiserver').filter(p => p.pid === child.pid);
    const ended = new Promise(resolve => child.once('exit', (_, signal) => resolve(signal)));
    expect(processes.signal({ ...seen!, startTime: '1' }, 'SIGTERM')).toBe(false);
    expect(processes.signal({ ...seen!, argv: [...seen!.argv, '--v=6'] }, 'SIGTERM')).toBe(false);
    expect(processes.isAlive(seen!)).toBe(true);
    expect(processes.signal(seen!, 'SIGTERM')).toBe(true);
    expect(await ended).toBe('SIGTERM');
    expect(processes.signal(seen!, 'SIGTERM')).toBe(false);
  });
});
