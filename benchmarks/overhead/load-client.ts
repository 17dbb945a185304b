import { ChildProcess, spawn } from 'node:child_process';
import * as path from 'node:path';
import * as readline from 'node:readline';
import { Order, Outcome } from './client/order';
import { ControlPlane } from '../../test/integration/collector/control-plane';
import { ownAddress } from '../../test/integration/collector/real-collector';
import { Scratch } from '../../test/integration/collector/scratch-directory';
import { Authority } from '../../test/support/certificates';

/** The process that makes the load, on the machine's last processor only. */
export class LoadClient {
  public static async start(controlPlane: ControlPlane, scratch: Scratch, processor: number): Promise<LoadClient> {
    const address = ownAddress();
    const certificates = scratch.below('webhook');
    const authority = new Authority(scratch.below('authority'));
    authority.issue(certificates, address);
    authority.publish(certificates);
    const child = spawn('taskset', [
      '--cpu-list', String(processor), process.execPath, '--import', 'tsx', path.join(__dirname, 'client/main.ts'),
      `https://${controlPlane.address}:6443`, address, certificates,
    ], { stdio: ['pipe', 'pipe', 'inherit'] });
    const client = new LoadClient(child);
    scratch.ending(() => client.stop());
    await client.line();
    return client;
  }

  private readonly lines: AsyncIterator<string>;
  private readonly ended: Promise<void>;

  private constructor(private readonly child: ChildProcess) {
    this.lines = readline.createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    this.ended = new Promise(resolve => child.once('close', () => resolve()));
  }

  public async send(order: Order): Promise<Outcome> {
    this.child.stdin!.write(`${JSON.stringify(order)}\n`);
    return JSON.parse(await this.line()) as Outcome;
  }

  public async stop(): Promise<void> {
    this.child.stdin!.end();
    await this.ended;
  }

  private async line(): Promise<string> {
    const { value, done } = await this.lines.next();
    if (done) throw new Error('the client of the load has ended');
    return value;
  }
}
