import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

/** Directories and processes of one test, gone when it ends, however it ends. */
export class Scratch {
  public readonly directory = fs.mkdtempSync(path.join(tmpdir(), 'collector-'));
  private readonly endings: (() => Promise<void>)[] = [];

  /** Ends what was started, the last one first. */
  public ending(end: () => Promise<void>): void {
    this.endings.push(end);
  }

  public below(...parts: string[]): string {
    const directory = path.join(this.directory, ...parts);
    fs.mkdirSync(directory, { recursive: true });
    return directory;
  }

  public async clear(): Promise<void> {
    for (const end of this.endings.reverse()) await end();
    fs.rmSync(this.directory, { recursive: true });
  }
}
