/** When what is renamed and who is told to end: the order that keeps an outage short, by a clock that jumps. */
import { fakeHost } from './fake-host';
import { VirtualClock } from './virtual-clock';
import { Pace, swap, SwapItem } from '../../../../src/patcher/apply/swap';
import { Host } from '../../../../src/patcher/host/host';
import { Process, ProcessId } from '../../../../src/patcher/host/processes';
import { Component } from '../../../../src/patcher/plan/plan';

const KUBELET: ProcessId = { pid: 1, startTime: '1' };

class Stage {
  public readonly clock = new VirtualClock();
  /** What happened, each with its second. */
  public readonly events: [string, number][] = [];
  public readonly log: string[] = [];
  public portClosesAt = 500;
  /** kube-apiserver ends at this time, or 100 ms after the second SIGTERM. */
  public apiServerEndsAt = 30_000;
  public etcdEndsAt = 4_000;
  public kubeletEndsAt = Infinity;
  public newApiServerAt = Infinity;
  public newEtcdAt = Infinity;
  /** kubelet does not start etcd when it is renamed a second time. */
  public parked = false;
  /** When the last process of an old pod is gone. */
  public readonly podsGoneAt: Record<string, number> = {};
  /** Whether it is known where kube-apiserver listens. */
  public listens = true;
  /** Whether a second old API server runs, which ends at this time. */
  public another: number | undefined;
  /** A process of the same name that is none of ours. */
  public strangerEndsAt = 0;
  /** What needs one rename only. */
  public straight: readonly string[] = [];
  /** What the new processes are called with, after their name. */
  public flag = '--new';
  /** Whether the pods of the old processes are known. */
  public podless = false;
  public unsyncable = false;
  public unsignalled = false;
  public graceMilliseconds = 30_000;
  public ours = true;

  public async carryOut(alone: boolean, change: Partial<Pace> = {}, components: readonly Component[] = ['kube-apiserver', 'etcd']): Promise<void> {
    const items = components.map(c => this.item(c));
    await this.clock.run(swap(this.host(), items, { alone, drainMilliseconds: 1_000, kubelet: KUBELET, atOnce: false, ...change }));
  }

  public names(): string[] {
    return this.events.map(([name]) => name);
  }

  public at(name: string): number {
    return this.events.find(([event]) => event === name)![1];
  }

  private item(component: Component): SwapItem {
    const apiServer = component === 'kube-apiserver';
    return {
      component,
      target: `/manifests/${component}.yaml`,
      interim: this.straight.includes(component) ? undefined : 'interim',
      final: 'final',
      argv: [component, this.flag],
      old: [this.old(component), ...this.another && apiServer ? [{ ...this.old(component), pid: 13 }] : []],
      graceMilliseconds: this.graceMilliseconds,
      listener: apiServer && this.listens ? { scheme: 'https', host: '127.0.0.1', port: 6443, path: '/livez' } as SwapItem['listener'] : undefined,
      isOurs: () => this.ours,
    };
  }

  private old(component: string): Process {
    return { pid: component === 'etcd' ? 12 : 11, startTime: `old ${component}`, argv: [component, '--old'], podUid: this.podless ? undefined : `pod of ${component}` };
  }

  private host(): Host {
    const now = () => this.clock.now();
    const event = (name: string) => this.events.push([name, now()]);
    return fakeHost(this.clock, {
      log: (line: string) => this.log.push(line),
      files: {
        rename: (from: string, to: string) => event(`${from} ${to.replace(/.*\/|\.yaml/g, '')}`),
        syncDirectory: (directory: string) => {
          event(`sync ${directory}`);
          if (this.unsyncable) throw new Error('EIO');
        },
      },
      endpoints: { accepts: async () => now() < this.portClosesAt },
      processes: {
        isAlive: ({ pid }: ProcessId) => now() < ({ 1: this.kubeletEndsAt, 12: this.etcdEndsAt, 13: this.another }[pid] ?? this.apiServerEndsAt),
        named: (name: string) => [
          ...now() < (name === 'etcd' ? this.etcdEndsAt : this.apiServerEndsAt) ? [this.old(name)] : [],
          ...now() < this.strangerEndsAt ? [{ pid: 31, startTime: 'other', argv: [name, '--other'], podUid: undefined }] : [],
          ...now() >= (name === 'etcd' ? this.newEtcdAt : this.newApiServerAt) ? [{ pid: 21, startTime: 'new', argv: [name, this.flag], podUid: undefined }] : [],
        ],
        signal: ({ pid }: ProcessId, signal: string) => {
          if (this.unsignalled) throw new Error('EPERM');
          event(`${signal} ${pid}`);
          if (pid === 11) this.apiServerEndsAt = now() + 100;
          return true;
        },
        inPods: (uids: ReadonlySet<string | undefined>) => uids.has(undefined) ? [this.old('etcd')] : ['kube-apiserver', 'etcd'].filter(c => uids.has(`pod of ${c}`) && now() < (this.podsGoneAt[c] ?? 0)).map(c => this.old(c)),
        // kubelet makes etcd's sandbox at once.
        staticPodUids: () => new Set(this.names().includes('final etcd') && !this.parked ? ['new'] : []),
      },
    });
  }
}

