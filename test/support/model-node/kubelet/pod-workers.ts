import * as fs from 'node:fs';
import { KubeletConfiguration, Transition } from './configuration';
import { Container, Containers, isAlive } from './containers';
import { StaticPod } from './file-source';

interface Worker {
  readonly pod: StaticPod;
  /** 'lost': deleted while the sources were not ready; it keeps its place and nobody looks after it. */
  state: 'parked' | 'started' | 'terminating' | 'lost';
  /** When to look at it again. */
  next: number;
  container?: Container;
  crashes: number;
  killAt: number;
  freeAt?: number;
  /** The same pod is wanted again while it ends. */
  again?: boolean;
}

/**
 * kubelet's pod workers, as far as static pods of one name that follow each other are concerned (`allowStaticPodStart`, `deletePod`, housekeeping).
 * https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/kubelet/pod_workers.go
 */
export class PodWorkers {
  private readonly workers = new Map<string, Worker>();
  /** Who has the place of a full pod name. */
  private readonly slots = new Map<string, string>();
  private wanted: ReadonlyMap<string, StaticPod> = new Map();

  /** Whether the API server has been heard from once: before that, kubelet deletes nothing. */
  public sourcesReady = false;

  public constructor(
    private readonly configuration: KubeletConfiguration, private readonly containers: Containers, private readonly tell: (t: Transition) => void,
  ) {}

  public update(wanted: ReadonlyMap<string, StaticPod>): void {
    const before = this.wanted;
    this.wanted = wanted;
    for (const [name, old] of before) {
      const now = wanted.get(name);
      if (now?.uid === old.uid) continue;
      this.tell({ at: Date.now(), what: now ? 'RESTART' : 'KILL', pod: name, uid: now?.uid ?? old.uid });
      this.remove(old.uid);
    }
    for (const [name, pod] of wanted) {
      if (before.get(name)?.uid === pod.uid) continue;
      if (!before.has(name)) this.tell({ at: Date.now(), what: 'START', pod: name, uid: pod.uid });
      this.add(pod);
    }
  }

  public tick(now: number): void {
    for (const worker of [...this.workers.values()]) {
      if (worker.state === 'parked' && now >= worker.next) this.tryStart(worker, now);
      else if (worker.state === 'started') this.sync(worker, now);
      else if (worker.state === 'terminating') this.terminate(worker, now);
    }
  }

  /** What nobody wants is ended, once the sources are ready. */
  public housekeeping(now: number): void {
    if (!this.sourcesReady) return;
    const wanted = new Set([...this.wanted.values()].map(pod => pod.uid));
    for (const worker of this.workers.values()) {
      if (worker.state === 'lost' && !wanted.has(worker.pod.uid)) this.end(worker, now);
    }
    for (const container of this.containers.alive()) {
      if (!wanted.has(container.uid) && !this.workers.has(container.uid)) this.containers.signal(container, 'SIGTERM');
    }
  }

  private add(pod: StaticPod): void {
    const there = this.workers.get(pod.uid);
    if (there?.state === 'terminating') {
      there.again = true;
      return;
    }
    if (there) {
      if (there.state === 'lost') there.state = 'started';
      return;
    }
    // A kubelet that has just started finds the containers of its predecessor.
    const container = this.containers.alive().find(c => c.uid === pod.uid);
    const worker: Worker = { pod, state: container ? 'started' : 'parked', next: 0, container, crashes: 0, killAt: 0 };
    if (container) this.slots.set(pod.name, pod.uid);
    this.workers.set(pod.uid, worker);
  }

  private remove(uid: string): void {
    const worker = this.workers.get(uid);
    if (!worker) return;
    if (!this.sourcesReady) {
      worker.state = worker.state === 'parked' ? 'parked' : 'lost';
      if (worker.state === 'parked') this.workers.delete(uid);
    } else if (worker.state === 'parked') {
      this.workers.delete(uid);
    } else if (worker.state === 'terminating') {
      worker.again = false;
    } else {
      this.end(worker, Date.now());
    }
  }

  private end(worker: Worker, now: number): void {
    worker.state = 'terminating';
    worker.killAt = now + this.configuration.gracePeriodMilliseconds;
    if (worker.container) this.containers.signal(worker.container, 'SIGTERM');
  }

  private tryStart(worker: Worker, now: number): void {
    const { name, uid } = worker.pod;
    const holder = this.slots.get(name);
    if (holder !== undefined && holder !== uid) {
      worker.next = now + this.configuration.backOffMilliseconds * (1 + Math.random() / 2);
      return;
    }
    this.slots.set(name, uid);
    worker.state = 'started';
    worker.next = now;
    this.sync(worker, now);
  }

  private sync(worker: Worker, now: number): void {
    if (worker.container && isAlive(worker.container)) return;
    if (worker.container) {
      worker.container = undefined;
      worker.crashes++;
      // The first time at once, then with a growing pause.
      worker.next = now + (worker.crashes === 1 ? 500 : this.configuration.crashBackOffMilliseconds * 2 ** (worker.crashes - 2));
    }
    if (now < worker.next || !worker.pod.files.every(file => fs.existsSync(file)) || this.imageMissing(worker.pod)) return;
    worker.container = this.containers.start(worker.pod);
  }

  private terminate(worker: Worker, now: number): void {
    if (worker.container && isAlive(worker.container)) {
      if (now >= worker.killAt) this.containers.signal(worker.container, 'SIGKILL');
      return;
    }
    worker.freeAt ??= now + this.configuration.slotFreeMilliseconds;
    if (now < worker.freeAt) return;
    const { name, uid } = worker.pod;
    if (this.slots.get(name) === uid) this.slots.delete(name);
    this.workers.delete(uid);
    // Left to housekeeping, which comes within two seconds.
    if (worker.again) this.workers.set(uid, { pod: worker.pod, state: 'parked', next: now + 2000 * Math.random(), crashes: 0, killAt: 0 });
  }

  private imageMissing(pod: StaticPod): boolean {
    const { controlFile } = this.configuration;
    if (!fs.existsSync(controlFile)) return false;
    const rules = JSON.parse(fs.readFileSync(controlFile, 'utf8')) as { component: string; flag: string; imageMissing?: boolean }[];
    return rules.some(r => r.imageMissing && pod.argv[0]!.endsWith(r.component) && pod.argv.some(arg => arg.startsWith(r.flag)));
  }
}
