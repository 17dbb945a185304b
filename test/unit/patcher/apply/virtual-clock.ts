import { Clock } from '../../../../src/patcher/host/clock';

/** A clock that jumps to the next thing that anybody waits for, so that minutes pass in no time and in the same order each time. */
export class VirtualClock implements Clock {
  private time = 0;
  private made = 0;
  private readonly sleepers: { at: number; order: number; wake: () => void }[] = [];

  public now(): number {
    return this.time;
  }

  public since(date: string | undefined): number {
    return this.time - Date.parse(date ?? '');
  }

  public sleep(milliseconds: number): Promise<void> {
    return new Promise(wake => this.sleepers.push({ at: this.time + milliseconds, order: this.made++, wake }));
  }

  /** Does something at a time. */
  public at(milliseconds: number, work: () => void): void {
    this.sleepers.push({ at: milliseconds, order: this.made++, wake: work });
  }

  /** Lets time go by until the work is done. */
  public async run<T>(work: Promise<T>): Promise<T> {
    let settled = false;
    const end = () => { settled = true; };
    work.then(end, end);
    for (;;) {
      // Everything that can go on at this moment goes on.
      await new Promise(resolve => setImmediate(resolve));
      if (settled) return work;
      this.sleepers.sort((a, b) => a.at - b.at || a.order - b.order);
      const next = this.sleepers.shift();
      if (!next) throw new Error('everybody waits for ever');
      this.time = Math.max(this.time, next.at);
      next.wake();
    }
  }
}
