/**
 * Runs every benchmark of this directory, one after the other; each prints `NAME ratio X.XX`.
 *
 *     npx projen bench
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import * as path from 'node:path';

/** They take many minutes, and have tasks of their own. */
const APART = ['outage.ts', 'overhead.ts'];

const files = readdirSync(__dirname).filter(file => file.endsWith('.ts') && ![path.basename(__filename), ...APART].includes(file)).sort();
const failed = files.filter(file => {
  console.log(`== ${file}`);
  return spawnSync(process.execPath, ['--import', 'tsx', path.join(__dirname, file)], { stdio: 'inherit' }).status !== 0;
});
if (failed.length > 0) {
  console.error(`failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
