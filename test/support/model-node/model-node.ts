import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CONFIGURATION_VARIABLE, ContainerStart, KubeletConfiguration, Transition } from './kubelet/configuration';
import { ETCD, KUBE_APISERVER, SCHEDULER, SCHEDULER_NAME } from './manifests';
import { Programs } from './programs';
import { Started } from './started';
import { parseEndpoint } from '../../../src/patch-spec/endpoint';
import { PatchSpec } from '../../../src/patch-spec/patch-spec';

/** How a component behaves whose command line has a flag with this prefix; see component/main.go. */
export interface Rule {
  readonly component: 'kube-apiserver' | 'etcd';
  readonly flag: string;
  readonly refuse?: boolean;
  readonly neverReady?: boolean;
  readonly crashAfter?: number;
  readonly startAfter?: number;
  readonly exitAfter?: number;
  readonly lingerPort?: number;
  readonly imageMissing?: boolean;
}

export const TEMPLATE = 'apiVersion: apiserver.config.k8s.io/v1beta1\nkind: TracingConfiguration\nendpoint: placeholder:4317\nsamplingRatePerMillion: 1000000\n';
export const ENDPOINT = '10.96.0.55:4317';
export const NODE_NAME = 'node-1';

/** Paths of PEM files. */
export interface TlsFiles {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** A receiver of gRPC says its settings once it has taken a client in. */
const COLLECTOR = `const [ca, cert, key] = process.argv.slice(1, 4).map(file => require('fs').readFileSync(file));
require('tls').createServer({ ca, cert, key, requestCert: true, rejectUnauthorized: true, ALPNProtocols: ['h2'] }, socket => {
  socket.on('error', () => undefined).write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]));
}).on('tlsClientError', () => undefined).listen(Number(process.argv[5]), process.argv[4], () => console.log('listening'));`;

export interface ApplyOptions {
  /** A command that runs the program, such as strace. */
  readonly under?: readonly string[];
  readonly fixedNames?: boolean;
  /** A script that Node.js loads first. */
  readonly required?: string;
  readonly command?: 'apply' | 'revert';
}

/**
 * One control-plane node in namespaces of its own, so that `/proc`, the ports and the lock are the node's. Its kubelet is a model
 * (see kubelet/main.ts); its files and processes are real.
 */
export class ModelNode {
  public static async start(programs: Programs, rules: readonly Rule[] = [], kubelet: Partial<KubeletConfiguration> = {}): Promise<ModelNode> {
    const node = new ModelNode(programs, fs.mkdtempSync(path.join(os.tmpdir(), 'model-node-')));
    try {
      await node.boot(rules, kubelet);
      return node;
    } catch (e) {
      await node.stop();
      throw e;
    }
  }

  public readonly manifestsDirectory: string;
  public readonly configDirectory: string;
  public spec!: PatchSpec;
  /** What the program is given for the components, where they send with TLS. */
  public componentFiles: TlsFiles | undefined;
  private readonly stateDirectory: string;
  private unshare: ChildProcess | undefined;
  private init = 0;

  private constructor(private readonly programs: Programs, public readonly directory: string) {
    this.manifestsDirectory = path.join(directory, 'manifests');
    this.configDirectory = path.join(directory, 'tracing');
    this.stateDirectory = path.join(directory, 'state');
  }

  /** The rules hold for processes that start from now on. */
  public behave(rules: readonly Rule[]): void {
    fs.writeFileSync(path.join(this.stateDirectory, 'control.json'), JSON.stringify(rules));
  }

  public writeSpec(change: Partial<PatchSpec> = {}, timing: Partial<PatchSpec['timing']> = {}): void {
    this.spec = {
      version: 3,
      state: 'enabled',
      runId: '',
      controlPlaneNodes: 1,
      collector: { kind: 'endpoint', ...parseEndpoint('ENDPOINT', ENDPOINT) },
      apiServer: { verbosity: { level: 6, replaceExisting: false } },
      etcd: { serviceName: 'etcd', samplingRatePerMillion: 0 },
      identity: { nodeName: true, attributes: {} },
      manifestsDirectory: this.manifestsDirectory,
      configDirectory: this.configDirectory,
      lease: { namespace: 'kube-system', name: 'tracing' },
      jobSelector: 'app=tracing',
      timing: { collectorWaitSeconds: 0, turnWaitSeconds: 0, healthSeconds: 90, etcdStartSeconds: 150, soakSeconds: 1, drainSeconds: 0, ...timing },
      ...change,
    };
    fs.writeFileSync(path.join(this.directory, 'spec.json'), JSON.stringify(this.spec));
  }

  /** Starts a collector on the node, at its endpoint, that takes in who shows a certificate of the CA. It ends with the node. */
  public async startCollector({ ca, certificate, key }: TlsFiles): Promise<void> {
    const { host, port } = parseEndpoint('ENDPOINT', ENDPOINT);
    const script = 'ip address add "$0/32" dev lo && exec "$@"';
    const collector = this.run(['bash', '-c', script, host, process.execPath, '-e', COLLECTOR, ca, certificate, key, host, String(port)]);
    await collector.says(/listening/);
  }

  /** Starts the patch program on the node. */
  public apply(options: ApplyOptions = {}): Started {
    const { componentFiles: tls } = this;
    const file = (name: string) => path.join(this.directory, name);
    return this.run([
      ...options.under ?? [], process.execPath, ...options.fixedNames ? ['--require', this.programs.fixedNames] : [],
      ...options.required ? ['--require', options.required] : [], this.programs.patcher,
      options.command ?? 'apply', '--spec', file('spec.json'), '--template', file('template.yaml'), '--endpoint', ENDPOINT, '--node-name', NODE_NAME,
      ...tls ? ['--component-ca', tls.ca, '--component-certificate', tls.certificate, '--component-key', tls.key] : [],
    ]);
  }

