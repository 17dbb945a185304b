import { fakeHost } from './fake-host';
import { VirtualClock } from './virtual-clock';
import { becomeHealthy, Expectation, Health, matches, STOP_GRACE_MILLISECONDS } from '../../../../src/patcher/apply/health';
import { Process, ProcessId } from '../../../../src/patcher/host/processes';
import { StopRequest } from '../../../../src/patcher/host/stop-request';

const ARGV = ['etcd', '--new'];
const OLD = { pid: 1, startTime: '1' };
const TIMING = { healthMilliseconds: 60_000, etcdStartMilliseconds: 0, soakMilliseconds: 10_000 };

/** One component: what runs, and whether it answers, from a time on. */
class Scene {
  public readonly clock = new VirtualClock();
  public readonly stop = new StopRequest(this.clock);
  public readonly lines: string[] = [];
  public running: Process[] = [];
  public answering = true;
  /** How often it was told that nothing new has started, and at which time something was done about it. */
  public stuck = 0;
  public helpedAt = Infinity;
  /** A path that never answers. */
  public unanswered = 'none';
  public answerTakes = 0;

  public runs(at: number, pid: number | undefined, argv: readonly string[] = ARGV): this {
    const run = () => { this.running = pid === undefined ? [] : [{ pid, startTime: String(pid), argv, podUid: undefined }]; };
    if (at === 0) run();
    else this.clock.at(at, run);
    return this;
  }

  public answers(at: number, answering: boolean): this {
    this.clock.at(at, () => { this.answering = answering; });
    return this;
  }

  public look(timing: typeof TIMING & { startMilliseconds?: number } = TIMING, probes: Expectation['probes'] = [{ scheme: 'http', host: '127.0.0.1', port: 1, path: '/' }]): Promise<Health> {
    const host = fakeHost(this.clock, {
      stop: this.stop,
      log: line => this.lines.push(line),
      endpoints: {
        answers: async ({ path }: { path: string }) => {
          const answer = this.answering && path !== this.unanswered;
          if (this.answerTakes > 0) await this.clock.sleep(this.answerTakes);
          return answer;
        },
      },
      processes: {
        named: () => this.running,
        isAlive: (id: ProcessId) => this.running.some(p => p.pid === id.pid && p.startTime === id.startTime),
      },
    });
    return this.clock.run(becomeHealthy(host, [{ component: 'etcd', argv: ARGV, probes, old: [OLD], startMilliseconds: timing.startMilliseconds }], timing, () => ++this.stuck === this.helpedAt));
  }
}

test('healthy is three answers in a row, and the soak after them', async () => {
  const scene = new Scene().runs(0, 2);
  expect(await scene.look()).toEqual({ kind: 'healthy' });
  expect(scene.clock.now()).toBe(2_000 + 10_000);
});

test('who asks to stop in a long soak gets what was proven until then, not a change that is left open', async () => {
  const scene = new Scene().runs(0, 2);
  scene.clock.at(20_000, () => scene.stop.request('SIGTERM'));
  expect(await scene.look({ ...TIMING, healthMilliseconds: 60_000, soakMilliseconds: 3_600_000 })).toEqual({ kind: 'healthy' });
  expect(scene.clock.now()).toBe(20_000 + STOP_GRACE_MILLISECONDS);
});

test('a lost answer in a soak that outlasts the deadline is no verdict, half a minute without one is', async () => {
  const long = { ...TIMING, healthMilliseconds: 60_000, soakMilliseconds: 300_000 };
  const lost = new Scene().runs(0, 2).answers(100_500, false).answers(103_500, true);
  expect(await lost.look(long)).toEqual({ kind: 'healthy' });
  const away = new Scene().runs(0, 2).answers(100_500, false);
  expect(await away.look(long)).toMatchObject({ kind: 'unhealthy', reason: expect.stringContaining('does not answer') });
  expect(away.clock.now()).toBe(131_000);
});

test('an empty list of probes proves nothing', async () => {
  expect(await new Scene().runs(0, 2).look(TIMING, [])).toMatchObject({ kind: 'unhealthy', reason: expect.stringContaining('no probe that can be carried out') });
});

test('the process of before does not count, however well it answers', async () => {
  const scene = new Scene().runs(0, 1);
  expect(await scene.look()).toMatchObject({ kind: 'unhealthy', reason: expect.stringContaining('of before is still running') });
});

test('a process with other flags does not count', async () => {
  const scene = new Scene().runs(0, 2, ['etcd', '--old']);
  expect(await scene.look()).toMatchObject({ kind: 'unhealthy', reason: expect.stringContaining('no etcd with the expected flags') });
  expect(scene.clock.now()).toBe(60_000);
});

test('one lost answer starts the soak again', async () => {
  const scene = new Scene().runs(0, 2).answers(7_500, false).answers(8_500, true);
  expect(await scene.look()).toEqual({ kind: 'healthy' });
  expect(scene.clock.now()).toBe(9_000 + 2_000 + 10_000);
});

