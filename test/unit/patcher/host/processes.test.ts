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

function add(pid: number, argv: readonly string[], more: { state?: string; startTime?: string; cgroup?: string; comm?: string } = {}) {
  const { state = 'S', startTime = '4711', cgroup = '', comm = 'x' } = more;
  fs.mkdirSync(path.join(proc, String(pid)));
  fs.writeFileSync(path.join(proc, String(pid), 'cmdline'), argv.map(arg => arg + '\0').join(''));
  fs.writeFileSync(path.join(proc, String(pid), 'stat'), `${pid} (${comm}) ${[state, ...Array<string>(18).fill('0'), startTime, '0'].join(' ')}\n`);
  fs.writeFileSync(path.join(proc, String(pid), 'cgroup'), cgroup);
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
  ['CRI-O', `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UID}.slice/crio-0a1b.scope/container`, UID],
  ['a service of the host', '0::/system.slice/etcd.service\n', undefined],
  ['something that only looks like it', '0::/system.slice/podman-0123.service\n', undefined],
])('the pod of a process: %s', (_, cgroup, uid) => {
  add(1, ['etcd'], { cgroup });
  expect(new Processes(proc).named('etcd')[0]!.podUid).toBe(uid);
});

test('pods of the API are no static pods', () => {
  add(1, ['pause'], { cgroup: `0::/kubepods/pod${UID}/a` });
  add(2, ['pause'], { cgroup: `0::/kubepods/pod${API_UID}/a` });
  const processes = new Processes(proc);
  expect([...processes.staticPodUids()]).toEqual([UID]);
  expect(processes.inPods(new Set([UID])).map(p => p.pid)).toEqual([1]);
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
