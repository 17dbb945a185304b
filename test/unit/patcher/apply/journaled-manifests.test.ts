import { execFileSync } from 'child_process';
import * as fs from 'fs';
import { createServer } from 'net';
import * as os from 'os';
import * as path from 'path';
import { fakeHost } from './fake-host';
import { VirtualClock } from './virtual-clock';
import { digest, JournalEntry } from '../../../../src/patcher/apply/journal';
import { JournaledManifests } from '../../../../src/patcher/apply/journaled-manifests';
import { Staging } from '../../../../src/patcher/apply/staging';
import { Files } from '../../../../src/patcher/host/files';

let directory: string;
let target: string;

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'journaled-'));
  target = path.join(directory, 'etcd.yaml');
  fs.writeFileSync(target, 'before');
});

afterEach(() => fs.rmSync(directory, { recursive: true }));

const ENTRY = { component: 'etcd', file: 'etcd.yaml', before: digest('before'), interim: digest('interim'), after: digest('after'), rollbackInterim: digest('back') } as JournalEntry;

const API_SERVER = { ...ENTRY, component: 'kube-apiserver', file: 'kube-apiserver.yaml' } as JournalEntry;

function manifests(files = new Files(), entries: readonly JournalEntry[] = [ENTRY]): JournaledManifests {
  const host = fakeHost(new VirtualClock(), { files });
  return new JournaledManifests(host, new Staging(host, directory, path.join(directory, 'tracing')), () => entries);
}

function state(files = new Files()): string {
  return manifests(files).state(ENTRY);
}

/** Both manifests, with these texts. */
function both(apiServer: string, etcd: string): JournaledManifests {
  fs.writeFileSync(path.join(directory, 'kube-apiserver.yaml'), apiServer);
  fs.writeFileSync(target, etcd);
  return manifests(new Files(), [API_SERVER, ENTRY]);
}

async function whileListening<T>(socket: string, look: () => T): Promise<T> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(socket, resolve));
  try {
    return look();
  } finally {
    await new Promise(resolve => server.close(resolve));
  }
}

test.each([['before', 'before'], ['interim', 'interim'], ['after', 'after'], ['back', 'half-way back'], ['something else', 'foreign'], ['', 'foreign']])(
  'a manifest that holds %p is %s', (text, what) => {
    fs.writeFileSync(target, text);
    expect(state()).toBe(what);
  });

describe('what is no text file is not of our making', () => {
  test.each<[string, () => void]>([
    ['nothing at all', () => undefined],
    ['a directory', () => fs.mkdirSync(target)],
    ['a pipe', () => execFileSync('mkfifo', [target])],
    ['a link to the manifest of before', () => {
      fs.writeFileSync(path.join(directory, 'other'), 'before');
      fs.symlinkSync('other', target);
    }],
    ['bytes that are no UTF-8', () => fs.writeFileSync(target, Buffer.from([0xff]))],
  ])('%s', (_what, make) => {
    fs.rmSync(target);
    make();
    expect(state()).toBe('foreign');
  });

  test('a socket', async () => {
    fs.rmSync(target);
    expect(await whileListening(target, state)).toBe('foreign');
  });
});

test('a file that the disk does not give is no edit by anybody', () => {
  const files = new Files();
  files.readIfThere = () => { throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' }); };
  expect(state(files)).toBe('unreadable');
});

test.each<[string, string, boolean, string[]]>([
  ['before', 'before', true, []], ['interim', 'before', false, ['kube-apiserver.yaml']], ['before', 'after', false, ['etcd.yaml']],
  ['after', 'back', false, ['kube-apiserver.yaml', 'etcd.yaml']], ['somebody', 'before', false, []], ['somebody', 'after', false, ['etcd.yaml']],
])('%s and %s: untouched %s, ours %j', (apiServer, etcd, untouched, ours) => {
  const found = both(apiServer, etcd);
  expect(found.areUntouched()).toBe(untouched);
  expect(found.ours().map(({ file }) => file)).toEqual(ours);
});

test('whose hand was in between is said, with the file and its backup', () => {
  expect(both('after', 'interim').foreign()).toBeUndefined();
  expect(both('after', 'somebody').foreign()).toBe(`${target} was changed by somebody else while this program worked; it was left as it is. `
    + `The manifest of before is kept as ${directory}/tracing/backup/etcd.yaml.${digest('before').slice(0, 12)}. Look at it, then ask for a new run`);
  expect(both('after', 'interim').putBackByOthers()).toBeUndefined();
  expect(both('after', 'before').putBackByOthers()).toBe('etcd.yaml of before was put back by somebody else');
  expect(both('after', 'before').unreadable()).toBeUndefined();
  const files = new Files();
  files.readIfThere = () => { throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' }); };
  expect(manifests(files).unreadable()).toBe('etcd.yaml cannot be read any more');
});

describe('the way back', () => {
  const like = { mode: 0o600, uid: process.getuid!(), gid: process.getgid!() };
  const staged = (role: string) => path.join(directory, `.cdk8s-control-plane-tracing.etcd.yaml.${role}`);
  const text = (file: string) => fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
  const backup = () => manifests().backupOf(ENTRY);

  beforeEach(() => {
    fs.mkdirSync(path.join(directory, 'tracing/backup'), { recursive: true });
    new Files().create(backup(), { ...like, text: 'before' });
  });

  test('by hand is one rename of the backup', () => {
    execFileSync('sh', ['-c', manifests().putBackByHand(ENTRY)]);
    expect([text(target), text(backup())]).toEqual(['before', undefined]);
  });

  test('is staged from the backup; without its first form the original goes back in one rename', () => {
    manifests().ensureRollbackStaged(ENTRY);
    expect([text(staged('rollback-interim')), text(staged('rollback'))]).toEqual(['before', 'before']);
  });

  test('keeps a first form that is whole', () => {
    new Files().create(staged('rollback-interim'), { ...like, text: 'back' });
    manifests().ensureRollbackStaged(ENTRY);
    expect([text(staged('rollback-interim')), text(staged('rollback'))]).toEqual(['back', 'before']);
  });

  test('is made anew where one of the two files is damaged', () => {
    new Files().create(staged('rollback-interim'), { ...like, text: 'damaged' });
    new Files().create(staged('rollback'), { ...like, text: 'damaged' });
    manifests().ensureRollbackStaged(ENTRY);
    expect([text(staged('rollback-interim')), text(staged('rollback'))]).toEqual(['before', 'before']);
  });

  test('needs no backup where both files are whole', () => {
    new Files().create(staged('rollback-interim'), { ...like, text: 'back' });
    new Files().create(staged('rollback'), { ...like, text: 'before' });
    fs.rmSync(backup());
    manifests().ensureRollbackStaged(ENTRY);
    expect([text(staged('rollback-interim')), text(staged('rollback'))]).toEqual(['back', 'before']);
  });

  test.each([['missing', undefined], ['damaged', 'something else']])('a backup that is %s is named, and nothing is staged from it', (_what, damaged) => {
    const file = backup();
    fs.rmSync(file);
    if (damaged !== undefined) fs.writeFileSync(file, damaged);
    expect(() => manifests().ensureRollbackStaged(ENTRY)).toThrow(`the backup ${file} is missing or damaged`);
    expect([text(staged('rollback-interim')), text(staged('rollback'))]).toEqual([undefined, undefined]);
  });
});
