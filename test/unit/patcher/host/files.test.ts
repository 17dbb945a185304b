import { execFileSync } from 'child_process';
import * as fs from 'fs';
import { createServer } from 'net';
import * as os from 'os';
import * as path from 'path';
import { again, Files, UnsafePathError } from '../../../../src/patcher/host/files';

let directory: string;
const files = new Files();
const at = (name: string) => path.join(directory, name);
const root = process.getuid?.() === 0;

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'files-'));
});

afterEach(() => {
  fs.rmSync(directory, { recursive: true });
});

function like(text: string, mode = 0o640) {
  return { text, mode, uid: process.getuid!(), gid: process.getgid!() };
}

test('a new file has the content and the mode it was given', () => {
  files.create(at('new'), like('content', 0o640));
  expect(files.read(at('new'))).toEqual(like('content', 0o640));
});

test('the mode does not depend on the umask', () => {
  const before = process.umask(0o077);
  try {
    files.create(at('new'), like('content', 0o644));
  } finally {
    process.umask(before);
  }
  expect(files.read(at('new')).mode).toBe(0o644);
});

(root ? test : test.skip)('owner and group are kept', () => {
  files.create(at('new'), { ...like('content'), uid: 12, gid: 34 });
  expect(files.read(at('new'))).toMatchObject({ uid: 12, gid: 34 });
});

test('a file that exists is never opened for writing', () => {
  fs.writeFileSync(at('there'), 'before');
  expect(() => files.create(at('there'), like('after'))).toThrow(/EEXIST/);
  expect(fs.readFileSync(at('there'), 'utf8')).toBe('before');
});

test('no link is followed, neither for reading nor for writing', () => {
  fs.writeFileSync(at('target'), 'before');
  fs.symlinkSync(at('target'), at('link'));
  expect(() => files.read(at('link'))).toThrow(UnsafePathError);
  expect(() => files.create(at('link'), like('after'))).toThrow(/EEXIST/);
  fs.symlinkSync(at('nowhere'), at('dangling'));
  expect(() => files.create(at('dangling'), like('after'))).toThrow(/EEXIST/);
  expect(fs.existsSync(at('nowhere'))).toBe(false);
  expect(files.exists(at('dangling'))).toBe(true);
});

test('a directory is not read as a file', () => {
  expect(() => files.read(directory)).toThrow(UnsafePathError);
});

test('a pipe is refused, not waited for', () => {
  execFileSync('mkfifo', [at('pipe')]);
  expect(() => files.read(at('pipe'))).toThrow(UnsafePathError);
});

test('a socket is refused for what it is', async () => {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(at('socket'), resolve));
  try {
    expect(() => files.read(at('socket'))).toThrow(new UnsafePathError(`${at('socket')} is not a regular file`));
  } finally {
    await new Promise(resolve => server.close(resolve));
  }
});

test('bytes that are no UTF-8 are refused, as they could not be written back', () => {
  fs.writeFileSync(at('latin'), Buffer.from([0x66, 0xfc, 0x72]));
  expect(() => files.read(at('latin'))).toThrow(UnsafePathError);
});

test('replacing a file leaves its old content to those who have it open', () => {
  fs.writeFileSync(at('file'), 'before');
  const fd = fs.openSync(at('file'), 'r');
  files.replace(at('file'), like('after'));
  expect(fs.readFileSync(fd, 'utf8')).toBe('before');
  fs.closeSync(fd);
  expect(fs.readFileSync(at('file'), 'utf8')).toBe('after');
  expect(files.list(directory)).toEqual(['file']);
});

test('a replacement that fails leaves no temporary file behind', () => {
  fs.mkdirSync(at('directory'));
  fs.writeFileSync(at('directory/full'), '');
  expect(() => files.replace(at('directory'), like('x'))).toThrow();
  expect(files.list(directory)).toEqual(['directory']);
});

test('names are sorted by bytes, as kubelet sorts them', () => {
  for (const name of ['é', 'z', 'a.yaml', 'a.yaml.bak', 'B', '\u{1F600}', '\uFFFD']) fs.writeFileSync(at(name), '');
  expect(files.list(directory)).toEqual(['B', 'a.yaml', 'a.yaml.bak', 'z', 'é', '\uFFFD', '\u{1F600}']);
});

test('removing what is gone already is no error', () => {
  files.remove(at('never-was'));
});