test('the soak is of one process: a successor starts it again, also between two looks', async () => {
  const scene = new Scene().runs(0, 2).runs(7_500, 3);
  expect(await scene.look()).toEqual({ kind: 'healthy' });
  expect(scene.clock.now()).toBeGreaterThanOrEqual(8_000 + 2_000 + 10_000);
});

test('a process that ends once is forgiven, one that ends three times is not', async () => {
  const once = new Scene().runs(0, 2).runs(1_500, undefined).runs(3_500, 3);
  expect(await once.look()).toEqual({ kind: 'healthy' });
  const thrice = new Scene().runs(0, 2).runs(1_500, 3).runs(3_500, 4).runs(5_500, undefined);
  expect(await thrice.look()).toMatchObject({ kind: 'unhealthy', reason: expect.stringContaining('3 times') });
  expect(thrice.clock.now()).toBeLessThan(10_000);
});

test('ready and then gone for good is unhealthy when the time is up', async () => {
  const scene = new Scene().runs(0, 2).runs(8_000, undefined);
  expect(await scene.look()).toMatchObject({ kind: 'unhealthy' });
});

test('a soak longer than the deadline is seen through', async () => {
  const scene = new Scene().runs(55_000, 2);
  expect(await scene.look({ ...TIMING, healthMilliseconds: 60_000, soakMilliseconds: 30_000 })).toEqual({ kind: 'healthy' });
});

test('a request to stop lets a change become healthy, for a while', async () => {
  const well = new Scene().runs(0, 2);
  well.clock.at(1_000, () => well.stop.request('SIGTERM'));
  expect(await well.look()).toEqual({ kind: 'healthy' });
  const ill = new Scene();
  ill.clock.at(1_000, () => ill.stop.request('SIGTERM'));
  expect(await ill.look({ ...TIMING, healthMilliseconds: 300_000, soakMilliseconds: 0 })).toEqual({ kind: 'stopped' });
  expect(ill.clock.now()).toBeLessThan(1_000 + STOP_GRACE_MILLISECONDS + 1_500);
});

test('two processes with the planned flags prove nothing: one of them may be on its way out', async () => {
  const scene = new Scene();
  scene.running = [2, 3].map(pid => ({ pid, startTime: String(pid), argv: ARGV, podUid: undefined }));
  expect(await scene.look()).toMatchObject({ kind: 'unhealthy', reason: expect.stringContaining('more than one etcd is running (PIDs 2 and 3)') });
});

test('that nothing new has started is told at each look, until something was done about it', async () => {
  const scene = new Scene();
  scene.helpedAt = 31;
  await scene.look({ ...TIMING, healthMilliseconds: 120_000, soakMilliseconds: 0 });
  expect(scene.stuck).toBe(31);
  expect(scene.clock.now()).toBe(120_000);
});

test('a process that is there and does not answer is not stuck', async () => {
  const scene = new Scene().runs(0, 2).answers(1, false);
  await scene.look();
  expect(scene.stuck).toBe(0);
});

const STARTUP = { kind: 'startup', scheme: 'http', host: '127.0.0.1', port: 1, path: '/' } as const;
const READINESS = { ...STARTUP, kind: 'readiness', path: '/readyz' } as const;

test('a start takes as long as kubelet lets it', async () => {
  const scene = new Scene().runs(0, 2).answers(200_000, true);
  scene.answering = false;
  expect(await scene.look({ ...TIMING, startMilliseconds: 250_000 }, [STARTUP])).toEqual({ kind: 'healthy' });
  const never = new Scene().runs(0, 2);
  never.answering = false;
  expect(await never.look({ ...TIMING, startMilliseconds: 250_000 }, [STARTUP])).toMatchObject({ kind: 'unhealthy', reason: expect.stringContaining('http://127.0.0.1:1/') });
  expect(never.clock.now()).toBe(250_000);
});

test('kubelet’s patience is with a start that goes on: with no other process, and not with what has started', async () => {
  const gone = new Scene();
  expect(await gone.look({ ...TIMING, startMilliseconds: 250_000 }, [STARTUP])).toMatchObject({ kind: 'unhealthy' });
  const started = new Scene().runs(0, 2);
  started.unanswered = '/readyz';
  expect(await started.look({ ...TIMING, startMilliseconds: 250_000 }, [STARTUP, READINESS])).toMatchObject({ kind: 'unhealthy' });
  expect([gone.clock.now(), started.clock.now()]).toEqual([60_000, 60_000]);
});

test('a process that ends while its slow probe answers is no healthy one', async () => {
  const scene = new Scene().runs(0, 2).runs(12_500, undefined);
  scene.answerTakes = 1_000;
  expect(await scene.look({ ...TIMING, healthMilliseconds: 20_000 })).toMatchObject({ kind: 'unhealthy' });
  expect(scene.lines.filter(line => line.startsWith('etcd ended'))).toHaveLength(1);
});

