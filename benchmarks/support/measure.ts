import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { median } from './median';

/** Programs in plain JavaScript, by name; each runs as a process of its own. */
export type ProgramTexts<Name extends string> = Record<Name, string>;

/**
 * Runs the programs in turn, so that whatever else the machine does falls on all of them, and gives the median of each, in milliseconds of
 * CPU time. What is measured starts before the first import and ends after the last statement: the start of Node.js itself is not counted.
 */
export function medians<Name extends string>(programs: ProgramTexts<Name>, rounds: number): Record<Name, number> {
  const directory = mkdtempSync(path.join(tmpdir(), 'benchmark-'));
  try {
    const names = Object.keys(programs) as Name[];
    const times = Object.fromEntries(names.map(name => [name, [] as number[]])) as Record<Name, number[]>;
    for (const name of names) {
      writeFileSync(path.join(directory, `${name}.js`), `const start = process.cpuUsage();\n${programs[name]}\nconst { user, system } = process.cpuUsage(start);\nprocess.stdout.write(String((user + system) / 1000));\n`);
    }
    // The first round warms the file system's cache up.
    for (let round = 0; round <= rounds; round++) {
      for (const name of names) {
        const output = execFileSync(process.execPath, [path.join(directory, `${name}.js`)], {
          encoding: 'utf8', env: { ...process.env, CDK8S_OUTDIR: path.join(directory, 'out'), NODE_PATH: path.join(__dirname, '../../node_modules') },
        });
        if (round > 0) times[name].push(Number(output));
      }
    }
    return Object.fromEntries(names.map(name => [name, median(times[name])])) as Record<Name, number>;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
