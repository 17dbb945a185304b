import { ClusterNode } from './node';

/** Counts the processes that a component has had while it was watched: 1 is no restart, 2 is one. */
export class Generations {
  public static watch(node: ClusterNode, components: readonly string[]): Generations {
    return new Generations(node, components);
  }

  private readonly seen = new Map<string, Set<string>>();
  private ended = false;
  private readonly loop: Promise<void>;

  private constructor(private readonly node: ClusterNode, private readonly components: readonly string[]) {
    for (const component of components) this.seen.set(component, new Set());
    this.loop = this.look();
  }

  public async stop(): Promise<Record<string, number>> {
    this.ended = true;
    await this.loop;
    return Object.fromEntries([...this.seen].map(([component, processes]) => [component, processes.size]));
  }

  private async look(): Promise<void> {
    while (!this.ended && !this.node.hasEnded) {
      for (const component of this.components) {
        for (const process of await this.node.processes(component)) this.seen.get(component)!.add(`${process.pid} ${process.startTime}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
