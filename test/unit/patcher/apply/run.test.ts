import * as fs from 'fs';
import * as path from 'path';
import { KUBELET, World } from './world';
import { BATCHED_AUDIT } from '../../../../src/patcher/apply/transaction';
import { readPod } from '../../../support/model-node/kubelet/file-source';
import { ETCD, KUBE_APISERVER } from '../../../support/model-node/manifests';

let world: World;

beforeEach(() => {
  world = new World();
});

afterEach(() => {
  fs.rmSync(world.directory, { recursive: true });
});

test('a change is carried out, and a second run has nothing to do', async () => {
  expect(await world.execute('job-1')).toEqual({ kind: 'changed', components: ['kube-apiserver', 'etcd'] });
  expect(await world.execute('job-2')).toEqual({ kind: 'unchanged' });
});

test('with nothing to change, a manifest that no process runs with is not as asked', async () => {
  await world.execute('job-1');
  world.gone = 'etcd';
  expect(await world.execute('job-2')).toMatchObject({ kind: 'refused', code: 'not-as-manifest', reason: expect.stringContaining('no etcd runs with the flags of etcd.yaml') });
  const start = world.clock.now();
  world.clock.at(start + 5_000, () => { world.gone = undefined; });
  expect(await world.execute('job-3')).toEqual({ kind: 'unchanged' });
  expect(world.clock.now() - start).toBeLessThan(6_000);
});

test('a configuration file that is gone is written again, and the API server has its time to start with it', async () => {
  await world.execute('job-1');
  const directory = path.join(world.directory, 'tracing');
  const [config] = fs.readdirSync(directory).filter(name => name.startsWith('tracing-config.'));
  const file = path.join(directory, config!);
  const lose = () => {
    fs.rmSync(file);
    world.gone = 'kube-apiserver';
  };
  lose();
  world.clock.at(world.clock.now() + 800, () => { world.gone = undefined; });
  expect(await world.execute('job-2')).toEqual({ kind: 'unchanged' });
  expect(fs.existsSync(file)).toBe(true);
  lose();
  expect(await world.execute('job-3')).toMatchObject({ kind: 'refused', code: 'not-as-manifest' });
  expect(fs.existsSync(file)).toBe(true);
});

test('a pod that has longer to end is waited for longer', async () => {
  fs.writeFileSync(path.join(world.manifests, 'kube-apiserver.yaml'), KUBE_APISERVER.replace('\nspec:\n', '\nspec:\n  terminationGracePeriodSeconds: 135\n'), { mode: 0o600 });
  world.answers = () => world.renamed.length === 0 || world.clock.now() >= 100_000;
  expect(await world.execute('job-1')).toMatchObject({ kind: 'changed' });
  expect(world.clock.now()).toBeGreaterThanOrEqual(100_000);
});

test('who asks to stop while everything is prepared gets nothing renamed, and nothing left behind', async () => {
  const { host } = world;
  world.disturb = (operation, file) => {
    if (operation === 'replace' && file.endsWith('journal.json')) host.stop.request('SIGTERM');
  };
  expect(await world.clock.run(world.run('job-1', {}, undefined, undefined, host).execute())).toEqual({ kind: 'stopped', reason: 'stopped by SIGTERM' });
  expect(world.renamed).toEqual([]);
  expect(fs.readdirSync(world.manifests).filter(name => name.startsWith('.'))).toEqual([]);
});

test('what no time mends is refused at once', async () => {
  fs.chmodSync(world.manifests, 0o777);
  expect(await world.execute('job-1')).toMatchObject({ kind: 'refused', code: 'unsafe-file' });
  expect(world.clock.now()).toBe(0);
});

test('an API server of any user can read its configuration, which nobody else on the node reaches', async () => {
  await world.execute('job-1');
  const directory = path.join(world.directory, 'tracing');
  const [config] = fs.readdirSync(directory).filter(name => name.startsWith('tracing-config.'));
  const mode = (file: string) => fs.statSync(file).mode & 0o777; // eslint-disable-line no-bitwise
  expect([mode(path.join(directory, config!)), mode(directory)]).toEqual([0o644, 0o700]);
});

test('what failed is not tried again by the same run, but by another', async () => {
  world.answers = argv => !argv.includes('tracing');
  expect(await world.execute('job-1')).toMatchObject({ kind: 'rolled-back' });
  const lines = world.log.length;
  expect(await world.execute('job-1')).toMatchObject({ kind: 'refused', code: 'tried-before' });
  expect(world.log.slice(lines).join()).not.toContain('renamed');
  world.answers = () => true;
  expect(await world.execute('job-2')).toMatchObject({ kind: 'changed' });
});

