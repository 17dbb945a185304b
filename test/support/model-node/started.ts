import { ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';

export interface End {
  /** Null where a signal ended it. */
  readonly status: number | null;
  readonly signal: string | null;
  readonly output: string;
}

/** A command that runs on a model node. */
export class Started {
  public readonly end: Promise<End>;
  private text = '';
  private waiting: { pattern: RegExp; resolve: () => void }[] = [];

  public constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        this.text += chunk;
        this.waiting = this.waiting.filter(({ pattern, resolve }) => !pattern.test(this.text) || resolve());
      });
    }
    this.end = new Promise(resolve => child.on('close', (status, signal) => resolve({ status, signal, output: this.text })));
  }

  /** Waits for words of its output, or for its end. */
  public async says(pattern: RegExp): Promise<void> {
    if (pattern.test(this.text)) return;
    await Promise.race([this.end, new Promise<void>(resolve => this.waiting.push({ pattern, resolve: () => resolve() }))]);
  }

  /** Signals the command itself, which is the innermost process. */
  public signal(signal: NodeJS.Signals): void {
    let pid = this.child.pid!;
    for (;;) {
      const children = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
      if (children.length === 0) break;
      pid = Number(children.at(-1));
    }
    process.kill(pid, signal);
  }
}