const withoutSync = (names: readonly string[]) => names.filter(name => !name.startsWith('sync'));

let stage: Stage;

beforeEach(() => {
  stage = new Stage();
});

test('the only node: the API server drains, is told to end, then etcd; the second renames come when both are gone, etcd first', async () => {
  await stage.carryOut(true);
  expect(withoutSync(stage.names())).toEqual(['interim kube-apiserver', 'SIGTERM 11', 'interim etcd', 'final etcd', 'final kube-apiserver']);
  // The closed port, and the drain.
  expect(stage.at('SIGTERM 11')).toBeGreaterThanOrEqual(1_500);
  expect(stage.at('interim etcd')).toBeGreaterThanOrEqual(stage.apiServerEndsAt);
  expect(stage.at('final etcd')).toBeGreaterThanOrEqual(stage.etcdEndsAt);
  expect(stage.log.join('\n')).not.toContain('no second rename');
});

test('in whatever order they are given', async () => {
  await stage.carryOut(true, {}, ['etcd', 'kube-apiserver']);
  expect(withoutSync(stage.names())).toEqual(['interim kube-apiserver', 'SIGTERM 11', 'interim etcd', 'final etcd', 'final kube-apiserver']);
});

test.each([true, false])('etcd alone is renamed once, and at once (the only node: %s)', async alone => {
  await stage.carryOut(alone, {}, ['etcd']);
  expect([withoutSync(stage.names()), stage.clock.now()]).toEqual([['final etcd'], 0]);
});

test('as long as one of two old API servers runs, neither has ended', async () => {
  stage.another = 9_000;
  await stage.carryOut(true);
  expect(withoutSync(stage.names()).slice(0, 4)).toEqual(['interim kube-apiserver', 'SIGTERM 11', 'SIGTERM 13', 'interim etcd']);
  expect(stage.at('interim etcd')).toBe(9_000);
});

test('what goes back in one rename has no second one', async () => {
  stage.straight = ['kube-apiserver'];
  await stage.carryOut(true);
  expect(withoutSync(stage.names())).toEqual(['final kube-apiserver', 'SIGTERM 11', 'interim etcd', 'final etcd']);
  expect(stage.log).toContain('kube-apiserver: no second rename (one was enough), kubelet starts what is there');
  expect(stage.log.slice(0, 3)).toEqual([
    'kube-apiserver: manifest renamed into place', 'kube-apiserver drained, second SIGTERM to PID 11', 'etcd: manifest renamed into place (first of two)',
  ]);
});

test('an old process that belongs to no pod has none to wait for', async () => {
  stage.podless = true;
  await stage.carryOut(true);
  expect(stage.at('final etcd')).toBe(stage.etcdEndsAt + 1_500);
});

test('a process of the same name with other flags is not the new one', async () => {
  stage.strangerEndsAt = Infinity;
  await stage.carryOut(true);
  expect(withoutSync(stage.names())).toHaveLength(5);
});

test('an old process that ends late is not the new one, though it has the same flags', async () => {
  stage.flag = '--old';
  stage.etcdEndsAt = 60_000;
  await stage.carryOut(true);
  expect(stage.log.at(-1)).toMatch(/^kube-apiserver: no second rename \(it was renamed 8\d s ago\)/);
});

test('each rename is synced', async () => {
  await stage.carryOut(true);
  const names = stage.names();
  expect(names.filter((name, i) => /^(interim|final)/.test(name) && names[i + 1] !== 'sync /manifests')).toEqual([]);
});

test('a directory that cannot be synced is no reason to stop after the rename', async () => {
  stage.unsyncable = true;
  await stage.carryOut(true);
  expect(withoutSync(stage.names())).toHaveLength(5);
  expect(stage.log).toContain('the manifests directory could not be synced (EIO); going on');
});

test.each(['kube-apiserver', 'etcd'])('the second renames wait until the old pod of %s has no process left, and a moment more', async component => {
  stage.podsGoneAt[component] = 7_000;
  await stage.carryOut(true);
  expect(stage.at('final etcd')).toBe(8_500);
});

test('a pod that is not touched is not waited for', async () => {
  stage.podsGoneAt.etcd = 7_000;
  await stage.carryOut(true, {}, ['kube-apiserver']);
  expect(stage.at('final kube-apiserver')).toBeLessThan(7_000);
});

test('a port that stays open: nobody is told to end a second time, and etcd waits for it', async () => {
  stage.portClosesAt = 20_000;
  await stage.carryOut(true);
  expect(withoutSync(stage.names())).toEqual(['interim kube-apiserver', 'final etcd']);
  expect(stage.at('final etcd')).toBeGreaterThanOrEqual(20_000);
});