describe('what is unsafe to work on as root', () => {
  test('is not a plain file of ours', () => {
    files.create(at('file'), like('x', 0o600));
    expect(files.hazard(at('file'))).toBeUndefined();
    expect(files.hazard(directory)).toBeUndefined();
  });

  test('is a symbolic link', () => {
    fs.symlinkSync('/etc/passwd', at('link'));
    expect(files.hazard(at('link'))).toContain('symbolic link');
  });

  test('is a file with a second name', () => {
    fs.writeFileSync(at('file'), '', { mode: 0o600 });
    fs.linkSync(at('file'), at('other'));
    expect(files.hazard(at('file'))).toContain('2 hard links');
  });

  test.each([0o620, 0o602, 0o666])('is a file of mode %o', mode => {
    files.create(at('file'), like('x', mode));
    expect(files.hazard(at('file'))).toContain('writable by others');
  });

  (root ? test : test.skip)('is a file of somebody else', () => {
    files.create(at('file'), { ...like('x', 0o600), uid: 1000 });
    expect(files.hazard(at('file'))).toContain('owned by user 1000');
  });

  (root ? test : test.skip)('is of any other user, but for a directory where the system’s own users may be', () => {
    files.create(at('file'), { ...like('x', 0o600), uid: 997 });
    expect(files.hazard(at('file'))).toContain('owned by user 997');
    fs.chownSync(directory, 997, 997);
    expect(files.hazard(directory)).toContain('owned by user 997');
    expect(files.hazard(directory, true)).toBeUndefined();
    fs.chmodSync(directory, 0o775);
    expect(files.hazard(directory, true)).toContain('writable by others');
    fs.chmodSync(directory, 0o755);
    fs.chownSync(directory, 1000, 1000);
    expect(files.hazard(directory, true)).toContain('owned by user 1000');
  });

  (root ? test : test.skip).each(['i', 'a'])('is what has the attribute +%s, and looking changes nothing', attribute => {
    files.create(at('file'), like('content', 0o600));
    fs.mkdirSync(at('directory'));
    const before = fs.statSync(at('file'));
    execFileSync('chattr', [`+${attribute}`, at('file')]);
    execFileSync('chattr', ['+i', at('directory')]);
    try {
      expect(files.hazard(at('file'))).toContain(`is immutable (run \`chattr -ia ${at('file')}\`)`);
      expect(files.hazard(at('directory'))).toContain('is immutable');
    } finally {
      execFileSync('chattr', ['-ia', at('file'), at('directory')]);
    }
    expect(files.hazard(at('file'))).toBeUndefined();
    expect([fs.readFileSync(at('file'), 'utf8'), fs.statSync(at('file')).mtimeMs]).toEqual(['content', before.mtimeMs]);
  });

  test('is a mount of its own', () => {
    const name = 'a file';
    files.create(at(name), like('x', 0o600));
    fs.writeFileSync(at('mountinfo'), `36 35 98:0 / / rw - ext4 /dev/root rw\n37 36 98:0 /x ${
      fs.realpathSync(directory)}/a\\040file rw,noatime - ext4 /dev/root rw\n`);
    expect(new Files(at('mountinfo')).hazard(at(name))).toContain('is a mount of its own');
    expect(files.hazard(at(name))).toBeUndefined();
  });
});

test('the size of a file is looked at before it is read', () => {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'huge-')), 'x');
  fs.writeFileSync(file, '');
  fs.truncateSync(file, 10 * 2 ** 30);
  expect(() => new Files().read(file)).toThrow('10737418240 bytes');
  fs.rmSync(path.dirname(file), { recursive: true });
});

test('a look that fails once is made good by the next one, also in its middle', () => {
  fs.writeFileSync(at('file'), 'text');
  for (const call of ['openSync', 'fstatSync', 'readFileSync', 'lstatSync', 'statSync', 'readdirSync'] as const) {
    const once = jest.spyOn(jest.requireActual<typeof fs>('fs'), call as 'openSync').mockImplementationOnce(() => { throw Object.assign(new Error('EIO'), { code: 'EIO' }); });
    try {
      expect(files.read(at('file')).text).toBe('text');
      expect(files.readThroughLinksUpTo(at('file'), 10)).toBe('text');
      expect(files.exists(at('file'))).toBe(true);
      expect(files.list(directory)).toEqual(['file']);
      expect(once).toHaveBeenCalled();
    } finally {
      once.mockRestore();
    }
  }
});

test('a look that fails for good fails, and what is not there is not looked for again', () => {
  let looks = 0;
  const look = (code: string) => () => {
    looks++;
    throw Object.assign(new Error(code), { code });
  };
  expect(() => again(look('EIO'))).toThrow('EIO');
  expect(looks).toBe(3);
  expect(() => again(look('ENOENT'))).toThrow('ENOENT');
  expect(looks).toBe(4);
});
