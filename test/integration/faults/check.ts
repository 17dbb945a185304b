import { told } from './trials';
import { End } from '../../support/model-node/started';

/** Collects what is wrong; the first problem brings along what the program said. */
export class Check {
  public readonly problems: string[] = [];

  public constructor(private readonly first: End) {}

  public equal(what: string, found: unknown, wanted: unknown): void {
    if (found !== wanted) this.add(`${what}: ${String(found)} instead of ${String(wanted)}`);
  }

  public none(problems: readonly string[]): void {
    for (const problem of problems) this.add(problem);
  }

  private add(problem: string): void {
    if (this.problems.length === 0) this.problems.push(told(this.first));
    this.problems.push(problem);
  }
}
