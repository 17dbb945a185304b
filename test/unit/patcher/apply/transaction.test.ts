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
