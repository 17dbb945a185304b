import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { carryOut, tally } from './campaign';
import { fullDisk, killedAgainAndAgain, kubeletRestarts, kubeletRestartsWithoutHarm, reverts, rollbackFails } from './disasters';
import { badComponents, foreignEdits, others, signals } from './scenarios';
import { fromCertificatesOn, onCertificates, securedSettings } from './secured';
import { slowEtcd } from './slow-etcd';
import { record, Recording, Setting } from './strace';
import { fail, kill } from './trials';
import { ModelNode } from '../../support/model-node/model-node';
import { buildPrograms, Programs } from '../../support/model-node/programs';

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'faults-'));
let programs: Programs;
let recording: Recording;
/** The same on one of several nodes. */
let several: Recording;
/** A run that is taken back, because the new API server is never ready. */
let failing: Recording;
const FAILING: Setting = { rules: [{ component: 'kube-apiserver', flag: '--tracing-config-file', neverReady: true }], healthSeconds: 4, rollsBack: true };
/** The certificates of the components: new, renewed, taken away. */
let secured: Recording;
let renewed: Recording;
let unsecured: Recording;
const make = () => ModelNode.start(programs);

beforeAll(async () => {
  programs = await buildPrograms(directory);
  recording = await record(make);
  several = await record(make, { controlPlaneNodes: 3 });
  failing = await record(make, FAILING);
  const { on, renewed: again, off } = securedSettings(path.join(directory, 'tls'));
  secured = await record(make, on);
  renewed = await record(make, again);
  unsecured = await record(make, off);
});

afterAll(() => {
  fs.rmSync(directory, { recursive: true, force: true });
  process.stdout.write(`faults: ${tally.injected} injected, ${tally.converged} converged\n`);
});

test('killed at any call that changes something, the next run brings the node to an end', async () => {
  expect(await carryOut(changes(recording).map(call => kill(recording, call)), make)).toEqual([]);
});

test.each(['ENOSPC', 'EIO', 'EROFS', 'EPERM'])('%s at any call that changes something costs nothing but a run', async error => {
  expect(await carryOut(changes(recording).map(call => fail(recording, call, error, false)), make)).toEqual([]);
});

test.each(['EIO', 'EROFS', 'EPERM'])('%s at every rename from one on leaves the node whole, and a later run heals it', async error => {
  expect(await carryOut(changes(recording).filter(c => c.name === 'rename').map(call => fail(recording, call, error, true)), make)).toEqual([]);
});

test('killed at any call that changes something, at the pace of several nodes', async () => {
  expect(await carryOut(changes(several).map(call => kill(several, call)), make)).toEqual([]);
});

test('EIO at any call that changes something, at the pace of several nodes', async () => {
  expect(await carryOut(changes(several).map(call => fail(several, call, 'EIO', false)), make)).toEqual([]);
});

test('killed at any call that changes something, where the components are to send with TLS', async () => {
  expect(await carryOut(changes(secured).map(call => kill(secured, call)), make)).toEqual([]);
});

test('killed at any call from the first new certificate on, or the first that is taken away', async () => {
  expect(await carryOut([renewed, unsecured].flatMap(of => fromCertificatesOn(of).map(call => kill(of, call))), make)).toEqual([]);
});

test.each(['ENOSPC', 'EIO', 'EPERM'])('%s at any call on a certificate or a key costs nothing but a run', async error => {
  expect(await carryOut([secured, renewed, unsecured].flatMap(of => onCertificates(of).map(call => fail(of, call, error, false))), make)).toEqual([]);
});

test('EIO at any look at the files is made good, refused or taken back', async () => {
  expect(await carryOut(recording.calls.filter(call => !call.changes).map(call => fail(recording, call, 'EIO', false)), make)).toEqual([]);
});

test('killed at any call while a change is taken back, the next run takes it back', async () => {
  expect(await carryOut(takingBack().map(call => kill(failing, call)), make)).toEqual([]);
});

test.each(['ENOSPC', 'EIO', 'EROFS', 'EPERM'])('%s at any call while a change is taken back is survived', async error => {
  expect(await carryOut(takingBack().map(call => fail(failing, call, error, false)), make)).toEqual([]);
});

test.each(['EROFS', 'EPERM'])('%s at every rename while a change is taken back leaves a command that repairs it', async error => {
  expect(await carryOut(takingBack().filter(c => c.name === 'rename').map(call => fail(failing, call, error, true)), make)).toEqual([]);
});

test.each([
  ['a new component that is no good is taken back', badComponents],
  ['what somebody else writes meanwhile is never overwritten', foreignEdits],
  ['a signal at any time ends well', signals],
  ['a kubelet that is restarted in between', kubeletRestarts],
  ['a kubelet that is restarted without harm is left in peace', kubeletRestartsWithoutHarm],
  ['a rollback that fails', rollbackFails],
  ['a full disk', fullDisk],
  ['killed again and again', killedAgainAndAgain(24)],
  ['a revert that is killed', reverts],
  ['an etcd that starts slowly', slowEtcd],
  ['other disturbances', others],
])('%s', async (_, trials) => {
  expect(await carryOut(trials, make)).toEqual([]);
});

function changes(of: Recording) {
  return of.calls.filter(call => call.changes);
}

/** Everything after the last rename of a planned manifest. */
function takingBack() {
  const last = failing.calls.map(call => call.name === 'rename' && call.text.includes('.final"')).lastIndexOf(true);
  return failing.calls.slice(last + 1).filter(call => call.changes);
}
