import { addressOf, ProbeTarget } from '../host/endpoints';
import { Host } from '../host/host';
import { Process, ProcessId } from '../host/processes';
import { Component } from '../plan/plan';

/** What must be seen before a component counts as restarted and healthy. */
export interface Expectation {
  readonly component: Component;
  /** Exactly this command line. */
  readonly argv: readonly string[];
  readonly probes: readonly ProbeTarget[];
  /** How long kubelet lets its start take: a process that lives has as long to answer for the first time. */
  readonly startMilliseconds?: number;
  /** The processes that do not count: they ran before. */
  readonly old: readonly ProcessId[];
}

export type Health =
  | { readonly kind: 'healthy' }
  | { readonly kind: 'unhealthy'; readonly reason: string }
  | { readonly kind: 'stopped' };

export interface HealthTiming {
  readonly healthMilliseconds: number;
  /** How long a new etcd that runs may take to answer; the time of the API server begins then. */
  readonly etcdStartMilliseconds: number;
  readonly soakMilliseconds: number;
}

/** How often a new process may end before it counts as a crash loop. What ends because its etcd is not there yet does not count. */
const DEATHS = 3;
/** Answers in a row, as kubeadm's readiness probe wants them. */
const ANSWERS = 3;
const PERIOD = 1000;
/** How often to look for processes in between: one that refuses a flag lives for a fraction of a second. */
const GLANCE = 100;
/**
 * After a request to stop there is this long to see a change through, within the pod's termination grace period. An API server that drains
 * (30 s), kubelet's back-off (15 s) and a slow start are no reason to restart everything once more.
 */
export const STOP_GRACE_MILLISECONDS = 120_000;
/** One answer that is missing, or late, is not the end; kubelet's own liveness probe takes 80 s for its verdict. */
const RELAPSE_MILLISECONDS = 30_000;
/** kubelet's longest back-off before it starts a container again that has ended often. */
const BACK_OFF_MILLISECONDS = 300_000;

/**
 * Waits until new processes with exactly the planned flags run, answer all their probes three times in a row, and go on doing so, each as one
 * and the same process, for the soak time.
 *
 * etcd is proven first: as long as its process lives it has its own, longer time to answer (a big database), and an API server, which
 * gives up after 20 s without etcd and is started again by kubelet, has all of its own time from then on.
 *
 * @param nothingNew called at each look at which a component has no new process yet, until it says that it has done something about it
 */
export async function becomeHealthy(
  host: Host, expectations: readonly Expectation[], timing: HealthTiming, nothingNew: () => boolean | Promise<boolean> = () => true,
): Promise<Health> {
  const watches = expectations.map(expectation => new Watch(host, expectation));
  const patience = new Patience(watches, timing, host.clock.now());
  const start = host.clock.now();
  let answers = 0;
  let since = 0;
  let helped = false;
  for (;;) {
    const problems = await glancing(host, watches, patience.look(host));
    const crashed = watches.find(watch => watch.deaths >= DEATHS);
    if (crashed) return { kind: 'unhealthy', reason: `${crashed.component} started ${crashed.deaths} times and ended each time` };
    const now = host.clock.now();
    if (problems.length === 0) {
      answers++;
      if (answers === ANSWERS) {
        since = now;
        host.log(`${expectations.map(e => e.component).join(' and ')} healthy with the expected flags; watching for ${timing.soakMilliseconds / 1000} s`);
      }
      // Whoever asks to stop gets the rest of the soak cut off, not a change that is neither confirmed nor taken back.
      const watched = now - since >= timing.soakMilliseconds || host.stop.overdue(STOP_GRACE_MILLISECONDS);
      if (answers >= ANSWERS && watched) return { kind: 'healthy' };
    } else {
      if (answers > 0) host.log(`not healthy any more: ${problems.join('; ')}`);
      // The soak may outlast the deadline; a component that was healthy and is not at this moment gets a moment.
      if (answers >= ANSWERS) patience.extend(now + RELAPSE_MILLISECONDS);
      answers = 0;
      if (patience.isOver(now)) return { kind: 'unhealthy', reason: `after ${Math.round((now - start) / 1000)} s: ${problems.join('; ')}` };
      if (host.stop.overdue(STOP_GRACE_MILLISECONDS)) return { kind: 'stopped' };
      if (!helped && watches.some(watch => !watch.seen)) helped = await nothingNew();
    }
    for (let passed = 0; passed < PERIOD; passed += GLANCE) {
      await host.clock.sleep(GLANCE);
      watches.forEach(watch => watch.glance());
    }
  }
}

/** Follows the processes also while probes take their time. */
async function glancing<T>({ clock }: Host, watches: readonly Watch[], work: Promise<T>): Promise<T> {
  let pending = true;
  const done = work.finally(() => { pending = false; });
  while (pending) {
    await Promise.race([done, clock.sleep(GLANCE)]);
    watches.forEach(watch => watch.glance());
  }
  return done;
}

/** How long the components may take. */
class Patience {
  private readonly etcd: Watch | undefined;
  private readonly followers: readonly Watch[];
  private readonly etcdEnd: number;
  private end: number;
  private etcdAnswered = false;

  public constructor(watches: readonly Watch[], private readonly timing: HealthTiming, start: number) {
    this.etcd = watches.find(watch => watch.component === 'etcd');
    this.followers = watches.filter(watch => watch !== this.etcd);
    this.etcdEnd = start + timing.etcdStartMilliseconds;
    this.end = start + timing.healthMilliseconds;
  }

