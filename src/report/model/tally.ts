/** Durations of one kind of call. */
export interface Tally {
  readonly cluster: string;
  readonly name: string;
  readonly node: string;
  readonly durations: number[];
  errors: number;
}

/** Calls by cluster, name and node. */
export class Tallies {
  private readonly byKey = new Map<string, Tally>();

  public add(cluster: string, name: string, node: string, duration: number, failed: boolean): void {
    const key = JSON.stringify([cluster, name, node]);
    let tally = this.byKey.get(key);
    if (!tally) this.byKey.set(key, tally = { cluster, name, node, durations: [], errors: 0 });
    tally.durations.push(duration);
    if (failed) tally.errors++;
  }

  public get all(): readonly Tally[] {
    return [...this.byKey.values()];
  }
}
