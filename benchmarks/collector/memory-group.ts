import * as fs from 'node:fs';
import * as path from 'node:path';
import { ControlGroup } from './control-group';

/** A control group in which the kernel ends whoever takes more memory than a pod may. Takes the rights to make one. */
export class MemoryGroup extends ControlGroup {
  /** undefined where none can be made. */
  public static make(name: string, mebibytes: number): MemoryGroup | undefined {
    const { v1, directory } = ControlGroup.place('memory', name);
    try {
      fs.mkdirSync(directory);
      fs.writeFileSync(path.join(directory, v1 ? 'memory.limit_in_bytes' : 'memory.max'), String(mebibytes * 1024 * 1024));
      return new MemoryGroup(directory);
    } catch {
      if (fs.existsSync(directory)) fs.rmdirSync(directory);
      return undefined;
    }
  }
}