test('processes that live shorter than a probe takes are counted', async () => {
  const scene = new Scene();
  for (let at = 100; at < 20_000; at += 1_000) scene.runs(at, at).runs(at + 500, undefined);
  scene.answerTakes = 15_000;
  expect(await scene.look()).toMatchObject({ kind: 'unhealthy', reason: 'etcd started 3 times and ended each time' });
});

/** Both components; etcd runs from the start and answers from a time on, and each API server that finds no etcd gives up after 20 s. */
class SlowEtcd {
  public readonly clock = new VirtualClock();
  public readonly lines: string[] = [];
  public etcdPid: number | undefined = 1;
  public restarts = 0;
  private apiServer: { pid: number; since: number } | undefined;
  private waitsUntil = 0;

  public constructor(private readonly etcdAnswersAt: number, private readonly apiServerIsGood = true) {}

  public look(timing: Partial<typeof TIMING>): Promise<Health> {
    const run = (argv0: string, pid: number): Process => ({ pid, startTime: String(pid), argv: [argv0], podUid: undefined });
    const host = fakeHost(this.clock, {
      log: line => this.lines.push(line),
      endpoints: {
        answers: ({ port }: { port: number }) => Promise.resolve(this.etcdAnswers() && (port === 2381 || this.apiServer !== undefined)),
      },
      processes: {
        named: (name: string) => {
          this.kubelet();
          if (name === 'etcd') return this.etcdPid === undefined ? [] : [run('etcd', this.etcdPid)];
          return this.apiServer ? [run('kube-apiserver', this.apiServer.pid)] : [];
        },
        isAlive: () => false,
      },
    });
    const at = (component: 'etcd' | 'kube-apiserver', port: number) => ({
      component, argv: [component], probes: [{ scheme: 'http', host: '127.0.0.1', port, path: '/' }] as const, old: [],
    });
    return this.clock.run(becomeHealthy(host, [at('kube-apiserver', 6443), at('etcd', 2381)], { ...TIMING, ...timing }));
  }

  private etcdAnswers(): boolean {
    return this.etcdPid !== undefined && this.clock.now() >= this.etcdAnswersAt;
  }

  private kubelet(): void {
    const now = this.clock.now();
    const livesFor = this.apiServerIsGood ? 20_000 : 2_000;
    if (this.apiServer && now - this.apiServer.since >= livesFor && !(this.apiServerIsGood && this.etcdAnswers())) {
      this.apiServer = undefined;
      this.waitsUntil = now + Math.min(10_000 * 2 ** this.restarts++, 300_000);
    }
    if (!this.apiServer && now >= this.waitsUntil) this.apiServer = { pid: 100 + this.restarts, since: now };
  }
}

test.each([23_000, 180_000, 1_200_000])('an etcd that takes %d ms to answer is waited for, and the API servers that gave up on it do not count', async answersAt => {
  const scene = new SlowEtcd(answersAt);
  expect(await scene.look({ etcdStartMilliseconds: 1_800_000 })).toEqual({ kind: 'healthy' });
  expect(scene.restarts).toBeGreaterThan(0);
});

test('an etcd that lives and never answers has its own limit', async () => {
  const scene = new SlowEtcd(Infinity);
  expect(await scene.look({ etcdStartMilliseconds: 600_000 })).toMatchObject({ kind: 'unhealthy', reason: expect.stringContaining('etcd does not answer') });
  expect(scene.clock.now()).toBe(600_000);
});

test('an etcd that is not there at all has no more time than anything else', async () => {
  const scene = new SlowEtcd(0);
  scene.etcdPid = undefined;
  expect(await scene.look({ etcdStartMilliseconds: 600_000 })).toMatchObject({ kind: 'unhealthy', reason: expect.stringContaining('no etcd') });
  expect(scene.clock.now()).toBe(60_000);
});

test('an API server that ends although etcd answers is a crash loop, however late etcd was', async () => {
  const scene = new SlowEtcd(60_000, false);
  expect(await scene.look({ healthMilliseconds: 3_600_000, etcdStartMilliseconds: 1_800_000 }))
    .toMatchObject({ kind: 'unhealthy', reason: 'kube-apiserver started 3 times and ended each time' });
});

test('an item with two dollars is one with one dollar', () => {
  const of = (item: string) => matches({ pid: 1, startTime: '1', argv: ['etcd', '--x=a$b'], podUid: undefined }, ['etcd', item]);
  expect([of('--x=a$$b'), of('--x=a$b'), of('--x=a$c')]).toEqual([true, true, false]);
});

test('an item that kubelet expands from the environment matches anything', () => {
  expect(matches({ pid: 1, startTime: '1', argv: ['etcd', '--ip=10.0.0.1'], podUid: undefined }, ['etcd', '--ip=$(HOST_IP)'])).toBe(true);
  expect(matches({ pid: 1, startTime: '1', argv: ['etcd', '--ip=10.0.0.1', '--x'], podUid: undefined }, ['etcd', '--ip=$(HOST_IP)'])).toBe(false);
});
