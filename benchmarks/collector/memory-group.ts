import * as fs from 'node:fs';
import * as path from 'node:path';

const ROOT = '/sys/fs/cgroup';

/** A control group in which the kernel ends whoever takes more memory than a pod may. Takes the rights to make one. */
export class MemoryGroup {
  /** undefined where none can be made. */
  public static make(name: string, mebibytes: number): MemoryGroup | undefined {
    const v1 = fs.existsSync(`${ROOT}/memory`);
    const directory = path.join(ROOT, v1 ? 'memory' : '', name);
    try {
      fs.mkdirSync(directory);
      fs.writeFileSync(path.join(directory, v1 ? 'memory.limit_in_bytes' : 'memory.max'), String(mebibytes * 1024 * 1024));
      return new MemoryGroup(directory);
    } catch {
      if (fs.existsSync(directory)) fs.rmdirSync(directory);
      return undefined;
    }
  }

  private constructor(private readonly directory: string) {}

  /** A program that joins the group, and becomes another one. */
  public wrap(binary: string, target: string): string {
    fs.writeFileSync(target, `#!/bin/sh\necho $$ > '${this.directory}/cgroup.procs' && exec '${binary}' "$@"\n`, { mode: 0o755 });
    return target;
  }

  public remove(): void {
    fs.rmdirSync(this.directory);
  }
}