test.each<[string, string, (w: World) => void]>([
  ['no kubelet is seen', 'no-kubelet', w => { w.more = []; }],
  ['two kubelets are seen', 'no-kubelet', w => { w.more = [KUBELET, { ...KUBELET, pid: 2 }]; }],
  ['kubeadm is at work', 'kubeadm-running', w => { w.more = [KUBELET, { ...KUBELET, pid: 2, argv: ['kubeadm', 'upgrade'] }]; }],
  ['a component does not answer', 'unhealthy-start', w => { w.answers = argv => !argv.startsWith('etcd'); }],
  ['a component runs twice', 'not-as-manifest', w => { w.more = [KUBELET, { ...KUBELET, pid: 2, argv: readPod(ETCD, 'etcd').argv }]; }],
  ['a manifest is a link', 'unsafe-file', w => {
    fs.renameSync(path.join(w.manifests, 'etcd.yaml'), path.join(w.directory, 'etcd.yaml'));
    fs.symlinkSync(path.join(w.directory, 'etcd.yaml'), path.join(w.manifests, 'etcd.yaml'));
  }],
  ['a manifest has a second name', 'unsafe-file', w => fs.linkSync(path.join(w.manifests, 'etcd.yaml'), path.join(w.directory, 'second'))],
  ['others can write to the directory', 'unsafe-file', w => fs.chmodSync(w.manifests, 0o777)],
  ['a copy of a manifest lies there', 'duplicate-pod', w => fs.copyFileSync(path.join(w.manifests, 'etcd.yaml'), path.join(w.manifests, 'etcd.yaml.bak'))],
  ['our own directory is a link', 'unsafe-file', w => {
    fs.mkdirSync(path.join(w.directory, 'elsewhere'));
    fs.symlinkSync(path.join(w.directory, 'elsewhere'), path.join(w.directory, 'tracing'));
    fs.rmdirSync(path.join(w.directory, 'elsewhere'));
  }],
  ['there is no such directory', 'no-manifests-directory', w => fs.renameSync(w.manifests, `${w.manifests}.moved`)],
])('refused with nothing touched: %s', async (_, code, disturb) => {
  disturb(world);
  expect(await world.execute('job-1')).toMatchObject({ kind: 'refused', code });
  expect(fs.existsSync(path.join(world.directory, 'tracing'))).toBe(false);
});

test.each([
  ['no probe', /( {4}\w+Probe:\n(?: {6}.*\n)+)/g, '', 'etcd.yaml has no probe at all: add a readiness probe'],
  ['only an exec probe', /httpGet:\n(?: {8}.*\n)+/g, 'exec:\n        command: [etcdctl]\n', 'only the startup probe (exec) and the readiness probe (exec) and the liveness probe (exec)'],
])('%s proves nothing: refused in words', async (_, probes, replacement, words) => {
  fs.writeFileSync(path.join(world.manifests, 'etcd.yaml'), ETCD.replace(probes, replacement), { mode: 0o600 });
  expect(await world.execute('job-1')).toMatchObject({ kind: 'refused', code: 'unhealthy-start', reason: expect.stringContaining(words) });
});

test('a probe that is left to kubelet is named', async () => {
  fs.writeFileSync(path.join(world.manifests, 'etcd.yaml'), ETCD.replace(/httpGet:\n(?: {8}.*\n)+/, 'grpc:\n        port: 2379\n'), { mode: 0o600 });
  expect(await world.execute('job-1')).toMatchObject({ kind: 'changed' });
  expect(world.log).toContain('note: etcd.yaml: the liveness probe (grpc) is left to kubelet; the others prove the component');
});

test.each<[string, readonly string[]]>([
  ['a second kubelet', ['kubelet']],
  ['a kubeadm', ['kubeadm', 'certs', 'check-expiration']],
  ['a second etcd', readPod(ETCD, 'etcd').argv],
])('%s that is gone at the next look was none', async (_, argv) => {
  world.more = [KUBELET, { ...KUBELET, pid: 2, startTime: '2', argv }];
  world.clock.at(1_000, () => { world.more = [KUBELET]; });
  expect(await world.execute('job-1')).toMatchObject({ kind: 'changed' });
});

test('a machine that went down in the middle: a new process that has the number and the time of an old one is a new one', async () => {
  await world.execute('job-1');
  const file = path.join(world.directory, 'tracing', 'journal.json');
  const journal = JSON.parse(fs.readFileSync(file, 'utf8'));
  const entries = journal.components.map((entry: { component: string }) => ({ ...entry, old: world.ids(entry.component) }));
  const interrupted = { ...journal, phase: 'swapping', components: entries };

  fs.writeFileSync(file, JSON.stringify({ ...interrupted, bootId: 'the boot before' }));
  expect(await world.execute('job-2')).toEqual({ kind: 'unchanged' });
  expect(world.log).toContain('the interrupted run ended: changed');
});

