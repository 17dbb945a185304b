import * as fs from 'node:fs';
import * as path from 'node:path';
import { ControlGroup } from './control-group';

const PERIOD_MICROSECONDS = 20_000;

/** A control group that gets a part of a core, as a pod with a CPU limit does. Takes the rights to make one. */
export class CpuGroup extends ControlGroup {
  public static make(name: string, cores: number): CpuGroup {
    const { v1, directory } = ControlGroup.place('cpu', name);
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
}
