/** Where several wait for each other, as often as they like. */
export class Rendezvous {
  private waiting: { resolve(): void; reject(error: Error): void }[] = [];
  private failure: Error | undefined;

  constructor(private readonly count: number) {}

  public async arrive(): Promise<void> {
    if (this.failure) throw this.failure;
    const others = this.waiting;
    if (others.length + 1 === this.count) {
      this.waiting = [];
      for (const { resolve } of others) resolve();
      return;
    }
    await new Promise<void>((resolve, reject) => others.push({ resolve, reject }));
  }

  /** Nobody waits in vain for one who does not come any more. */
  public fail(error: Error): void {
    this.failure = error;
    for (const { reject } of this.waiting) reject(error);
    this.waiting = [];
  }
}
