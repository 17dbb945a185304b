/**
 * What `report` takes for a million spans of an API server and etcd: `report ratio` is its time over 15 s; and its peak memory.
 *
 *     npx tsx benchmarks/report.ts [SPANS]
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { batch, SPANS_PER_TRACE } from './report/spans';

const ALLOWED_SECONDS = 15;
const TRACES_PER_LINE = 20;

const spans = Number(process.argv[2] ?? 1_000_000);
const directory = mkdtempSync(path.join(tmpdir(), 'benchmark-report-'));
try {
  const small = measure(spans / 4);
  const { seconds, megabytes } = measure(spans);
  console.log(`linear: four times the spans take ${(seconds / small.seconds).toFixed(2)} times the time`);
  console.log(`report-memory ratio ${(megabytes / 1024).toFixed(2)}`);
  console.log(`report ratio ${(seconds / ALLOWED_SECONDS * 1_000_000 / spans).toFixed(2)}`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

function measure(count: number): { readonly seconds: number; readonly megabytes: number } {
  const file = path.join(directory, `${count}.json`);
  const fd = openSync(file, 'w');
  const lines = Math.ceil(count / SPANS_PER_TRACE / TRACES_PER_LINE);
  for (let line = 0; line < lines; line++) writeSync(fd, `${batch(line * TRACES_PER_LINE, TRACES_PER_LINE)}\n`);
  closeSync(fd);
  const program = `process.argv.splice(1, 0, 'bin');require(${JSON.stringify(path.join(__dirname, '../assets/patcher/cli/index.js'))});
    process.on('exit', () => require('fs').writeSync(2, 'KB ' + process.resourceUsage().maxRSS));`;
  const begin = process.hrtime.bigint();
  const { status, stderr, stdout } = spawnSync(process.execPath, ['-e', program, 'report', file], { encoding: 'utf8' });
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
  const kilobytes = /KB (\d+)/.exec(stderr)?.[1];
  if (status !== 0 || kilobytes === undefined) throw new Error(`report failed (${status}): ${stderr}`);
  const megabytes = Number(kilobytes) / 1024;
  console.log(`${stdout.split('\n')[0]}\n${count} spans, ${(statSync(file).size / 1e6).toFixed(0)} MB: ${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB of memory`);
  return { seconds, megabytes };
}
