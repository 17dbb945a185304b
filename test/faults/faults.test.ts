import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { carryOut, tally } from './campaign';
import { badComponents, foreignEdits, others, signals } from './scenarios';
import { record, Recording } from './strace';
import { fail, kill } from './trials';
import { ModelNode } from '../model-node/model-node';
import { buildPrograms, Programs } from '../model-node/programs';

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'faults-'));
let programs: Programs;
let recording: Recording;
const make = () => ModelNode.start(programs);

beforeAll(async () => {
  programs = await buildPrograms(directory);
  recording = await record(make);
});

afterAll(() => {
  fs.rmSync(directory, { recursive: true, force: true });
  process.stdout.write(`faults: ${tally.injected} injected, ${tally.converged} converged\n`);
});

test('killed at any call that changes something, the next run brings the node to an end', async () => {
  expect(await carryOut(changes().map(call => kill(recording, call)), make)).toEqual([]);
});

test.each(['ENOSPC', 'EIO', 'EROFS', 'EPERM'])('%s at any call that changes something costs nothing but a run', async error => {
  expect(await carryOut(changes().map(call => fail(recording, call, error, false)), make)).toEqual([]);
});

test.each(['EIO', 'EROFS', 'EPERM'])('%s at every rename from one on leaves the node whole, and a later run heals it', async error => {
  expect(await carryOut(changes().filter(c => c.name === 'rename').map(call => fail(recording, call, error, true)), make)).toEqual([]);
});

test.each([
  ['a new component that is no good is taken back', badComponents],
  ['what somebody else writes meanwhile is never overwritten', foreignEdits],
  ['a signal at any time ends well', signals],
  ['other disturbances', others],
])('%s', async (_, trials) => {
  expect(await carryOut(trials, make)).toEqual([]);
});

function changes() {
  return recording.calls.filter(call => call.changes);
}
