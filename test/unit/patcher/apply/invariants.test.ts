/** What is true at every moment of a change, of its rollback and of its removal, whatever operation comes next. */
import * as fs from 'fs';
import * as path from 'path';
import { World } from './world';
import { ETCD, KUBE_APISERVER } from '../../../support/model-node/manifests';

const FILES = ['etcd.yaml', 'kube-apiserver.yaml'];

let world: World;

beforeEach(() => {
  world = new World();
});

afterEach(() => {
  fs.rmSync(world.directory, { recursive: true });
});

const read = (file: string) => fs.readFileSync(path.join(world.manifests, file), 'utf8');
const sick = () => { world.answers = argv => !argv.includes('tracing'); };
const journal = () => path.join(world.directory, 'tracing', 'journal.json');

/** Looks before each operation on files. What it finds wrong is kept: thrown there, the program would take it for a failing disk. */
function always(look: (operation: string, file: string) => void): { times: number; wrong: unknown[] } {
  const looked = { times: 0, wrong: [] as unknown[] };
  world.disturb = (operation, file) => {
    looked.times++;
    try {
      look(operation, file);
    } catch (e) {
      looked.wrong.push(e);
    }
  };
  return looked;
}

const RUNS: [string, () => Promise<unknown>][] = [
  ['a change', () => world.execute('job-1')],
  ['a change that is taken back', () => {
    sick();
    return world.execute('job-1');
  }],
  ['a removal', async () => {
    await world.execute('job-1');
    return world.clock.run(world.run('job-2', { state: 'disabled' }).execute());
  }],
  ['a change of the collector, and another one', async () => {
    await world.execute('job-1');
    for (const port of [4318, 4319]) await world.clock.run(world.run(`job ${port}`, {}, { host: '10.96.0.5', port }).execute());
  }],
];

test.each(RUNS)('kubelet sees the two manifests and nothing of ours, each whole: %s', async (_, run) => {
  const looked = always(() => {
    expect(fs.readdirSync(world.manifests).filter(name => !name.startsWith('.')).sort()).toEqual(FILES);
    for (const file of FILES) expect(read(file)).toMatch(/^apiVersion: v1\nkind: Pod\n[^]*\nstatus: \{\}\n$/);
  });
  await run();
  expect(looked.wrong).toEqual([]);
  expect(looked.times).toBeGreaterThan(50);
  expect(fs.readdirSync(world.manifests).sort()).toEqual(FILES);
});

test.each(RUNS)('an API server’s configuration file is there and whole as long as its manifest names it: %s', async (_, run) => {
  let named = 0;
  const directory = path.join(world.directory, 'tracing');
  const looked = always(() => {
    const [config] = new RegExp(`${directory}/tracing-config\\.[0-9a-f]+\\.yaml`).exec(read('kube-apiserver.yaml')) ?? [];
    if (config === undefined) return;
    named++;
    expect(fs.readFileSync(config, 'utf8')).toMatch(/kind: TracingConfiguration\n[^]*endpoint: /);
  });
  await run();
  expect(looked.wrong).toEqual([]);
  expect(named).toBeGreaterThan(5);
});

test.each(RUNS)('before a manifest is renamed, a journal, its backup and the way back are on disk: %s', async (_, run) => {
  let renames = 0;
  const looked = always((operation, file) => {
    if (operation !== 'rename' || file.includes('rollback')) return;
    renames++;
    const { phase, components } = JSON.parse(fs.readFileSync(journal(), 'utf8')) as { phase: string; components: { file: string; before: string }[] };
    expect(phase).toBe('swapping');
    for (const { file: name, before } of components) {
      const original = fs.readFileSync(path.join(world.directory, 'tracing', 'backup', `${name}.${before.slice(0, 12)}`), 'utf8');
      expect(fs.readFileSync(path.join(world.manifests, `.cdk8s-control-plane-tracing.${name}.rollback`), 'utf8')).toBe(original);
      expect(fs.existsSync(path.join(world.manifests, `.cdk8s-control-plane-tracing.${name}.rollback-interim`))).toBe(true);
    }
  });
  await run();
  expect(looked.wrong).toEqual([]);
  expect(renames).toBeGreaterThanOrEqual(2);
});

