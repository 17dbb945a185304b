/** A client that writes all the time, and what it has seen. */
import { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';
import { Cluster } from './cluster';

export interface Writes {
  readonly count: number;
  /** Those that had to be sent again, because their connection was closed or they were told to come again. */
  readonly retried: number;
  /** Those without success, retried or not, for any other reason than the one below. */
  readonly failed: readonly string[];
  /** Those that etcd lost when its leader handed over. */
  readonly lostByEtcd: readonly string[];
  /** Of those with success. */
  readonly slowestMilliseconds: number;
}

/**
 * While the leader of etcd's members hands over, because it is told to stop, it drops the proposals that the others forward to it, and these
 * give up after 7 s. That is so whenever a leader is restarted, by `kubeadm upgrade` for instance, and nobody outside of etcd can help it:
 * https://github.com/etcd-io/raft/blob/v3.6.0/raft.go (ErrProposalDropped where leadTransferee is set)
 */
const LOST_BY_ETCD = 'etcdserver: request timed out';

/** Writes a ConfigMap every 50 ms to where `admin.conf` points: with several nodes, the load balancer. */
export class Writer {
  public static async start(cluster: Cluster): Promise<Writer> {
    const config = parse(fs.readFileSync(cluster.kubeconfig, 'utf8'));
    const { server, 'certificate-authority-data': ca } = config.clusters[0].cluster;
    const { 'client-certificate-data': cert, 'client-key-data': key } = config.users[0].user;
    const pem = (base64: string) => Buffer.from(base64, 'base64').toString();
    const child = cluster.spawn([process.execPath, path.join(__dirname, 'scripts', 'writer.mjs')], { stdio: ['pipe', 'pipe', 'inherit'] });
    const { hostname: host, port } = new URL(server);
    child.stdin!.write(`${JSON.stringify({ host, port, ca: pem(ca), cert: pem(cert), key: pem(key) })}\n`);
    const writer = new Writer(child);
    await once(child.stdout!, 'data');
    return writer;
  }

  private text = '';

  private constructor(private readonly child: ChildProcess) {
    child.stdout!.setEncoding('utf8').on('data', (chunk: string) => (this.text += chunk));
  }

  public async stop(): Promise<Writes> {
    const ended = once(this.child, 'close');
    this.child.stdin!.end();
    await ended;
    const writes = this.text.trim().split('\n').map((line) => {
      const [, taken, retries, result] = line.split(' ') as [string, string, string, string];
      return { line, taken: Number(taken), retried: retries !== '0', succeeded: /^20[01]$/.test(result) };
    });
    const failed = writes.filter(({ succeeded }) => !succeeded).map(({ line }) => line);
    return {
      count: writes.length,
      retried: writes.filter(({ retried }) => retried).length,
      failed: failed.filter((line) => !line.includes(LOST_BY_ETCD)),
      lostByEtcd: failed.filter((line) => line.includes(LOST_BY_ETCD)),
      slowestMilliseconds: Math.max(...writes.filter(({ succeeded }) => succeeded).map(({ taken }) => taken)),
    };
  }
}
