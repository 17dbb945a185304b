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

function state(files = new Files()): string {
  const host = fakeHost(new VirtualClock(), { files });
  return new JournaledManifests(host, new Staging(host, directory, path.join(directory, 'tracing')), () => [ENTRY]).state(ENTRY);
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
