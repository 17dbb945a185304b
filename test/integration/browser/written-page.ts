import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

const BIN = path.join(__dirname, '../../../bin/cdk8s-control-plane-tracing');

/** Writes spans and the page of their report into a directory of its own. */
export class WrittenPages {
  private readonly directory = fs.mkdtempSync(path.join(tmpdir(), 'pages-'));

  /** @returns the page's file */
  public write(name: string, lines: readonly string[]): string {
    const [spans, page] = [`${name}.json`, `${name}.html`].map(file => path.join(this.directory, file)) as [string, string];
    fs.writeFileSync(spans, lines.map(line => `${line}\n`).join(''));
    const { status, stderr } = spawnSync(process.execPath, [BIN, 'report', spans, '--html', page], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return page;
  }

  public clear(): void {
    fs.rmSync(this.directory, { recursive: true });
  }
}
