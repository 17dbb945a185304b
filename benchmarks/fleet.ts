/**
 * A fleet of 1,000 clusters from one program: CPU time and peak memory of synthesis, at a quarter of the clusters and at all of them.
 *
 * `fleet-time` and `fleet-memory` are those of a cluster among 1,000 to those of one among 250, where each cluster has an app of its own: 1 is
 * linear. In one app, cdk8s itself walks over all charts once for each chart; `fleet-one-app-time` is our growth over that of the same objects on
 * bare cdk8s-plus-28.
 *
 *     npx tsx benchmarks/fleet.ts
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { Division, Programs } from './support/programs';

const CLUSTERS = Number(process.env.CLUSTERS ?? 1000);
const SOME = CLUSTERS / 4;

interface Figures {
  readonly seconds: number;
  readonly mebibytes: number;
}

function run(program: string): Figures {
  const directory = mkdtempSync(path.join(tmpdir(), 'fleet-'));
  try {
    const measured = `${program}\nconst { user, system } = process.cpuUsage();
      process.stdout.write(JSON.stringify({ seconds: (user + system) / 1e6, mebibytes: process.resourceUsage().maxRSS / 1024 }));`;
    return JSON.parse(execFileSync(process.execPath, ['-e', measured], {
      encoding: 'utf8', env: { ...process.env, CDK8S_OUTDIR: directory, NODE_PATH: path.join(__dirname, '../node_modules') },
    })) as Figures;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const programs = new Programs();
try {
  const none = run(programs.stacks(0, 'one app'));
  const of = (kind: 'stacks' | 'bare', division: Division) => {
    const [some, all] = [SOME, CLUSTERS].map(clusters => run(programs[kind](clusters, division))) as [Figures, Figures];
    for (const [clusters, { seconds, mebibytes }] of [[SOME, some], [CLUSTERS, all]] as const) {
      console.log(`${kind}, ${division}: ${clusters} clusters ${seconds.toFixed(1)} s CPU, ${mebibytes.toFixed(0)} MiB at most`);
    }
    const growth = (figure: keyof Figures) => (all[figure] - none[figure]) / (some[figure] - none[figure]) / (CLUSTERS / SOME);
    return { time: growth('seconds'), memory: growth('mebibytes') };
  };
  const apart = of('stacks', 'an app each');
  const [together, bare] = [of('stacks', 'one app'), of('bare', 'one app')];
  console.log(`fleet-time ratio ${apart.time.toFixed(2)}`);
  console.log(`fleet-memory ratio ${apart.memory.toFixed(2)}`);
  console.log(`fleet-one-app-time ratio ${(together.time / bare.time).toFixed(2)}`);
  console.log(`fleet-one-app-memory ratio ${together.memory.toFixed(2)}`);
} finally {
  programs.dispose();
}
