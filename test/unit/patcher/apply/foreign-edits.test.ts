/** Somebody edits one of the two manifests in the middle of a change: theirs stays, and what becomes of the other one. */
import * as fs from 'fs';
import * as path from 'path';
import { World } from './world';
import { Outcome } from '../../../../src/patcher/apply/outcome';
import { ETCD, KUBE_APISERVER } from '../../../support/model-node/manifests';

let world: World;

beforeEach(() => {
  world = new World();
});

afterEach(() => {
  fs.rmSync(world.directory, { recursive: true });
});

const manifest = (component: string) => path.join(world.manifests, `${component}.yaml`);
const text = (component: string) => fs.readFileSync(manifest(component), 'utf8');
const etcdIsBad = () => { world.answers = argv => !argv.includes('distributed-tracing'); };
const journal = () => JSON.parse(fs.readFileSync(path.join(world.directory, 'tracing', 'journal.json'), 'utf8')) as { phase: string; reason: string };

/** Once, as soon as so many manifests were renamed. */
function afterRenames(count: number, work: () => void): void {
  let done = false;
  world.disturb = operation => {
    if (done || world.renamed.length < count || operation === 'rename') return;
    done = true;
    work();
  };
}

function edit(component: string): void {
  fs.appendFileSync(manifest(component), '# by hand\n');
}

/** Once, when somebody asks for the first time how the components are; etcd is not well with its change. */
function whileWatched(work: () => void, answers = (argv: string) => !argv.includes('distributed-tracing')): void {
  let done = false;
  world.answers = argv => {
    if (!done && world.renamed.length >= 2) {
      done = true;
      work();
    }
    return answers(argv);
  };
}

const execute = () => world.execute('job-1') as Promise<Extract<Outcome, { kind: 'broken' }>>;

