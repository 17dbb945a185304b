/** A bare control plane: a real etcd and kube-apiserver as plain processes with the command lines of their manifests, and a Collector. */
import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseDebugLog, Span } from '../../support/traces/debug-log';
import { firstLine, run } from '../cluster/run';

/** Where the manifests of `test/support/fixtures/manifests/kubeadm-*` have the node. */
const ADDRESS = '10.0.0.1';
export const COLLECTOR_ENDPOINT = '127.0.0.1:4317';

/**
 * When its standard input is closed, in whichever way this program ends, it ends everything started below it and removes the root directory.
 * Prints its number among the machine's processes: /proc is still the machine's.
 */
const FIRST_PROCESS = `read -r pid _ </proc/self/stat; ip link set lo up; ip address add ${ADDRESS}/32 dev lo; echo $pid; read -r _; kill -KILL -1 2>/dev/null; rm -rf -- "$1"`;

/** Network and PID namespaces of its own, and a root directory with nothing in it but what the components write and read. */
export class BareControlPlane {
  public static async start(): Promise<BareControlPlane> {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), 'version-pair-'));
    const first = spawn('unshare', ['--net', '--pid', '--fork', 'bash', '-c', FIRST_PROCESS, 'first-process', root], { stdio: ['pipe', 'pipe', 'inherit'] });
    return new BareControlPlane(first, await firstLine(first, 'the first process'), root);
  }

  private readonly running: ChildProcess[] = [];

  private constructor(private readonly first: ChildProcess, private readonly pid: string, public readonly root: string) {}

  /** Keys and certificates for the node `cp1`, where the manifests expect them. */
  public async makeCertificates(kubeadm: string, version: string): Promise<void> {
    const apiVersion = `kubeadm.k8s.io/${Number(version.split('.')[1]) < 31 ? 'v1beta3' : 'v1beta4'}`;
    this.write('/kubeadm.yaml', [
      { apiVersion, kind: 'InitConfiguration', localAPIEndpoint: { advertiseAddress: ADDRESS, bindPort: 6443 }, nodeRegistration: { name: 'cp1', criSocket: 'unix:///run/none.sock' } },
      { apiVersion, kind: 'ClusterConfiguration', kubernetesVersion: `v${version}` },
    ].map(object => JSON.stringify(object)).join('\n---\n'));
    await run([kubeadm, 'init', 'phase', 'certs', 'all', '--config', '/kubeadm.yaml', '--rootfs', this.root]);
  }

  public async startCollector(binary: string): Promise<void> {
    this.write('/collector.yaml', JSON.stringify({
      receivers: { otlp: { protocols: { grpc: { endpoint: COLLECTOR_ENDPOINT } } } },
      exporters: { debug: { verbosity: 'detailed', use_internal_logger: false } },
      service: { pipelines: { traces: { receivers: ['otlp'], exporters: ['debug'] } }, telemetry: { metrics: { level: 'none' } } },
    }));
    const collector = this.run(binary, ['otelcol-k8s', '--config=/collector.yaml']);
    await this.waitFor('the collector', collector, () => collector.log().includes('Everything is ready'));
  }

  public spans(): Span[] {
    return parseDebugLog(this.log('otelcol-k8s'));
  }

  /** Runs a component with the command line of its manifest, whose first word is the component's name. */
  public run(binary: string, argv: readonly string[]): Running {
    const name = argv[0]!;
    this.install(binary, name);
    const log = fs.openSync(path.join(this.root, `${name}.log`), 'w');
    const child = spawn('nsenter', [`--target=${this.pid}`, '--net', '--pid', 'chroot', this.root, `/bin/${name}`, ...argv.slice(1)], { stdio: ['ignore', log, log] });
    fs.closeSync(log);
    this.running.push(child);
    const running: Running = { log: () => this.log(name), ended: new Promise(resolve => child.on('close', code => resolve(code ?? 128))), hasEnded: false };
    void running.ended.then(() => (running.hasEnded = true));
    return running;
  }

  public async waitFor(what: string, component: Running, condition: () => boolean | Promise<boolean>, timeoutSeconds = 120): Promise<void> {
    const deadline = Date.now() + timeoutSeconds * 1000;
    while (!(await condition())) {
      if (component.hasEnded || Date.now() > deadline) {
        throw new Error(`${what} ${component.hasEnded ? 'has ended' : `is not there after ${timeoutSeconds} s`}:\n${component.log().slice(-3000)}`);
      }
      await sleep(500);
    }
  }

  /** The status of an answer over HTTP or HTTPS; 0 when there is none. */
  public async status(url: string): Promise<number> {
    const inside = ['nsenter', `--target=${this.pid}`, '--net'];
    const { stdout } = await run([...inside, 'curl', '--silent', '--insecure', '--max-time', '5', '--output', '/dev/null', '--write-out', '%{http_code}', url], { allowFailure: true });
    return Number(stdout);
  }

  public write(file: string, text: string): void {
    fs.mkdirSync(path.join(this.root, path.dirname(file)), { recursive: true });
    fs.writeFileSync(path.join(this.root, file), text);
  }

  public async stop(): Promise<void> {
    const ended = [this.first, ...this.running].map(child => child.exitCode !== null || child.signalCode !== null
      ? Promise.resolve()
      : new Promise<void>(resolve => child.once('close', () => resolve())));
    this.first.stdin!.end();
    await Promise.all(ended);
  }

  private install(binary: string, name: string): void {
    const target = path.join(this.root, 'bin', name);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.copyFileSync(binary, target);
  }

  private log(name: string): string {
    return fs.readFileSync(path.join(this.root, `${name}.log`), 'utf8');
  }
}

export interface Running {
  readonly ended: Promise<number>;
  hasEnded: boolean;
  log(): string;
}