test.each<[string, string | undefined, string]>([
  ['goes on where the cluster is whole', undefined, 'changed'],
  ['goes back where restarting one more component would be too much', 'pod kube-system/etcd-b is not Ready', 'rolled-back'],
])('a run that was killed after its first rename %s', async (_, obstacle, end) => {
  world.killedAfter = 1;
  await world.execute('job-1').catch(() => undefined);
  world.killedAfter = Infinity;
  expect(world.run('job-2').isInterrupted()).toBe(true);
  await world.clock.run(world.run('job-2').resumeInterrupted(obstacle));
  expect(world.log).toContain('an earlier run was interrupted (swapping; kube-apiserver.yaml: interim, etcd.yaml: before)');
  expect(world.log).toContain(`the interrupted run ended: ${end}`);
  expect(fs.readFileSync(path.join(world.manifests, 'etcd.yaml'), 'utf8') === ETCD).toBe(end === 'rolled-back');
});

test('a manifest that is not even a text any more is somebody else’s, and is left as it is', async () => {
  await world.execute('job-1');
  const file = path.join(world.directory, 'tracing', 'journal.json');
  fs.writeFileSync(file, JSON.stringify({ ...JSON.parse(fs.readFileSync(file, 'utf8')), phase: 'swapping' }));
  fs.writeFileSync(path.join(world.manifests, 'etcd.yaml'), Buffer.from([0xff, 0xfe, 0x00]), { mode: 0o600 });
  expect(await world.execute('job-2')).toMatchObject({ kind: 'broken', reason: expect.stringContaining('etcd.yaml was changed by somebody else') });
  expect(fs.readFileSync(path.join(world.manifests, 'etcd.yaml'))).toEqual(Buffer.from([0xff, 0xfe, 0x00]));
});

test.each(['tracing', 'tracing/backup'])('what others can write to is not believed: %s', async name => {
  world.killedAfter = 1;
  await world.execute('job-1').catch(() => undefined);
  world.killedAfter = Infinity;
  fs.chmodSync(path.join(world.directory, name), 0o777);
  const lines = world.log.length;
  expect(await world.execute('job-1')).toMatchObject({ kind: 'refused', code: 'unsafe-file', reason: expect.stringMatching(/writable by others.*chmod -R go-w/) });
  expect(world.log.slice(lines)).toEqual([]);
  fs.chmodSync(path.join(world.directory, name), 0o755);
  expect(await world.execute('job-1')).toMatchObject({ kind: 'unchanged' });
});

describe('a journal that cannot be followed is named, with the way out, and nothing is touched', () => {
  const file = () => path.join(world.directory, 'tracing', 'journal.json');
  const refusal = (reason: RegExp) => ({ kind: 'refused', code: 'damaged-journal', reason: expect.stringMatching(reason) });
  const whole = async (): Promise<{ [key: string]: unknown; components: Record<string, unknown>[] }> => {
    world.killedAfter = 1;
    await world.execute('job-0').catch(() => undefined);
    world.killedAfter = Infinity;
    world.renamed.length = 0;
    return JSON.parse(fs.readFileSync(file(), 'utf8'));
  };

  test.each([
    ['no JSON', '{'], ['a part of itself', '{"format":1,"phase":"swap'], ['nothing', ''], ['null', 'null'], ['a list', '[]'], ['no fields', '{"format":1}'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe])],
  ])('%s', async (_, text) => {
    await whole();
    fs.writeFileSync(file(), text);
    expect(await world.execute('job-1')).toMatchObject(refusal(/journal\.json is damaged \(.*\): compare the manifests .*move the file away/));
    expect(world.renamed).toEqual([]);
  });

  test('a link, or a directory', async () => {
    await whole();
    fs.renameSync(file(), `${file()}.old`);
    fs.symlinkSync(`${file()}.old`, file());
    expect(await world.execute('job-1')).toMatchObject(refusal(/symbolic link/));
    fs.rmSync(file());
    fs.mkdirSync(file());
    expect(await world.execute('job-1')).toMatchObject(refusal(/not a regular file/));
  });

  test('one of a later release', async () => {
    fs.writeFileSync(file(), JSON.stringify({ ...await whole(), format: 2 }));
    expect(await world.execute('job-1')).toMatchObject(refusal(/has format 2, and this program knows 1: use the release that wrote it/));
  });

  test.each<[string, unknown]>([
    ['phase', 'ready'], ['run', 5], ['bootId', null], ['kubelet', {}], ['kubelet', 'kubelet'], ['resumed', 'twice'], ['reason', null], ['components', {}], ['components', [null]],
  ])('whose field %s is %j', async (field, value) => {
    fs.writeFileSync(file(), JSON.stringify({ ...await whole(), [field]: value }));
    expect(await world.execute('job-1')).toMatchObject(refusal(new RegExp(`its field ${field} is not`)));
    expect(world.renamed).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['component', 'scheduler'], ['file', '../../passwd'], ['before', null], ['argv', 'etcd'], ['argv', [5]], ['probes', [{}]], ['old', [1]], ['startSeconds', 'long'],
  ])('whose entry has the field %s as %j', async (field, value) => {
    const { components, ...rest } = await whole();
    fs.writeFileSync(file(), JSON.stringify({ ...rest, components: components.map(entry => ({ ...entry, [field]: value })) }));
    expect(await world.execute('job-1')).toMatchObject(refusal(/its field components is not/));
    expect(world.renamed).toEqual([]);
  });

  test('a whole one of an earlier release is', async () => {
    const { components, ...rest } = await whole();
    const earlier = components.map(({ startSeconds: _, graceSeconds: __, ...entry }) => entry);
    fs.writeFileSync(file(), JSON.stringify({ ...rest, components: earlier }));
    expect(await world.execute('job-0')).toMatchObject({ kind: 'unchanged' });
    expect(world.renamed.length).toBeGreaterThan(0);
  });
});