test('what is staged is on the disk before the first rename', async () => {
  const operations: string[] = [];
  always((operation, file) => operations.push(`${operation} ${path.dirname(file) === world.manifests ? 'staged' : file}`));
  await world.execute('job-1');
  const before = operations.slice(0, operations.indexOf('rename staged'));
  const [created, synced, written] = [before.lastIndexOf('create staged'), before.lastIndexOf(`syncDirectory ${world.manifests}`), before.lastIndexOf(`replace ${journal()}`)];
  expect(created).toBeGreaterThan(0);
  expect(synced).toBeGreaterThan(created);
  expect(written).toBeGreaterThan(synced);
});

test('a backup that does not read back as it was written is none: nothing is renamed', async () => {
  let damaged = false;
  world.disturb = (operation, file) => {
    if (operation !== 'read' || !file.includes('/backup/') || damaged) return;
    damaged = true;
    fs.writeFileSync(file, 'damaged');
  };
  expect(await world.execute('job-1')).toMatchObject({ kind: 'refused', code: 'not-prepared', reason: expect.stringContaining('does not read back as it was written') });
  expect([damaged, world.renamed]).toEqual([true, []]);
});

test('a directory out of which no file can be taken is known before the first rename', async () => {
  world.fails = (call, file) => call === 'remove' && file.endsWith('trial');
  expect(await world.execute('job-1')).toMatchObject({ kind: 'refused', code: 'not-prepared' });
  expect(world.renamed).toEqual([]);
});

test('a rollback writes nothing into the manifests directory: there may be no room', async () => {
  sick();
  world.fails = (call, file) => call === 'create' && world.renamed.length > 0 && file.startsWith(world.manifests);
  expect(await world.execute('job-1')).toMatchObject({ kind: 'rolled-back' });
  expect([read('kube-apiserver.yaml'), read('etcd.yaml')].map(text => text.replace(/.*first-rename.*\n/, ''))).toEqual([KUBE_APISERVER, ETCD]);
});

test.each([[0o600], [0o640], [0o444]])('a manifest keeps its mode %o', async mode => {
  const modes = () => FILES.map(file => fs.statSync(path.join(world.manifests, file)).mode & 0o7777); // eslint-disable-line no-bitwise
  for (const file of FILES) fs.chmodSync(path.join(world.manifests, file), mode);
  await world.execute('job-1');
  expect(modes()).toEqual([mode, mode]);
  sick();
  await world.clock.run(world.run('job-2', { state: 'disabled' }).execute());
  expect(modes()).toEqual([mode, mode]);
});

test('a rollback that cannot be made leaves the commands that make it', async () => {
  sick();
  world.fails = (call, file) => call === 'rename' && file.includes('rollback');
  const outcome = await world.execute('job-1') as { kind: string; repair: string[] };
  expect(outcome.kind).toBe('broken');
  expect(outcome.repair).toEqual([
    ...['kube-apiserver.yaml', 'etcd.yaml'].map(file => expect.stringMatching(new RegExp(`^mv ${world.directory}/tracing/backup/${file}\\.[0-9a-f]{12} ${world.manifests}/${file}$`))),
    'systemctl restart kubelet',
  ]);
  for (const command of outcome.repair.slice(0, 2)) fs.renameSync(...command.split(' ').slice(1) as [string, string]);
  expect([read('kube-apiserver.yaml'), read('etcd.yaml')]).toEqual([KUBE_APISERVER, ETCD]);
  expect(JSON.parse(fs.readFileSync(journal(), 'utf8'))).toMatchObject({ phase: 'broken' });
});

test('what a killed run left is removed by the next one', async () => {
  world.killedAfter = 1;
  await world.execute('job-1').catch(() => undefined);
  world.killedAfter = Infinity;
  expect(fs.readdirSync(world.manifests).length).toBeGreaterThan(2);
  const temporary = path.join(world.directory, 'tracing', '.journal.json.0123456789ab');
  fs.writeFileSync(temporary, 'half');
  await world.execute('job-2');
  expect(fs.readdirSync(world.manifests).sort()).toEqual(FILES);
  expect(fs.existsSync(temporary)).toBe(false);
});
