import * as net from 'net';

/**
 * One program at a time on a node. The lock is a listening socket in Linux' abstract name space, which belongs to the network namespace
 * (the node's, with hostNetwork): the kernel lets go of it with the process, however that ends, and no file is left behind.
 * https://man7.org/linux/man-pages/man7/unix.7.html
 */
export class NodeLock {
  /** @returns the lock, or undefined while another process holds it */
  public static take(name: string): Promise<NodeLock | undefined> {
    return new Promise((resolve, reject) => {
      const server = net.createServer(socket => socket.destroy());
      server.on('error', (e: NodeJS.ErrnoException) => e.code === 'EADDRINUSE' ? resolve(undefined) : reject(e));
      server.listen({ path: '\0' + name }, () => {
        server.unref();
        resolve(new NodeLock(server));
      });
    });
  }

  private constructor(private readonly server: net.Server) {}

  public release(): Promise<void> {
    return new Promise(resolve => this.server.close(() => resolve()));
  }
}
