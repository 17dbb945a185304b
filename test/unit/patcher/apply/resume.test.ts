/** A run that was killed in the middle, a change that fails, and somebody who edits the manifests meanwhile. */
import * as fs from 'fs';
import * as path from 'path';
import { World } from './world';
import { JournalFile } from '../../../../src/patcher/apply/journal';
import { ETCD, KUBE_APISERVER } from '../../../support/model-node/manifests';

const ORIGINALS = [KUBE_APISERVER, ETCD];

let world: World;

beforeEach(() => {
  world = new World();
});

afterEach(() => {
  fs.rmSync(world.directory, { recursive: true });
});

async function killedAfter(renames: number): Promise<void> {
  world.killedAfter = renames;
  await world.execute('job-1').catch(() => undefined);
  world.killedAfter = Infinity;
}

const manifest = (component: string) => path.join(world.manifests, `${component}.yaml`);
/** Without the annotation that means nothing, which stays where one rename was enough. */
const manifests = () => ['kube-apiserver', 'etcd'].map(component => fs.readFileSync(manifest(component), 'utf8').replace(/.*first-rename.*\n/, ''));
const sick = () => { world.answers = argv => !argv.includes('tracing'); };

function staged(role: string): string {
  return path.join(world.manifests, fs.readdirSync(world.manifests).find(name => name.endsWith(`kube-apiserver.yaml.${role}`))!);
}

function backup(): string {
  const directory = path.join(world.directory, 'tracing', 'backup');
  return path.join(directory, fs.readdirSync(directory).find(name => name.startsWith('kube-apiserver'))!);
}

test.each([[2, 'changed'], [3, 'rolled-back']])('a run that was picked up %i times ends as %s', async (resumed, end) => {
  await killedAfter(1);
  const file = path.join(world.directory, 'tracing', 'journal.json');
  fs.writeFileSync(file, JSON.stringify({ ...JSON.parse(fs.readFileSync(file, 'utf8')), resumed }));
  await world.clock.run(world.run('job-2').resumeInterrupted());
  expect(world.log).toContain(`the interrupted run ended: ${end}`);
  expect(manifests().join() === ORIGINALS.join()).toBe(end === 'rolled-back');
  expect(JSON.parse(fs.readFileSync(file, 'utf8'))).toMatchObject({ phase: end === 'changed' ? 'confirmed' : end, resumed: resumed + 1 });
});

test('where the components are not healthy with the old manifests either, the node needs a person', async () => {
  world.answers = () => world.renamed.length === 0;
  expect(await world.execute('job-1')).toMatchObject({
    kind: 'broken', reason: expect.stringContaining('; the old manifests are back in place, but '),
  });
  expect(manifests()).toEqual(ORIGINALS);
});

test('the reason of a broken run stays as it is, however often a later run tries again', async () => {
  world.answers = () => world.renamed.length === 0;
  const first = await world.execute('job-1') as { reason: string };
  const reason = () => (JSON.parse(fs.readFileSync(path.join(world.directory, 'tracing', 'journal.json'), 'utf8')) as { reason: string }).reason;
  const cause = reason();
  expect(first.reason).toMatch(new RegExp(`^${cause.replace(/[.?*+/()]/g, '\\$&')}; the old manifests are back in place, but `));
  for (let i = 0; i < 3; i++) {
    expect(await world.clock.run(world.run('job-1').resumeInterrupted())).toMatchObject({ kind: 'broken', reason: first.reason });
    expect(reason()).toBe(cause);
  }
});

test('a staged rollback that is damaged is made again from the backup', async () => {
  await killedAfter(1);
  fs.writeFileSync(staged('rollback'), 'damaged');
  sick();
  expect(await world.execute('job-1')).toMatchObject({ kind: 'rolled-back' });
  expect(manifests()).toEqual(ORIGINALS);
});

test('a staged rollback and a backup that are damaged are not put back', async () => {
  await killedAfter(1);
  const before = manifests();
  fs.writeFileSync(staged('rollback'), 'damaged');
  fs.writeFileSync(backup(), 'damaged');
  sick();
  expect(await world.execute('job-1')).toMatchObject({ kind: 'broken', reason: expect.stringMatching(/the backup .* is missing or damaged/) });
  expect(manifests()).not.toContain('damaged');
  expect(manifests()[0]).toBe(before[0]);
});

test.each([0, 1, 2])('an edit by somebody else after %i renames is left as it is, and no change is confirmed over it', async renames => {
  let edited = false;
  world.disturb = operation => {
    // Not before the journal is there.
    if (edited || operation === 'rename' || world.renamed.length < renames || !fs.existsSync(path.join(world.directory, 'tracing', 'journal.json'))) return;
    edited = true;
    fs.appendFileSync(manifest('kube-apiserver'), '# by hand\n');
  };
  expect(await world.execute('job-1')).toMatchObject({ kind: renames === 0 ? 'refused' : 'broken', reason: expect.stringContaining('was changed by somebody else') });
  expect(edited).toBe(true);
  expect(manifests()[0]).toMatch(/# by hand\n$/);
  expect(world.renamed).toHaveLength(renames);
});

test.each([[5_000, 'changed'], [60_000, 'refused']])('a component that does not answer is looked at four times: well after %i ms, %s', async (well, end) => {
  world.answers = () => false;
  world.clock.at(well, () => { world.answers = () => true; });
  expect(await world.execute('job-1')).toMatchObject({ kind: end });
  if (end === 'refused') {
    expect(world.clock.now()).toBe(6_000);
    expect(world.renamed).toEqual([]);
  }
});

test('the journal is written as earlier releases read it, and read as they wrote it', async () => {
  await killedAfter(1);
  const file = path.join(world.directory, 'tracing', 'journal.json');
  const { components } = JSON.parse(fs.readFileSync(file, 'utf8')) as { components: object[] };
  expect(Object.keys(components[0]!)).toEqual(expect.arrayContaining(['before', 'interim', 'after', 'rollback']));
  expect(components[0]).not.toHaveProperty('rollbackInterim');
  const [entry] = new JournalFile(world.host, path.join(world.directory, 'tracing')).read()!.components;
  expect(entry!.rollbackInterim).toMatch(/^[0-9a-f]{64}$/);
});

test('a start that kubelet gives years to has the longest time of this program', async () => {
  const file = path.join(world.manifests, 'kube-apiserver.yaml');
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/(startupProbe:\n {6}failureThreshold: )\d+/, (_, start: string) => `${start}100000000`));
  world.answers = argv => !argv.includes('tracing');
  const before = fs.readFileSync(file, 'utf8');
  expect(before).toContain('failureThreshold: 100000000');
  expect(await world.execute('job-1')).toMatchObject({ kind: 'rolled-back' });
  expect(world.clock.now()).toBeLessThan(2 * 3600_000);
  expect(fs.readFileSync(file, 'utf8')).not.toContain('--tracing-config-file');
});
