import { randomBytes } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';

/** A regular file as it was read: what a replacement must look like. */
export interface FileState {
  readonly text: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** Users from here on log in: https://www.freedesktop.org/software/systemd/man/latest/sysusers.d.html */
const SYSTEM_USERS = 1000;

/** A path that is not what a careful program writes to. */
export class UnsafePathError extends Error {}

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = fs.constants;

/** https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/kubelet/config/common.go (maxConfigLength) */
const MAX_BYTES = 10 * 1024 * 1024;

/**
 * The file system of the node. Synchronous, so that the order of system calls is the order of the statements.
 *
 * Nothing here ever opens an existing file for writing: a file is replaced by `rename(2)` of a finished one, or not at all.
 */
export class Files {
  public constructor(private readonly mountInfo: string = '/proc/self/mountinfo') {}

  /** Names in a directory, sorted by bytes as kubelet sorts them. */
  public list(directory: string): string[] {
    return again(() => fs.readdirSync(directory)).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }

  public isRegular(file: string): boolean {
    return again(() => fs.lstatSync(file)).isFile();
  }

  /** Whether the path leads to a directory, through links too. */
  public isDirectory(file: string): boolean {
    try {
      return again(() => fs.statSync(file)).isDirectory();
    } catch (e) {
      if (isCode(e, 'ENOENT')) return false;
      throw e;
    }
  }

  public exists(file: string): boolean {
    return again(() => fs.lstatSync(file, { throwIfNoEntry: false })) !== undefined;
  }

  /** When it was written last, in milliseconds since 1970. */
  public modified(file: string): number {
    return again(() => fs.lstatSync(file)).mtimeMs;
  }

  /** Follows no link and reads nothing but a regular file. */
  public read(file: string): FileState {
    return again(() => this.readOnce(file));
  }

  /** For what a ConfigMap mounts: its files are links that kubelet swaps. */
  public readThroughLinks(file: string): string {
    return again(() => fs.readFileSync(file, 'utf8'));
  }

  public existsBehindLinks(file: string): boolean {
    return again(() => fs.statSync(file, { throwIfNoEntry: false })) !== undefined;
  }

  public isLink(file: string): boolean {
    return again(() => fs.lstatSync(file, { throwIfNoEntry: false }))?.isSymbolicLink() ?? false;
  }

  /**
   * As kubelet reads a manifest: through links, and no more than the limit.
   * @returns undefined where there is no regular file behind the name
   */
  public readThroughLinksUpTo(file: string, bytes: number): string | undefined {
    return again(() => this.readUpToOnce(file, bytes));
  }

  public readIfThere(file: string): FileState | undefined {
    try {
      return this.read(file);
    } catch (e) {
      if (isCode(e, 'ENOENT')) return undefined;
      throw e;
    }
  }

  /** What makes a file or directory unsafe to work on as root, or undefined. @param systemUsers whether it may belong to one of them */
  public hazard(file: string, systemUsers: boolean = false): string | undefined {
    const stat = again(() => fs.lstatSync(file));
    if (stat.isSymbolicLink()) return `${file} is a symbolic link`;
    if (!stat.isFile() && !stat.isDirectory()) return `${file} is neither a file nor a directory`;
    if (stat.uid !== process.getuid?.() && !(systemUsers && stat.uid < SYSTEM_USERS)) return `${file} is owned by user ${stat.uid}`;
    if (stat.isFile() && stat.nlink !== 1) return `${file} has ${stat.nlink} hard links`;
    if (stat.mode & 0o022) return `${file} is writable by others (mode ${(stat.mode & 0o7777).toString(8)})`;
    return this.immovable(file, stat.isDirectory());
  }

