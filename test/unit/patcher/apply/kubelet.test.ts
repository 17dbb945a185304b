/** A kubelet that was restarted: whether that has locked it up, and the cure. */
import { fakeHost } from './fake-host';
import { VirtualClock } from './virtual-clock';
import { Deadlock, findKubelet, LastRename, NOT_ENDING, Situation, wasRestarted } from '../../../../src/patcher/apply/kubelet';
import { Process } from '../../../../src/patcher/host/processes';

const kubelet = (pid: number): Process => ({ pid, startTime: String(pid), argv: ['kubelet'], podUid: undefined });
const OLD = kubelet(1);
const NEW = kubelet(2);
const LATER = kubelet(3);
const LEFT: Process = { pid: 12, startTime: '12', argv: ['etcd'], podUid: 'a' };

class Scene {
  public readonly clock = new VirtualClock();
  public readonly log: string[] = [];
  public readonly signals: string[] = [];
  public running: Process | undefined = NEW;
  public leftOver: readonly Process[] = [];
  public apiAnswers = false;
  public mayNotSignal = false;
  public lastRename: LastRename | undefined = { at: 0, kubelet: NEW };

  /** Asks each second. @returns the second at which something was done, or undefined after two minutes */
  public async curedAt(): Promise<number | undefined> {
    const host = fakeHost(this.clock, {
      log: line => this.log.push(line),
      processes: {
        named: () => this.running ? [this.running] : [],
        isAlive: ({ pid }) => pid === this.running?.pid,
        signal: ({ pid }, signal) => {
          if (this.mayNotSignal) throw new Error('EPERM');
          this.signals.push(`${signal} ${pid}`);
          return true;
        },
      },
    });
    const situation: Situation = {
      kubelet: OLD,
      lastRename: this.lastRename,
      endMilliseconds: NOT_ENDING,
      leftOver: () => this.leftOver,
      apiAnswers: async () => this.apiAnswers,
    };
    const deadlock = new Deadlock(host, situation);
    return this.clock.run((async () => {
      for (let second = 0; second <= 120; second++) {
        if (await deadlock.cure()) return second;
        await this.clock.sleep(1000);
      }
      return undefined;
    })());
  }
}

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
});

test('a kubelet that was restarted before the last rename, and starts nothing: it is restarted once more', async () => {
  expect(await scene.curedAt()).toBe(30);
  expect(scene.signals).toEqual(['SIGTERM 2']);
  expect(scene.log.join()).toContain('restarting it once more (SIGTERM to PID 2)');
});

test('processes of before that kubelet does not end are ended first: they may hold the port', async () => {
  scene.leftOver = [LEFT];
  expect(await scene.curedAt()).toBe(45);
  expect(scene.signals).toEqual(['SIGKILL 12', 'SIGTERM 2']);
});

test('processes of before that end take their time, and what comes after them has its own', async () => {
  scene.leftOver = [LEFT];
  scene.clock.at(31_500, () => { scene.leftOver = []; });
  expect(await scene.curedAt()).toBe(61);
  expect(scene.signals).toEqual(['SIGTERM 2']);
});

test('where it is not known under which kubelet the last rename was, a restarted one is not trusted', async () => {
  scene.lastRename = undefined;
  scene.leftOver = [LEFT];
  expect(await scene.curedAt()).toBe(0);
  expect(scene.signals).toEqual(['SIGKILL 12', 'SIGTERM 2']);
});

test('what runs after a late rename has its time from then', async () => {
  scene.leftOver = [LEFT];
  scene.lastRename = { at: 20_000, kubelet: NEW };
  expect(await scene.curedAt()).toBe(65);
});

test('only one process of its name is the kubelet', () => {
  const host = (...found: Process[]) => fakeHost(new VirtualClock(), { processes: { named: name => name === 'kubelet' ? found : [LEFT] } });
  expect([findKubelet(host()), findKubelet(host(OLD)), findKubelet(host(OLD, NEW))]).toEqual([undefined, OLD, undefined]);
});

test('a kubelet that was not there before was restarted', () => {
  const host = fakeHost(new VirtualClock(), { processes: { isAlive: () => true } });
  expect([wasRestarted(host, null), wasRestarted(host, OLD)]).toEqual([true, false]);
});

test.each<[string, (s: Scene) => void]>([
  ['the kubelet of before', s => { s.running = OLD; }],
  ['a kubelet that came after the last rename', s => { s.lastRename = { at: 0, kubelet: OLD }; }],
  ['a kubelet that came after another restart', s => { s.running = LATER; }],
  ['a kubelet of this boot, where the last rename was in an earlier one', s => { s.lastRename = { at: 0, kubelet: null }; }],
  ['an API server that answers, so that kubelet hears from it', s => { s.apiAnswers = true; }],
])('no deadlock, and nothing is restarted: %s', async (_, change) => {
  change(scene);
  scene.leftOver = [LEFT];
  expect(await scene.curedAt()).toBeUndefined();
  expect(scene.signals).toEqual([]);
});

test('no kubelet at all is said', async () => {
  scene.running = undefined;
  expect(await scene.curedAt()).toBe(30);
  expect(scene.log).toEqual(['kubelet is not running: it must be started for anything to go on']);
});

test('without the right to restart it, the command is said', async () => {
  scene.mayNotSignal = true;
  expect(await scene.curedAt()).toBe(30);
  expect(scene.log.join()).toContain('run `systemctl restart kubelet` on the node');
});
