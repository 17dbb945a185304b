import * as fs from 'node:fs';
import * as path from 'node:path';

const ROOT = '/sys/fs/cgroup';
const PERIOD_MICROSECONDS = 20_000;

/** A control group that gets a part of a core, as a pod with a CPU limit does. Takes the rights to make one. */
export class CpuGroup {
  public static make(name: string, cores: number): CpuGroup {
    const v1 = fs.existsSync(`${ROOT}/cpu`);
    const directory = path.join(ROOT, v1 ? 'cpu' : '', name);
    fs.mkdirSync(directory);
    const quota = Math.round(cores * PERIOD_MICROSECONDS);
    if (v1) {
      fs.writeFileSync(path.join(directory, 'cpu.cfs_period_us'), String(PERIOD_MICROSECONDS));
      fs.writeFileSync(path.join(directory, 'cpu.cfs_quota_us'), String(quota));
    } else {
      fs.writeFileSync(path.join(directory, 'cpu.max'), `${quota} ${PERIOD_MICROSECONDS}`);
    }
    return new CpuGroup(directory);
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
