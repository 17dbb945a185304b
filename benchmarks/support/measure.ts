import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

/** Programs in plain JavaScript, by name; each runs as a process of its own. */
export type Programs<Name extends string> = Record<Name, string>;

/**
 * Runs the programs in turn, so that whatever else the machine does falls on all of them, and gives the median of each, in milliseconds.
 * The clock starts before the first import and stops after the last statement: the start of Node.js itself is not counted.
 */
export function medians<Name extends string>(programs: Programs<Name>, rounds: number): Record<Name, number> {
  const directory = mkdtempSync(path.join(tmpdir(), 'benchmark-'));
  try {
    const names = Object.keys(programs) as Name[];
    const times = Object.fromEntries(names.map(name => [name, [] as number[]])) as Record<Name, number[]>;
    for (const name of names) {
      writeFileSync(path.join(directory, `${name}.js`), `const start = performance.now();\n${programs[name]}\nprocess.stdout.write(String(performance.now() - start));\n`);
    }
    // The first round warms the file system's cache up.
    for (let round = 0; round <= rounds; round++) {
      for (const name of names) {
        const output = execFileSync(process.execPath, [path.join(directory, `${name}.js`)], {
          encoding: 'utf8', env: { ...process.env, CDK8S_OUTDIR: path.join(directory, 'out'), NODE_PATH: path.join(__dirname, '../../node_modules') },
        });
        if (round > 0) {
          times[name].push(Number(output));
        }
      }
    }
    return Object.fromEntries(names.map(name => [name, median(times[name])])) as Record<Name, number>;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function median(numbers: number[]): number {
  return numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}