  /** Why a rename would fail, found without one: nobody may open an immutable file for writing, and opening alone changes nothing. */
  private immovable(file: string, isDirectory: boolean): string | undefined {
    try {
      if (isDirectory) fs.accessSync(file, fs.constants.W_OK);
      else fs.closeSync(fs.openSync(file, O_WRONLY | O_NOFOLLOW | O_NONBLOCK));
    } catch (e) {
      if (isCode(e, 'EPERM')) return `${file} is immutable (run \`chattr -ia ${file}\`)`;
      if (isDirectory) return `${file} cannot be written to (${(e as Error).message})`;
    }
    if (isDirectory) return undefined;
    const real = again(() => fs.realpathSync(file));
    // The fifth field, in which a blank is \040.
    const mounts = again(() => fs.readFileSync(this.mountInfo, 'utf8')).split('\n')
      .map(line => (line.split(' ')[4] ?? '').replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8))));
    return mounts.includes(real) ? `${file} is a mount of its own (run \`umount ${file}\`, and put the file itself there)` : undefined;
  }

  public makeDirectory(directory: string, mode: number): void {
    if (this.exists(directory)) return;
    fs.mkdirSync(directory, { mode });
    this.syncDirectory(path.dirname(directory));
  }

  /** A new file, complete and on disk, or an error and no file. */
  public create(file: string, like: FileState): void {
    const fd = fs.openSync(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      try {
        writeAll(fd, Buffer.from(like.text, 'utf8'));
        const made = fs.fstatSync(fd);
        if (made.uid !== like.uid || made.gid !== like.gid) fs.fchownSync(fd, like.uid, like.gid);
        if ((made.mode & 0o7777) !== like.mode) fs.fchmodSync(fd, like.mode);
        fs.fsyncSync(fd);
      } finally {
        fs.closeSync(fd);
      }
    } catch (e) {
      // Nothing refers to it yet; where even this fails, the next run removes what is left.
      try { fs.unlinkSync(file); } catch { /* the first error says more */ }
      throw e;
    }
  }

  /** Puts a whole file in place of another (or of none), durably. For our own directory: it makes a temporary file beside the target. */
  public replace(file: string, like: FileState): void {
    const directory = path.dirname(file);
    const temporary = path.join(directory, `.${path.basename(file)}.${randomBytes(6).toString('hex')}`);
    this.create(temporary, like);
    try {
      fs.renameSync(temporary, file);
    } catch (e) {
      try { fs.unlinkSync(temporary); } catch { /* the first error says more */ }
      throw e;
    }
    this.syncDirectory(directory);
  }

  /** One `rename(2)`. The caller syncs the directory. */
  public rename(from: string, to: string): void {
    fs.renameSync(from, to);
  }

  public remove(file: string): void {
    try {
      fs.unlinkSync(file);
    } catch (e) {
      if (!isCode(e, 'ENOENT')) throw e;
    }
  }

  public syncDirectory(directory: string): void {
    const fd = fs.openSync(directory, O_RDONLY | O_DIRECTORY);
    try {
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  }

  private readOnce(file: string): FileState {
    const fd = openForReading(file);
    try {
      const stat = fs.fstatSync(fd);
      if (!stat.isFile()) throw new UnsafePathError(`${file} is not a regular file`);
      if (stat.size > MAX_BYTES) throw new UnsafePathError(`${file} has ${stat.size} bytes: kubelet reads 10 MiB at most`);
      const bytes = fs.readFileSync(fd);
      const text = bytes.toString('utf8');
      if (!Buffer.from(text, 'utf8').equals(bytes)) throw new UnsafePathError(`${file} is not valid UTF-8`);
      return { text, mode: stat.mode & 0o7777, uid: stat.uid, gid: stat.gid };
    } finally {
      fs.closeSync(fd);
    }
  }

  private readUpToOnce(file: string, bytes: number): string | undefined {
    let fd;
    try {
      if (!fs.statSync(file).isFile()) return undefined;
      fd = fs.openSync(file, O_RDONLY | O_NONBLOCK);
    } catch (e) {
      // A link that leads nowhere or in a circle, or a file that has just gone.
      if (['ENOENT', 'ELOOP', 'ENOTDIR'].some(code => isCode(e, code))) return undefined;
      throw e;
    }
    try {
      const { size } = fs.fstatSync(fd);
      const buffer = Buffer.alloc(Math.min(size, bytes));
      let read = 0;
      for (let n = -1; n !== 0 && read < buffer.length; read += n) n = fs.readSync(fd, buffer, read, buffer.length - read, read);
      return buffer.toString('utf8', 0, read);
    } finally {
      fs.closeSync(fd);
    }
  }
}

/** A look that fails once is no verdict: it may be mended by the next one. What is not there needs no second. */
export function again<T>(look: () => T): T {
  for (let left = 2; ; left--) {
    try {
      return look();
    } catch (e) {
      if (left === 0 || !(e as NodeJS.ErrnoException).code || isCode(e, 'ENOENT')) throw e;
    }
  }
}

/** Does not wait for the other end of a pipe that lies where a file should. */
function openForReading(file: string): number {
  try {
    return fs.openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (e) {
    if (isCode(e, 'ELOOP')) throw new UnsafePathError(`${file} is a symbolic link`);
    // A socket, or a device that nothing stands behind.
    if (isCode(e, 'ENXIO')) throw new UnsafePathError(`${file} is not a regular file`);
    throw e;
  }
}

function writeAll(fd: number, bytes: Buffer): void {
  let written = 0;
  while (written < bytes.length) written += fs.writeSync(fd, bytes, written);
}

function isCode(e: unknown, code: string): boolean {
  return (e as NodeJS.ErrnoException).code === code;
}