  /** etcd first: whether the end of an API server is its own depends on it. @returns what is missing */
  public async look({ clock }: Host): Promise<string[]> {
    const problem = await this.etcd?.look();
    for (const follower of this.followers) follower.excused = problem !== undefined;
    const others = await Promise.all(this.followers.map(watch => watch.look()));
    if (problem === undefined && this.etcd && !this.etcdAnswered) {
      this.etcdAnswered = true;
      const backOff = this.followers.some(watch => watch.excusedDeaths > 0) ? BACK_OFF_MILLISECONDS : 0;
      if (this.followers.length > 0) this.extend(clock.now() + this.timing.healthMilliseconds + backOff);
    }
    return [problem, ...others].filter((p): p is string => p !== undefined);
  }

  public extend(until: number): void {
    this.end = Math.max(this.end, until);
  }

  public isOver(now: number): boolean {
    const waitsForEtcd = !this.etcdAnswered && this.etcd !== undefined && this.etcd.runs && now < this.etcdEnd;
    return now >= this.end && !waitsForEtcd && ![this.etcd, ...this.followers].some(watch => watch?.mayStillStart);
  }
}

/** Follows one component from look to look. */
class Watch {
  public deaths = 0;
  public excusedDeaths = 0;
  private current: Process | undefined;
  private currentIsExcused = false;
  /** Since when one runs whose start is its own affair, and whether one of them got through it. */
  private startedAt: number | undefined;
  private hasStarted = false;
  private etcdIsAway = false;
  /** What happened since the last look. */
  private ended: string | undefined;

  public constructor(private readonly host: Host, private readonly expectation: Expectation) {}

  public get component(): Component {
    return this.expectation.component;
  }

  public get seen(): boolean {
    return this.runs || this.deaths + this.excusedDeaths > 0;
  }

  public get runs(): boolean {
    return this.current !== undefined;
  }

  /** kubelet's own patience with its start is not over. */
  public get mayStillStart(): boolean {
    const { startMilliseconds = 0 } = this.expectation;
    return this.runs && !this.hasStarted && this.startedAt !== undefined && this.host.clock.now() - this.startedAt < startMilliseconds;
  }

  /** etcd does not answer: an end of this process, now or later, may come from that. */
  public set excused(excused: boolean) {
    this.etcdIsAway = excused;
    if (excused) this.currentIsExcused = true;
  }

  /** Follows the processes. @returns what is wrong with them, or undefined */
  public glance(): string | undefined {
    const { component, argv, old } = this.expectation;
    const running = this.host.processes.named(component).filter(p => matches(p, argv) && !old.some(o => same(o, p)));
    const still = old.filter(o => this.host.processes.isAlive(o));
    if (this.current && !running.some(p => same(p, this.current!))) {
      if (this.currentIsExcused) this.excusedDeaths++;
      else this.deaths++;
      this.current = undefined;
      this.ended = `${component} ended (${this.currentIsExcused ? 'without etcd it does' : `${this.deaths} of ${DEATHS} times`})`;
      this.currentIsExcused = this.etcdIsAway;
      this.host.log(this.ended);
    }
    if (still.length > 0) return `${component} (PID ${still[0]!.pid}) of before is still running`;
    const [process, another] = running;
    if (process === undefined) return `no ${component} with the expected flags is running`;
    if (another !== undefined) return `more than one ${component} is running (PIDs ${process.pid} and ${another.pid})`;
    if (!this.current) this.host.log(`${component} runs as PID ${process.pid} with the expected flags`);
    if (!this.currentIsExcused) this.startedAt ??= this.host.clock.now();
    this.current = process;
    return undefined;
  }

  /** @returns what is missing, or undefined */
  public async look(): Promise<string | undefined> {
    const { component, probes } = this.expectation;
    const wrong = this.trouble();
    if (wrong) return wrong;
    if (probes.length === 0) return `${component} has no probe that can be carried out`;
    const asked = distinct(probes);
    const answers = await Promise.all(asked.map(probe => this.host.endpoints.answers(probe)));
    // Slow answers take seconds, and the process may have ended meanwhile.
    const gone = this.trouble();
    if (gone) return gone;
    const startup = probes.find(probe => probe.kind === 'startup');
    this.hasStarted ||= answers.some((answer, i) => answer && (!startup || keyOf(startup) === keyOf(asked[i]!)));
    const silent = asked.find((_, i) => !answers[i]);
    if (silent) return `${component} does not answer ${addressOf(silent)}`;
    // Both were seen to be well: what comes now is its own.
    this.currentIsExcused = this.etcdIsAway;
    return undefined;
  }

  /** Also what was the trouble since the last look. */
  private trouble(): string | undefined {
    const wrong = this.glance();
    const { ended } = this;
    this.ended = undefined;
    return ended ?? wrong;
  }
}

/**
 * Whether a process runs this command line. kubelet expands `$(NAME)` from the container's environment, which is not known here: an item that
 * holds one matches anything; of two dollars it makes one. https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
 */
export function matches(process: Process, argv: readonly string[]): boolean {
  return process.argv.length === argv.length && argv.every((item, i) => item.includes('$(') || process.argv[i] === item.replace(/\$\$/g, '$'));
}

export function same(a: ProcessId, b: ProcessId): boolean {
  return a.pid === b.pid && a.startTime === b.startTime;
}

function distinct(probes: readonly ProbeTarget[]): ProbeTarget[] {
  return [...new Map(probes.map(p => [keyOf(p), p])).values()];
}

function keyOf(probe: ProbeTarget): string {
  return addressOf(probe) + JSON.stringify(probe.headers);
}
