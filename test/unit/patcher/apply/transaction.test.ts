/** How a whole change treats the processes of the node: the API server that drains, and a kubelet that was restarted. */
import * as fs from 'fs';
import * as path from 'path';
import { KUBELET, World } from './world';
import { KUBE_APISERVER } from '../../../support/model-node/manifests';

const API_SERVER = 10;
const another = (pid: number) => ({ ...KUBELET, pid, startTime: String(pid) });

let world: World;

beforeEach(() => {
  world = new World();
});

afterEach(() => {
  fs.rmSync(world.directory, { recursive: true });
});

function writeApiServer(...flags: string[]): void {
  const text = KUBE_APISERVER.replace('    - kube-apiserver\n', `    - kube-apiserver\n${flags.map(flag => `    - ${flag}\n`).join('')}`);
  fs.writeFileSync(path.join(world.manifests, 'kube-apiserver.yaml'), text, { mode: 0o600 });
}

test.each([
  ['a webhook', ['--audit-webhook-config-file=/etc/kubernetes/audit.yaml'], 5_000],
  ['batches in a file', ['--audit-log-path=/var/log/audit.log', '--audit-log-mode=batch'], 5_000],
  ['a file, event by event', ['--audit-log-path=/var/log/audit.log'], 0],
])('audit events that go to %s are sent before the API server is told to end a second time', async (_, flags, drain) => {
  writeApiServer(...flags);
  expect(await world.execute('job-1')).toMatchObject({ kind: 'changed' });
  expect(world.signals).toEqual([{ signal: 'SIGTERM', pid: API_SERVER, at: world.renamedAt[0]! + drain }]);
});

test('on one of several nodes nobody is told to end a second time', async () => {
  const run = world.run('job-1', { controlPlaneNodes: 3 });
  expect(await world.clock.run(run.execute())).toMatchObject({ kind: 'changed' });
  expect(world.signals).toEqual([]);
});

/** kubelet is restarted at this rename, and no new API server starts with the manifests of after or before until it is told to end once more. */
function restartedAtRename(count: number): void {
  world.answers = argv => !argv.includes('tracing');
  let kubelet = 2;
  const pids = () => {
    if (world.renamed.length === count && kubelet === 2) {
      kubelet = 3;
      world.more = [another(3)];
    }
    if (world.renamed.length >= count) world.gone = 'kube-apiserver';
  };
  world.disturb = operation => {
    if (operation !== 'rename') pids();
  };
  world.signalled = pid => {
    if (pid !== 3) return;
    world.more = [another(4)];
    world.gone = undefined;
    world.disturb = () => undefined;
  };
}

test('a kubelet that was restarted while the API server was down, before the manifests came back, is restarted once more', async () => {
  restartedAtRename(2);
  expect(await world.execute('job-1')).toMatchObject({ kind: 'rolled-back' });
  expect(world.signals.filter(({ pid }) => pid !== API_SERVER)).toEqual([{ signal: 'SIGTERM', pid: 3, at: world.renamedAt.at(-1)! + 30_000 }]);
  // It ends nothing of its own accord any more: no time is lost with waiting, and one rename each is enough.
  expect(world.renamed).toHaveLength(4);
  expect(world.renamedAt[3]).toBe(world.renamedAt[2]);
});

test('a kubelet that was restarted after the manifests came back has nothing to be cured of', async () => {
  restartedAtRename(4);
  world.clock.at(80_000, () => {
    world.gone = undefined;
    world.disturb = () => undefined;
  });
  expect(await world.execute('job-1')).toMatchObject({ kind: 'rolled-back' });
  expect(world.signals.filter(({ pid }) => pid !== API_SERVER)).toEqual([]);
});

test('a run that was killed while it took its change back goes on taking it back, however well the change would be by now', async () => {
  world.answers = argv => !argv.includes('tracing');
  world.killedAfter = 3;
  await world.execute('job-1').catch(() => undefined);
  world.killedAfter = Infinity;
  const journal = JSON.parse(fs.readFileSync(path.join(world.directory, 'tracing', 'journal.json'), 'utf8')) as object;
  expect(journal).toMatchObject({ phase: 'rolling-back', reason: expect.stringContaining('does not answer') });
  world.answers = () => true;
  await world.clock.run(world.run('job-2').resumeInterrupted());
  expect(world.log).toContain('the interrupted run ended: rolled-back');
});

test('a manifest that has not started yet goes straight back, by one rename', async () => {
  world.killedAfter = 1;
  await world.execute('job-1').catch(() => undefined);
  world.killedAfter = Infinity;
  world.gone = 'kube-apiserver';
  world.disturb = () => { if (world.renamed.length === 2) world.gone = undefined; };
  const lines = world.log.length;
  await world.clock.run(world.run('job-2').resumeInterrupted('node b is not Ready'));
  expect(world.log.slice(lines).filter(line => line.includes('renamed into place'))).toEqual(['kube-apiserver: manifest renamed into place']);
  expect(fs.readFileSync(path.join(world.manifests, 'kube-apiserver.yaml'), 'utf8')).toBe(KUBE_APISERVER);
});

test('a process of before that has the same command line as the new one proves nothing', async () => {
  await world.execute('job-1');
  const [old] = world.host.processes.named('kube-apiserver');
  world.disturb = operation => {
    if (world.renamed.length !== 3 || operation === 'rename' || world.gone) return;
    world.gone = 'kube-apiserver';
    world.more = [KUBELET, old!];
    world.clock.at(world.clock.now() + 20_000, () => {
      world.more = [KUBELET];
      world.gone = undefined;
      world.disturb = () => undefined;
    });
  };
  const { timing, identity } = world.spec();
  const change = { controlPlaneNodes: 3, identity: { ...identity, attributes: { 'deployment.environment.name': 'test' } }, timing: { ...timing, healthSeconds: 60 } };
  const start = world.clock.now();
  expect(await world.clock.run(world.run('job-2', change).execute())).toMatchObject({ kind: 'changed' });
  expect(world.clock.now() - start).toBeGreaterThanOrEqual(20_000);
});