describe('kube-apiserver.yaml is edited after both were renamed', () => {
  test('an etcd that is not well with its change gets its old manifest back', async () => {
    etcdIsBad();
    afterRenames(2, () => edit('kube-apiserver'));
    const outcome = await execute();
    expect(outcome).toMatchObject({ kind: 'broken', repair: [], reason: expect.stringMatching(/kube-apiserver\.yaml was changed by somebody else .*\. etcd was not well with its change: its old manifest is back in place, and is healthy$/) });
    expect(text('etcd')).toBe(ETCD);
    expect(text('kube-apiserver')).toMatch(/# by hand\n$/);
    expect(journal()).toMatchObject({ phase: 'abandoned', reason: outcome.reason });
  });

  test('an etcd that is well with its change keeps it, and is not restarted once more', async () => {
    afterRenames(2, () => edit('kube-apiserver'));
    expect(await execute()).toMatchObject({ kind: 'broken', repair: [], reason: expect.stringMatching(/\. etcd runs with its change, and is healthy$/) });
    expect(text('etcd')).toContain('distributed-tracing');
    expect(world.renamed).toHaveLength(2);
  });

  test('an etcd that cannot be put back: the commands are told', async () => {
    etcdIsBad();
    afterRenames(2, () => edit('kube-apiserver'));
    world.fails = (call, file) => call === 'rename' && file.includes('rollback');
    const { reason, repair } = await execute();
    expect(reason).toMatch(/\. etcd is not well with its change, and could not be put back \(EIO/);
    expect(repair).toEqual([expect.stringMatching(/^mv .*backup\/etcd\.yaml\.[0-9a-f]{12} .*\/manifests\/etcd\.yaml$/), 'systemctl restart kubelet']);
  });

  test('an etcd that is not well with its old manifest either: that is told', async () => {
    world.answers = argv => !argv.startsWith('etcd') || world.renamed.length === 0;
    afterRenames(2, () => edit('kube-apiserver'));
    expect(await execute()).toMatchObject({ kind: 'broken', repair: ['systemctl restart kubelet'], reason: expect.stringMatching(/its old manifest is back in place, but .*etcd does not answer/) });
    expect(text('etcd')).toBe(ETCD);
  });

  test('an etcd whose manifest is edited as well, while it is watched, is left as it is', async () => {
    afterRenames(2, () => edit('kube-apiserver'));
    whileWatched(() => edit('etcd'));
    expect(await execute()).toMatchObject({ kind: 'broken', repair: [], reason: expect.not.stringContaining('old manifest is back') });
    expect(text('etcd')).toMatch(/distributed-tracing[^]*# by hand\n$/);
  });
});

test('etcd is not renamed after an edit of kube-apiserver.yaml was seen', async () => {
  afterRenames(1, () => edit('kube-apiserver'));
  expect(await execute()).toMatchObject({ kind: 'broken' });
  expect(world.renamed).toEqual(['kube-apiserver.yaml']);
  expect(text('etcd')).toBe(ETCD);
});

test('etcd.yaml is edited: a kube-apiserver that is not well with its change gets its old manifest back', async () => {
  world.answers = argv => !argv.includes('tracing-config-file');
  afterRenames(2, () => edit('etcd'));
  expect(await execute()).toMatchObject({ kind: 'broken', reason: expect.stringMatching(/etcd\.yaml was changed by .*\. kube-apiserver was not well with its change: its old manifest is back in place, and is healthy$/) });
  expect(text('kube-apiserver')).toBe(KUBE_APISERVER);
  expect(text('etcd')).toMatch(/# by hand\n$/);
});

test.each([1, 3])('nobody waits for the health of a manifest that has become somebody else’s (%i nodes)', async controlPlaneNodes => {
  afterRenames(2, () => fs.writeFileSync(manifest('kube-apiserver'), text('kube-apiserver').replace('    - --secure-port', '    - --by-hand=true\n    - --secure-port')));
  const patient = world.run('job-1', { controlPlaneNodes, timing: { ...world.spec().timing, healthSeconds: 300 } });
  expect(await world.clock.run(patient.execute())).toMatchObject({ kind: 'broken', reason: expect.stringMatching(/etcd runs with its change, and is healthy$/) });
  expect(world.clock.now()).toBeLessThan(20_000);
});

test('an edit that comes while the change is watched: the change is not confirmed over it, and a bad etcd goes back', async () => {
  whileWatched(() => edit('kube-apiserver'));
  expect(await execute()).toMatchObject({ kind: 'broken', reason: expect.stringContaining('etcd was not well with its change') });
  expect(text('etcd')).toBe(ETCD);
  expect(text('kube-apiserver')).toMatch(/# by hand\n$/);
});

test('an edit that changes nothing for the component, and comes while a good change is watched, is not confirmed over either', async () => {
  whileWatched(() => edit('kube-apiserver'), () => true);
  expect(await execute()).toMatchObject({ kind: 'broken', reason: expect.stringMatching(/kube-apiserver\.yaml was changed by somebody else .*\. etcd runs with its change, and is healthy$/) });
  expect(journal().phase).toBe('abandoned');
});

test('an edit of etcd.yaml before its turn: a kube-apiserver that is well with its change keeps it', async () => {
  afterRenames(1, () => edit('etcd'));
  expect(await execute()).toMatchObject({ kind: 'broken', reason: expect.stringMatching(/etcd\.yaml was changed by .*\. kube-apiserver runs with its change, and is healthy$/) });
  expect(world.renamed).toEqual(['kube-apiserver.yaml']);
});

test('a run that was killed, an edit since: a bad etcd goes back', async () => {
  world.killedAfter = 2;
  await world.execute('job-1').catch(() => undefined);
  world.killedAfter = Infinity;
  edit('kube-apiserver');
  etcdIsBad();
  expect(await execute()).toMatchObject({ kind: 'broken', reason: expect.stringContaining('etcd was not well with its change') });
  expect(text('etcd')).toBe(ETCD);
});

test.each([1, 2])('who puts back what was there after %i renames gets all of it back, and no second rename goes over it', async renames => {
  afterRenames(renames, () => fs.writeFileSync(manifest('kube-apiserver'), KUBE_APISERVER));
  expect(await execute()).toMatchObject({ kind: 'rolled-back' });
  expect(text('kube-apiserver')).toBe(KUBE_APISERVER);
  expect(text('etcd')).toBe(ETCD);
});

test('nor does anybody wait for the health of what was put back', async () => {
  afterRenames(2, () => fs.writeFileSync(manifest('kube-apiserver'), KUBE_APISERVER));
  const patient = world.run('job-1', { controlPlaneNodes: 3, timing: { ...world.spec().timing, healthSeconds: 300 } });
  expect(await world.clock.run(patient.execute())).toMatchObject({ kind: 'rolled-back', reason: 'kube-apiserver.yaml of before was put back by somebody else' });
  expect(world.clock.now()).toBeLessThan(20_000);
});
