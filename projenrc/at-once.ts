/**
 * Runs commands at the same time, and shows what each says when it ends: at-once.ts COMMAND…
 *
 * Fails when any of them does, and only when all have ended.
 */
import { spawn } from 'node:child_process';

async function run(command: string): Promise<boolean> {
  const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { output += text; });
  const status = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  process.stdout.write(`$ ${command}\n${output}`);
  if (status !== 0) process.stdout.write(`failed with status ${status}: ${command}\n`);
  return status === 0;
}

Promise.all(process.argv.slice(2).map(run)).then(all => {
  process.exitCode = all.every(Boolean) ? 0 : 1;
}).catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