test.each([[['--audit-log-mode', 'batch'], true], [['--audit-log-mode=batch'], true], [['--audit-log-mode', 'blocking'], false]])(
  'whether audit events are batched: %j', (argv, batched) => {
    expect(BATCHED_AUDIT.test(argv.join('\n'))).toBe(batched);
  });

test('a manifest that cannot be read any more after its rename is replaced by the bytes of before', async () => {
  const manifest = path.join(world.manifests, 'kube-apiserver.yaml');
  const before = fs.readFileSync(manifest, 'utf8');
  world.fails = (call, file) => call === 'readIfThere' && file === manifest && world.log.some(line => line.includes('manifest renamed into place (first of two)'))
    && fs.readFileSync(manifest, 'utf8').includes('--tracing-config-file');
  expect(await world.execute('job-1')).toMatchObject({ kind: 'rolled-back', reason: 'kube-apiserver.yaml cannot be read any more' });
  expect(fs.readFileSync(manifest, 'utf8').replace(/.*first-rename.*\n/, '')).toBe(before);
  expect(fs.readFileSync(path.join(world.manifests, 'etcd.yaml'), 'utf8')).not.toContain('tracing=');
});

test.each(['rollback', 'rollback-interim'])('a staged %s that cannot be read is made anew from the backup', async role => {
  const manifest = path.join(world.manifests, 'kube-apiserver.yaml');
  const before = fs.readFileSync(manifest, 'utf8');
  world.fails = (call, file) => call === 'readIfThere' && file.endsWith(`.kube-apiserver.yaml.${role}`);
  world.answers = argv => !argv.includes('tracing');
  expect(await world.execute('job-1')).toMatchObject({ kind: 'rolled-back' });
  // What has started is not restarted for the sake of one annotation.
  expect(fs.readFileSync(manifest, 'utf8').replace(/.*first-rename.*\n/, '')).toBe(before);
});

test('processes that cannot be seen any more after a rename are no end: the change is taken back', async () => {
  world.unseen = () => world.log.some(line => line.includes('runs as PID')) && !world.log.some(line => line.includes('rolling back'));
  expect(await world.execute('job-1')).toMatchObject({ kind: 'rolled-back', reason: expect.stringContaining('cannot be seen') });
  expect(fs.readFileSync(path.join(world.manifests, 'etcd.yaml'), 'utf8')).not.toContain('tracing=');
});

test('only the newest backups are kept', async () => {
  const backups = path.join(world.directory, 'tracing', 'backup');
  await world.execute('job-1');
  for (let i = 0; i < 9; i++) {
    const file = path.join(backups, `etcd.yaml.00000000000${i}`);
    fs.writeFileSync(file, 'x', { mode: 0o600 });
    fs.utimesSync(file, 1_000_000 - i, 1_000_000 - i);
  }
  fs.writeFileSync(path.join(world.manifests, 'etcd.yaml'), ETCD, { mode: 0o600 });
  await world.execute('job-2');
  const left = fs.readdirSync(backups).filter(name => name.startsWith('etcd'));
  expect(left).toHaveLength(5);
  expect(left.filter(name => name.startsWith('etcd.yaml.0000'))).toEqual([0, 1, 2, 3].map(i => `etcd.yaml.00000000000${i}`));
});
