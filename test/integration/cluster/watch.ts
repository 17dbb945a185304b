/** Looks at all nodes a few times a second, and says afterwards what has happened to them. */
import { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from './cluster';
import { ClusterNode } from './node';

export const COMPONENTS = ['kube-apiserver', 'etcd'] as const;
export type Component = typeof COMPONENTS[number];

/** A node at one moment. */
interface Look {
  readonly at: number;
  readonly node: string;
  /** The processes of each component, by PID and start time. */
  readonly processes: Readonly<Record<Component, readonly string[]>>;
}

/** A stretch of time, in milliseconds since the epoch. */
export interface Span {
  readonly node: string;
  readonly start: number;
  readonly end: number;
}

const PERIOD = 200;

export class Watch {
  public static async start(cluster: Cluster, nodes: readonly ClusterNode[] = cluster.nodes): Promise<Watch> {
    const child = cluster.spawn(
      [process.execPath, path.join(__dirname, 'scripts', 'readyz.mjs'), String(nodes.length === 1 ? 50 : PERIOD), ...nodes.map(({ address }) => address)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const watch = new Watch(child, nodes);
    await once(child.stdout!, 'data');
    return watch;
  }

  private text = '';
  private readonly looks: Look[] = [];
  private ended = false;
  private readonly loop: Promise<void>;

  private constructor(private readonly readyz: ChildProcess, private readonly nodes: readonly ClusterNode[]) {
    readyz.stdout!.setEncoding('utf8').on('data', (chunk: string) => (this.text += chunk));
    this.loop = this.look();
  }

  public async stop(): Promise<void> {
    this.ended = true;
    await this.loop;
    this.readyz.kill('SIGKILL');
  }

  /** How many new processes each component of each node has had. */
  public restarts(): Record<string, Record<Component, number>> {
    return Object.fromEntries(this.nodes.map(({ name }) => [name, {
      'kube-apiserver': this.generations(name, 'kube-apiserver') - 1,
      'etcd': this.generations(name, 'etcd') - 1,
    }]));
  }

  /**
   * When each node was disturbed, in the order of time: from the first until the last moment at which it had not exactly one process of each
   * component, and for as long before and after as its API server was not ready.
   */
  public turns(): Span[] {
    const down = this.unavailable();
    return this.nodes.flatMap(({ name }): Span[] => {
      const looks = this.looks.filter(({ node }) => node === name);
      const away = spansOf(name, looks.map(({ at, processes }) => ({ at, bad: COMPONENTS.some((component) => processes[component].length !== 1) })));
      if (away.length === 0) return [];
      const turn = { node: name, start: away[0]!.start, end: away.at(-1)!.end };
      const whole = [turn, ...down.filter((span) => span.node === name && overlap(span, turn))];
      return [{ node: name, start: Math.min(...whole.map(({ start }) => start)), end: Math.max(...whole.map(({ end }) => end)) }];
    }).sort((one, other) => one.start - other.start);
  }

  /** For how long no API server at all was ready. */
  public outageSeconds(): number {
    const spans = this.unavailable();
    const moments = [...new Set(spans.flatMap(({ start, end }) => [start, end]))].sort((one, other) => one - other);
    const down = (moment: number) => new Set(spans.filter(({ start, end }) => start <= moment && moment < end).map(({ node }) => node)).size;
    return moments.reduce((sum, moment, i) => sum + (down(moment) === this.nodes.length ? moments[i + 1]! - moment : 0), 0) / 1000;
  }

  /** When the API server of a node did not answer /readyz. */
  public unavailable(): Span[] {
    const end = Date.now();
    return this.nodes.flatMap(({ name, address }) => {
      const changes = this.text.trim().split('\n').map((line) => line.split(' ')).filter(([, host]) => host === address)
        .map(([at, , state]) => ({ at: Number(at), bad: state === 'down' }));
      return spansOf(name, [...changes, { at: end, bad: false }]);
    });
  }

  private generations(name: string, component: Component): number {
    return new Set(this.looks.filter(({ node }) => node === name).flatMap(({ processes }) => processes[component])).size;
  }

  private async look(): Promise<void> {
    // A test that fails does not stop its watch: the end of the cluster does.
    while (!this.ended && !this.nodes.some((node) => node.hasEnded)) {
      const next = Date.now() + PERIOD;
      for (const node of this.nodes) {
        const found = async (component: Component) => (await node.processes(component)).map(({ pid, startTime }) => `${pid} ${startTime}`);
        this.looks.push({ at: Date.now(), node: node.name, processes: { 'kube-apiserver': await found('kube-apiserver'), 'etcd': await found('etcd') } });
      }
      await sleep(Math.max(0, next - Date.now()));
    }
  }
}

/** Spans during which `bad` holds. */
function spansOf(node: string, moments: readonly { at: number; bad: boolean }[]): Span[] {
  const spans: Span[] = [];
  let start: number | undefined;
  for (const { at, bad } of moments) {
    if (bad) start ??= at;
    else if (start !== undefined) {
      spans.push({ node, start, end: at });
      start = undefined;
    }
  }
  return start === undefined ? spans : [...spans, { node, start, end: Date.now() }];
}

function overlap(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}
