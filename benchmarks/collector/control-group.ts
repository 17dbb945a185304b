import * as fs from 'node:fs';
import * as path from 'node:path';

const ROOT = '/sys/fs/cgroup';

/** A control group, by either version of the kernel's interface. Takes the rights to make one. */
export class ControlGroup {
  /** @param controller whose hierarchy it is in, where each has its own */
  protected static place(controller: string, name: string): { readonly v1: boolean; readonly directory: string } {
    const v1 = fs.existsSync(`${ROOT}/${controller}`);
    return { v1, directory: path.join(ROOT, v1 ? controller : '', name) };
  }

  protected constructor(private readonly directory: string) {}

  /** A program that joins the group, and becomes another one. */
  public wrap(binary: string, target: string): string {
    fs.writeFileSync(target, `#!/bin/sh\necho $$ > '${this.directory}/cgroup.procs' && exec '${binary}' "$@"\n`, { mode: 0o755 });
    return target;
  }

  public remove(): void {
    fs.rmdirSync(this.directory);
  }
}
