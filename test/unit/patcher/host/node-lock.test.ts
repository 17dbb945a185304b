import { spawn } from 'child_process';
import { NodeLock } from '../../../../src/patcher/host/node-lock';

const name = `test-${process.pid}`;

test('one holder at a time, and none after it let go', async () => {
  const first = await NodeLock.take(name);
  expect(first).toBeDefined();
  expect(await NodeLock.take(name)).toBeUndefined();
  expect(await NodeLock.take(name + '-other')).toBeDefined();
  await first!.release();
  const next = await NodeLock.take(name);
  expect(next).toBeDefined();
  await next!.release();
});

test('a holder that is killed leaves nothing behind', async () => {
  const script = `require("net").createServer().listen({ path: "\\0${name}" }, () => console.log("held"))`;
  const holder = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise(resolve => holder.stdout.once('data', resolve));
  expect(await NodeLock.take(name)).toBeUndefined();
  const gone = new Promise(resolve => holder.once('close', resolve));
  holder.kill('SIGKILL');
  await gone;
  const lock = await NodeLock.take(name);
  expect(lock).toBeDefined();
  await lock!.release();
});
