import { randomBytes } from 'crypto';
import * as fs from 'fs';
import * as net from 'net';
import { Files } from './files';

/**
 * One program at a time on a node. The lock is a listening socket in our own directory, where nobody but root can make one: a name in Linux'
 * abstract name space could be taken by any process of the node. Whoever holds it answers; one that does not answer is left over.
 * https://man7.org/linux/man-pages/man7/unix.7.html
 */
export class NodeLock {
  /** @returns the lock, or undefined while another process holds it */
  public static async take(directory: string): Promise<NodeLock | undefined> {
    new Files().makeDirectory(directory, 0o700);
    // By its descriptor, as the path of a socket may have no more than 107 bytes.
    const fd = fs.openSync(directory, 'r');
    const at = (name: string) => `/proc/self/fd/${fd}/${name}`;
    let server = await listen(at('lock'));
    const there = server ? undefined : identity(at('lock'));
    if (there && !await answers(at('lock'))) {
      // Others may do the same at the same time: whatever is no longer what did not answer stays, or goes back.
      const leftOver = at(`lock.${randomBytes(6).toString('hex')}`);
      if (identity(at('lock')) === there) fs.renameSync(at('lock'), leftOver);
      if (identity(leftOver) === there) fs.unlinkSync(leftOver);
      else if (identity(leftOver)) fs.renameSync(leftOver, at('lock'));
      server = await listen(at('lock'));
    }
    if (server) return new NodeLock(server, fd);
    fs.closeSync(fd);
    return undefined;
  }

  private constructor(private readonly server: net.Server, private readonly directory: number) {}

  public release(): Promise<void> {
    return new Promise(resolve => this.server.close(() => {
      fs.closeSync(this.directory);
      resolve();
    }));
  }
}

function identity(path: string): string | undefined {
  const stat = fs.lstatSync(path, { throwIfNoEntry: false });
  return stat && `${stat.ino} ${stat.mtimeMs}`;
}

/** @returns undefined where there is something already */
function listen(path: string): Promise<net.Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = net.createServer(socket => socket.destroy());
    server.on('error', (e: NodeJS.ErrnoException) => e.code === 'EADDRINUSE' ? resolve(undefined) : reject(e));
    server.listen({ path }, () => {
      server.unref();
      resolve(server);
    });
  });
}

/** The kernel accepts for a program that is alive, however busy it is. */
function answers(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = net.connect({ path });
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    // A full queue is one that somebody holds.
    socket.on('error', (e: NodeJS.ErrnoException) => resolve(!['ECONNREFUSED', 'ENOENT'].includes(e.code!)));
  });
}
