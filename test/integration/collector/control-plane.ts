import { ChildProcess, execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as https from 'node:https';
import * as path from 'node:path';
import { ownAddress, until } from './real-collector';
import { Scratch } from './scratch-directory';

/** A user that is no administrator: its requests have traces of their own. And one that may ask for spans, and is none either. */
const TOKENS = 'admintoken,admin,1,"system:masters"\nusertoken,jane,2,"developers"\nmonitortoken,prometheus,3,"system:monitoring"\n';

export interface RequestOptions {
  readonly token?: string;
  readonly agent?: string;
  readonly method?: string;
  readonly body?: object;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** What the API server says of an object that it takes all the same. */
  readonly warning: string | undefined;
}

export interface Binaries {
  readonly etcd: string;
  readonly apiServer: string;
  /** Before 3.6, etcd's flags for tracing are called experimental. */
  readonly experimentalEtcdFlags?: boolean;
}

/** Per million; a component that is left out has no tracing at all. */
export interface SamplingRates {
  readonly apiServer?: number;
  readonly etcd?: number;
}

export type ComponentName = 'etcd' | 'kube-apiserver';

/** The API server decides, and etcd follows. */
const EVERYTHING: SamplingRates = { apiServer: 1_000_000, etcd: 0 };

/** A real etcd and a real kube-apiserver, and nothing else of a cluster. */
export class ControlPlane {
  public readonly address = ownAddress();
  private readonly directory: string;
  private readonly children = new Map<ComponentName, ChildProcess>();

  constructor(private readonly binaries: Binaries, scratch: Scratch) {
    scratch.ending(() => this.stop());
    this.directory = scratch.below('control-plane');
  }

  /** @param collector where the spans go */
  public async start(collector = '127.0.0.1:1', rates = EVERYTHING): Promise<void> {
    const { address } = this;
    this.prepare(collector, rates.apiServer ?? 0);
    this.run(this.binaries.etcd, 'etcd', [
      '--data-dir', path.join(this.directory, 'etcd'),
      '--listen-client-urls', `http://${address}:2379`, '--advertise-client-urls', `http://${address}:2379`,
      '--listen-peer-urls', `http://${address}:2380`, '--initial-advertise-peer-urls', `http://${address}:2380`,
      '--initial-cluster', `default=http://${address}:2380`,
      ...rates.etcd === undefined ? [] : this.etcdTracing(collector, rates.etcd),
    ]);
    this.run(this.binaries.apiServer, 'kube-apiserver', [
      '--etcd-servers', `http://${address}:2379`, '--bind-address', address, '--secure-port', '6443', '--advertise-address', '192.0.2.1',
      '--cert-dir', path.join(this.directory, 'certificates'), '--service-cluster-ip-range', '10.96.0.0/16',
      '--service-account-key-file', path.join(this.directory, 'sa.key'), '--service-account-signing-key-file', path.join(this.directory, 'sa.key'),
      '--service-account-issuer', 'https://kubernetes', '--token-auth-file', path.join(this.directory, 'tokens.csv'),
      '--authorization-mode', 'RBAC', ...rates.apiServer === undefined ? [] : ['--tracing-config-file', path.join(this.directory, 'tracing.yaml')],
    ]);
    await until(async () => (await this.request('/readyz').catch(() => 0)) === 200, 'the API server is ready', 120);
  }

  /** @returns the status of the answer */
  public async request(url: string, options: RequestOptions = {}): Promise<number> {
    return (await this.ask(url, options)).status;
  }

  public async ask(url: string, options: RequestOptions = {}): Promise<Answer> {
    const { token = 'admintoken', agent = 'test', method = 'GET', body } = options;
    return new Promise((resolve, reject) => {
      const request = https.request({
        host: this.address,
        port: 6443,
        path: url,
        method,
        headers: { 'authorization': `Bearer ${token}`, 'user-agent': agent, 'content-type': 'application/json' },
        // A certificate that the API server has just made for itself.
        rejectUnauthorized: false,
        timeout: 5000,
      }, response => {
        let text = '';
        const answer = () => resolve({ status: response.statusCode!, text, warning: response.headers.warning });
        response.on('data', data => { text += data; });
        response.on('end', answer);
        response.on('error', answer);
      });
      request.on('error', reject).on('timeout', () => request.destroy(new Error('no answer')));
      request.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  public pid(component: ComponentName): number {
    return this.children.get(component)!.pid!;
  }

  /** @returns the path of a kubeconfig for the user with this token */
  public kubeconfig(token = 'admintoken'): string {
    const file = path.join(this.directory, `${token}.kubeconfig`);
    fs.writeFileSync(file, JSON.stringify({
      'apiVersion': 'v1',
      'kind': 'Config',
      'clusters': [{ name: 'real', cluster: { 'server': `https://${this.address}:6443`, 'insecure-skip-tls-verify': true } }],
      'users': [{ name: token, user: { token } }],
      'contexts': [{ name: 'here', context: { cluster: 'real', user: token, namespace: 'kube-system' } }],
      'current-context': 'here',
    }));
    return file;
  }

  /** At once: spans that were not sent yet are lost. */
  public async stop(): Promise<void> {
    await Promise.all([...this.children.values()].map(child => end(child, 'SIGKILL')));
  }

  /** As kubelet ends it: told to, and killed after 30 s. */
  public async terminate(component: ComponentName): Promise<void> {
    const child = this.children.get(component)!;
    const late = setTimeout(() => child.kill('SIGKILL'), 30_000);
    await end(child, 'SIGTERM');
    clearTimeout(late);
  }

  private etcdTracing(collector: string, rate: number): string[] {
    const flag = (name: string) => `--${this.binaries.experimentalEtcdFlags ? 'experimental-' : ''}${name}`;
    return [
      flag('enable-distributed-tracing'), flag('distributed-tracing-address'), collector, flag('distributed-tracing-service-name'), 'etcd',
      flag('distributed-tracing-instance-id'), 'node-a', flag('distributed-tracing-sampling-rate'), String(rate),
    ];
  }

  private prepare(collector: string, rate: number): void {
    execFileSync('openssl', ['genrsa', '-out', path.join(this.directory, 'sa.key'), '2048'], { stdio: 'ignore' });
    fs.writeFileSync(path.join(this.directory, 'tokens.csv'), TOKENS);
    fs.writeFileSync(path.join(this.directory, 'tracing.yaml'), [
      'apiVersion: apiserver.config.k8s.io/v1beta1', 'kind: TracingConfiguration', `endpoint: ${collector}`, `samplingRatePerMillion: ${rate}`, '',
    ].join('\n'));
  }

  private run(binary: string, name: ComponentName, args: string[]): void {
    const log = fs.openSync(path.join(this.directory, `${name}.log`), 'w');
    const child = spawn(binary, args, { stdio: ['ignore', log, log] });
    fs.closeSync(log);
    this.children.set(name, child);
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise(resolve => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }
}