test.each([true, false])('etcd is not renamed while an API server with a long shutdown delay serves (the only node: %s)', async alone => {
  stage.portClosesAt = 130_000;
  stage.apiServerEndsAt = 135_000;
  stage.graceMilliseconds = 135_000;
  await stage.carryOut(alone);
  expect(withoutSync(stage.names())).toEqual([alone ? 'interim kube-apiserver' : 'final kube-apiserver', 'final etcd']);
  expect(stage.at('final etcd')).toBeGreaterThanOrEqual(130_000);
});

test.each([true, false])('an API server that is never ended: etcd is not renamed at all (the only node: %s)', async alone => {
  stage.portClosesAt = Infinity;
  stage.apiServerEndsAt = Infinity;
  await expect(stage.carryOut(alone)).rejects.toThrow('kube-apiserver still serves 60 s after its manifest was renamed: kubelet does not end it');
  expect(withoutSync(stage.names())).toHaveLength(1);
});

test('an old API server that has ended no longer serves, whoever has its port by then', async () => {
  stage.portClosesAt = Infinity;
  stage.apiServerEndsAt = 20_000;
  await stage.carryOut(false);
  expect(stage.at('final etcd')).toBe(20_000);
});

test('several nodes: one rename each, etcd when the port is closed, and kubelet has the pace', async () => {
  stage.portClosesAt = 3_000;
  await stage.carryOut(false);
  expect(withoutSync(stage.names())).toEqual(['final kube-apiserver', 'final etcd']);
  expect(stage.at('final etcd')).toBeGreaterThanOrEqual(3_000);
});

test('several nodes, and etcd is left alone: there is nothing to wait for', async () => {
  await stage.carryOut(false, {}, ['kube-apiserver']);
  expect([withoutSync(stage.names()), stage.clock.now()]).toEqual([['final kube-apiserver'], 0]);
});

test('the only node, etcd is left alone, and a port that stays open: one rename, and kubelet has the pace', async () => {
  stage.portClosesAt = 20_000;
  await stage.carryOut(true, {}, ['kube-apiserver']);
  expect(withoutSync(stage.names())).toEqual(['interim kube-apiserver']);
  expect(stage.clock.now()).toBeLessThan(3_000);
});

test.each([true, false])('an API server of which nobody knows where it listens serves until it has ended (the only node: %s)', async alone => {
  stage.listens = false;
  stage.apiServerEndsAt = 12_000;
  await stage.carryOut(alone);
  expect(stage.at(alone ? 'interim etcd' : 'final etcd')).toBeGreaterThanOrEqual(12_000);
  expect(stage.log.join()).not.toContain('does not close at once');
});

test('a second SIGTERM that cannot be sent is said, and the API server drains by itself', async () => {
  stage.apiServerEndsAt = 25_000;
  stage.unsignalled = true;
  await stage.carryOut(true);
  expect(stage.log).toContain('no second SIGTERM for kube-apiserver (EPERM): it drains for up to 30 s');
  expect(stage.at('interim etcd')).toBeGreaterThanOrEqual(25_000);
});

test.each<[string, (s: Stage) => void, string]>([
  ['kubelet was restarted', s => { s.kubeletEndsAt = 2_000; }, 'kubelet was restarted'],
  ['it has started already', s => { s.newApiServerAt = 2_000; }, 'it has started already'],
  ['kubelet would have looked again by now', s => { s.podsGoneAt['kube-apiserver'] = 15_000; }, 'it was renamed 12 s ago'],
])('no second rename of kube-apiserver where %s', async (_, disturb, why) => {
  disturb(stage);
  await stage.carryOut(true, {}, ['kube-apiserver']);
  expect(stage.names()).not.toContain('final kube-apiserver');
  expect(stage.log.join('\n')).toContain(`kube-apiserver: no second rename (${why}`);
});

test('an etcd that has started already is not renamed a second time', async () => {
  stage.newEtcdAt = 4_500;
  await stage.carryOut(true);
  expect(withoutSync(stage.names())).toEqual(['interim kube-apiserver', 'SIGTERM 11', 'interim etcd', 'final kube-apiserver']);
});

test('an etcd that kubelet has parked all the same: the API server, which would hang without it, is held until it runs', async () => {
  stage.parked = true;
  stage.newEtcdAt = 20_000;
  await stage.carryOut(true);
  expect(withoutSync(stage.names())).toEqual(['interim kube-apiserver', 'SIGTERM 11', 'interim etcd', 'final etcd']);
  // The moment it runs; kube-apiserver was renamed too long ago for a second time.
  expect(stage.clock.now()).toBe(20_000);
});

test('a manifest that is not ours any more is not renamed over', async () => {
  stage.ours = false;
  await expect(stage.carryOut(true)).rejects.toThrow('/manifests/kube-apiserver.yaml was changed by somebody else');
  expect(stage.names()).toEqual([]);
});

test('after a restart of kubelet there is nothing to wait for', async () => {
  await stage.carryOut(true, { atOnce: true });
  expect(withoutSync(stage.names())).toEqual(['final kube-apiserver', 'final etcd']);
  expect(stage.clock.now()).toBe(0);
});
