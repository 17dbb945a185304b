import { spawn } from 'child_process';
import * as fs from 'fs';
import * as net from 'net';
import * as os from 'os';
import * as path from 'path';
import { NodeLock } from '../../../../src/patcher/host/node-lock';

let directory: string;

beforeEach(() => {
  directory = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'lock-')), 'tracing');
});

afterEach(() => {
  fs.rmSync(path.dirname(directory), { recursive: true });
});

test('one holder at a time, and none and nothing left after it let go', async () => {
  const first = await NodeLock.take(directory);
  expect(first).toBeDefined();
  expect(await NodeLock.take(directory)).toBeUndefined();
  const other = await NodeLock.take(`${directory}-other`);
  expect(other).toBeDefined();
  await other!.release();
  await first!.release();
  expect(fs.readdirSync(directory)).toEqual([]);
  const next = await NodeLock.take(directory);
  expect(next).toBeDefined();
  await next!.release();
});

test('a holder that is killed is followed by the next', async () => {
  const script = `require("net").createServer().listen({ path: "${directory}/lock" }, () => console.log("held"))`;
  fs.mkdirSync(directory);
  const holder = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise(resolve => holder.stdout.once('data', resolve));
  expect(await NodeLock.take(directory)).toBeUndefined();
  const gone = new Promise(resolve => holder.once('close', resolve));
  holder.kill('SIGKILL');
  await gone;
  expect(fs.existsSync(path.join(directory, 'lock'))).toBe(true);
  const all = await Promise.all(Array.from({ length: 8 }, () => NodeLock.take(directory)));
  const held = all.filter(lock => lock !== undefined);
  expect(held).toHaveLength(1);
  expect(await NodeLock.take(directory)).toBeUndefined();
  await held[0]!.release();
  expect(fs.readdirSync(directory)).toEqual([]);
});

test('nobody but the owner of the directory can be in the way', async () => {
  // The name that an earlier release used, and that any process of the node can take.
  const squatter = net.createServer();
  await new Promise<void>(resolve => squatter.listen({ path: '\0cdk8s-control-plane-tracing' }, resolve));
  const lock = await NodeLock.take(directory);
  expect(lock).toBeDefined();
  expect(fs.statSync(directory).mode % 0o1000).toBe(0o700);
  await lock!.release();
  await new Promise(resolve => squatter.close(resolve));
});

test('a path longer than a socket may have', async () => {
  const long = path.join(path.dirname(directory), 'x'.repeat(200));
  const lock = await NodeLock.take(long);
  expect(lock).toBeDefined();
  expect(await NodeLock.take(long)).toBeUndefined();
  await lock!.release();
});