  /** Starts any command on the node. */
  public run(command: readonly string[]): Started {
    return new Started(spawn('nsenter', ['-t', String(this.init), '-p', '-n', '-m', '--', ...command], { stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  /** A path as seen from outside the node, mounts of the node included. */
  public outside(file: string): string {
    return `/proc/${this.init}/root${file}`;
  }

  public read(file: string): string {
    return fs.readFileSync(this.outside(path.join(this.manifestsDirectory, file)), 'utf8');
  }

  /** Puts a file in place as a careful editor does: a dot-file, then one rename. */
  public edit(file: string, change: (text: string) => string): void {
    const target = this.outside(path.join(this.manifestsDirectory, file));
    const temporary = path.join(path.dirname(target), '.edited');
    fs.writeFileSync(temporary, change(fs.readFileSync(target, 'utf8')), { mode: 0o600 });
    fs.renameSync(temporary, target);
  }

  /** A small file system of the node's own, with the same files, for a full disk that is the node's alone. */
  public async mountSmall(directory: string, kilobytes: number): Promise<void> {
    const script = 'cp -a "$1" "$1.was" && mount -t tmpfs -o mode=700,size=$2k model "$1" && cp -a "$1.was/." "$1/" && rm -r "$1.was"';
    const { status, output } = await this.run(['bash', '-c', script, 'bash', directory, String(kilobytes)]).end;
    if (status !== 0) throw new Error(output);
  }

  public transitions(): Transition[] {
    return this.lines('transitions.log');
  }

  /** `START`, `RESTART`, `KILL` of a component, in their order. */
  public transitionsOf(component: string): string[] {
    return this.transitions().filter(t => t.pod === `kube-system/${component}`).map(t => t.what);
  }

  public starts(component: string): ContainerStart[] {
    return this.lines<ContainerStart>('starts.log').filter(s => s.component === component);
  }

  /** Whether both components answer, with the flags that their manifests have now. */
  public async isHealthy(): Promise<boolean> {
    const check = 'for p in 6443 2381; do exec 3<>/dev/tcp/127.0.0.1/$p && printf "GET /readyz HTTP/1.0\\r\\n\\r\\n" >&3 && head -1 <&3 | grep -q " 200 " || exit 1; done';
    return (await this.run(['bash', '-c', check]).end).status === 0;
  }

  public async becomesHealthy(seconds: number = 60): Promise<boolean> {
    for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(200)) {
      if (await this.isHealthy()) return true;
    }
    return false;
  }

  /** Ends kubelet; its service manager starts it again. */
  public async restartKubelet(): Promise<void> {
    await this.run(['bash', '-c', 'for p in /proc/[0-9]*; do [ "$(head -zn1 $p/cmdline 2>/dev/null | tr -d "\\0")" = kubelet ] && kill ${p#/proc/}; done']).end;
  }

  public async stop(): Promise<void> {
    const ended = this.unshare && new Promise(resolve => this.unshare!.once('close', resolve));
    if (this.init) {
      try {
        // The first process takes all others of its namespace with it.
        process.kill(this.init, 'SIGKILL');
      } catch { /* gone */ }
    }
    this.unshare?.kill('SIGKILL');
    await ended;
    fs.rmSync(this.directory, { recursive: true, force: true });
  }

  private async boot(rules: readonly Rule[], kubelet: Partial<KubeletConfiguration>): Promise<void> {
    for (const directory of [this.manifestsDirectory, this.stateDirectory]) fs.mkdirSync(directory, { mode: 0o700 });
    for (const [name, text] of [['kube-apiserver.yaml', KUBE_APISERVER], ['etcd.yaml', ETCD], [SCHEDULER_NAME, SCHEDULER]] as const) {
      fs.writeFileSync(path.join(this.manifestsDirectory, name), text, { mode: 0o600 });
    }
    fs.writeFileSync(path.join(this.directory, 'template.yaml'), TEMPLATE);
    this.writeSpec();
    this.behave(rules);
    const configuration: KubeletConfiguration = {
      manifestsDirectory: this.manifestsDirectory,
      stateDirectory: this.stateDirectory,
      stub: this.programs.stub,
      controlFile: path.join(this.stateDirectory, 'control.json'),
      slotFreeMilliseconds: 1200,
      backOffMilliseconds: 10_000,
      crashBackOffMilliseconds: 10_000,
      gracePeriodMilliseconds: 30_000,
      ...kubelet,
    };
    // The node ends with the test, however that ends.
    const command = ['--pdeathsig', 'KILL', 'unshare', '--pid', '--fork', '--kill-child', '--mount-proc', '--net', path.join(__dirname, 'init.sh'), process.execPath, this.programs.kubelet];
    this.unshare = spawn('setpriv', command, {
      stdio: ['ignore', 'ignore', fs.openSync(path.join(this.stateDirectory, 'kubelet.log'), 'a')],
      env: { PATH: process.env.PATH, [CONFIGURATION_VARIABLE]: JSON.stringify(configuration) },
    });
    for (const end = Date.now() + 10_000; !this.init; await sleep(20)) {
      const children = fs.readFileSync(`/proc/${this.unshare.pid}/task/${this.unshare.pid}/children`, 'utf8').trim();
      this.init = Number(children.split(' ')[0]);
      if (Date.now() > end) throw new Error('the model node does not start');
    }
    if (!await this.becomesHealthy(30)) throw new Error(`the model node does not become healthy:\n${fs.readFileSync(path.join(this.stateDirectory, 'kubelet.log'), 'utf8')}`);
  }

  private lines<T>(name: string): T[] {
    const file = path.join(this.stateDirectory, name);
    return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line) as T) : [];
  }
}
