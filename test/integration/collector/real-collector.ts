import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as http from 'node:http';
import * as path from 'node:path';
import { Collector, CollectorAgent } from '../../../src';

let lastAddress = 0;

/** A loopback address of its own for everything that listens, so that all may use the ports that they are configured with. */
export function ownAddress(): string {
  lastAddress += 1;
  return `127.${100 + (Math.floor(process.pid / 250) % 100)}.${1 + (process.pid % 250)}.${lastAddress}`;
}

export interface RealCollectorOptions {
  readonly binary: string;
  /** A construct, or a configuration as such. */
  readonly config: Collector | CollectorAgent | string;
  /** Stands for the root of the container: what is mounted there is below it. */
  readonly root: string;
  readonly env?: { readonly [name: string]: string };
  readonly address?: string;
}

/** The Collector itself, with a configuration as it is synthesized, on a loopback address instead of that of a pod. */
export class RealCollector {
  public readonly address: string;
  public readonly configFile: string;
  private readonly env: NodeJS.ProcessEnv;
  private process?: ChildProcess;
  private output = '';

  constructor(private readonly options: RealCollectorOptions) {
    this.address = options.address ?? ownAddress();
    const directory = path.join(options.root, 'etc/otelcol/config');
    fs.mkdirSync(directory, { recursive: true });
    this.configFile = path.join(directory, 'config.yaml');
    const config = typeof options.config === 'string' ? options.config : options.config.configMap.toJson().data['config.yaml'] as string;
    fs.writeFileSync(this.configFile, config
      .replace(/\/(etc|var\/lib)\/otelcol\//g, `${options.root}/$1/otelcol/`)
      // An agent says the address that it listens on.
      .replace(/127\.0\.0\.1/g, this.address));
    this.env = { PATH: process.env.PATH, POD_IP: this.address, NODE_NAME: 'node-1', ...secretsOf(config), ...options.env };
  }

  /** What the Collector writes on its own. */
  public get log(): string {
    return this.output;
  }

  /** undefined where it does not run, or was ended by somebody else. */
  public get pid(): number | undefined {
    return this.process?.exitCode === null && this.process.signalCode === null ? this.process.pid : undefined;
  }

  public async validate(): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = spawn(this.options.binary, ['validate', `--config=${this.configFile}`], { env: this.env });
      let output = '';
      child.stdout.on('data', data => { output += data; });
      child.stderr.on('data', data => { output += data; });
      child.once('error', reject);
      child.once('exit', code => code === 0 ? resolve(output) : reject(new Error(`not valid: ${output}`)));
    });
  }

  public async start(healthPort = 13133): Promise<this> {
    // A pipe of Node.js is a socket, which cannot be opened as /dev/stdout; a container's is a pipe or a file. Logs go to standard error.
    const stdout = fs.openSync(`${this.configFile}.stdout`, 'a');
    const child = spawn(this.options.binary, [`--config=${this.configFile}`], { env: this.env, stdio: ['ignore', stdout, 'pipe'] });
    fs.closeSync(stdout);
    this.process = child;
    child.stderr!.on('data', data => { this.output += data; });
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`the Collector ended with status ${child.exitCode}: ${this.output}`);
      return (await get(`http://${this.address}:${healthPort}/`)) !== undefined;
    }, 'the Collector is healthy');
    return this;
  }

  /** As kubelet ends it: told to, and given time. */
  public async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  /** As the kernel ends it when it has no memory left. */
  public async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** The sum over all series of a metric; undefined where there is none. */
  public async metric(name: string, port = 8888): Promise<number | undefined> {
    return sumOf(name, await this.metrics(port) ?? '');
  }

  /** All metrics as Prometheus gets them; undefined where there is no answer. */
  public async metrics(port = 8888): Promise<string | undefined> {
    return get(`http://${this.address}:${port}/metrics`);
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.process;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise(resolve => child.once('exit', resolve));
      child.kill(signal);
      await ended;
    }
    this.process = undefined;
  }
}

/** The sum over all series of a metric among others; undefined where there is none. */
export function sumOf(name: string, metrics: string): number | undefined {
  const values = metrics.split('\n').filter(line => line.startsWith(`${name}{`) || line.startsWith(`${name} `)).map(line => Number(line.split(' ').pop()));
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
}

export async function until(condition: () => Promise<boolean> | boolean, what: string, seconds = 60): Promise<void> {
  for (const end = Date.now() + seconds * 1000; ;) {
    if (await condition()) return;
    if (Date.now() > end) throw new Error(`waited ${seconds} s in vain until ${what}`);
    await new Promise(resolve => setTimeout(resolve, 200));
  }
}

/** The body of an answer with status 200. */
async function get(url: string): Promise<string | undefined> {
  return new Promise(resolve => {
    http.get(url, { timeout: 2000 }, response => {
      let body = '';
      response.on('data', data => { body += data; });
      response.on('end', () => resolve(response.statusCode === 200 ? body : undefined));
    }).on('error', () => resolve(undefined)).on('timeout', function (this: http.ClientRequest) { this.destroy(); });
  });
}

/** A value for every secret that a configuration refers to. */
function secretsOf(config: string): Record<string, string> {
  return Object.fromEntries([...config.matchAll(/\$\{env:(SECRET_[A-Z0-9_]+)\}/g)].map(([, name]) => [name, 'not-a-secret']));
}
