/** A bare control plane: a real etcd and kube-apiserver as plain processes with the command lines of their manifests, and a Collector. */
import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Environment } from './container-environment';
import { parseCollectorLog } from '../../support/traces/collector-log';
import { Span } from '../../support/traces/debug-log';
import { firstLine, run } from '../cluster/run';

/** Where the manifests of `test/support/fixtures/manifests/kubeadm-*` have the node. */
const ADDRESS = '10.0.0.1';
/** As a Service has one. */
export const COLLECTOR_ADDRESS = '10.96.0.50';
export const COLLECTOR_ENDPOINT = `${COLLECTOR_ADDRESS}:4317`;
/** For a second collector beside the first. */
export const SECOND_ADDRESS = '10.96.0.51';
/** What the receiver of a bare Collector is told beside its endpoint. */
export type ReceiverOptions = { readonly [field: string]: unknown };

/**
 * When its standard input is closed, in whichever way this program ends, it ends everything started below it and removes the root directory.
 * Prints its number among the machine's processes: /proc is still the machine's.
 */
const FIRST_PROCESS = `read -r pid _ </proc/self/stat; ip link set lo up; ip address add ${ADDRESS}/32 dev lo; for address in ${COLLECTOR_ADDRESS} ${SECOND_ADDRESS}; do ip address add $address/32 dev lo; done; mkdir "$1/proc"; mount -t proc proc "$1/proc"; echo $pid; read -r _; kill -KILL -1 2>/dev/null; umount -l "$1/proc"; rm -rf -- "$1"`;

/** Namespaces of its own, and a root directory with nothing in it but what the components write and read, and their /proc. */
export class BareControlPlane {
  public static async start(): Promise<BareControlPlane> {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), 'version-pair-'));
    const first = spawn('unshare', ['--net', '--mount', '--pid', '--fork', 'bash', '-c', FIRST_PROCESS, 'first-process', root], { stdio: ['pipe', 'pipe', 'inherit'] });
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

  /** @param receiver such as its `tls` */
  public async startCollector(binary: string, receiver: ReceiverOptions = {}): Promise<void> {
    await this.startCollectorWith(binary, JSON.stringify({
      receivers: { otlp: { protocols: { grpc: { endpoint: COLLECTOR_ENDPOINT, ...receiver } } } },
      exporters: { debug: { verbosity: 'detailed', use_internal_logger: false } },
      service: { pipelines: { traces: { receivers: ['otlp'], exporters: ['debug'] } }, telemetry: { metrics: { level: 'none' } } },
    }));
  }

  /** With a configuration as it is synthesized, whose spans go to standard output: to a file in its place, as the root directory has no /dev. */
  public async startCollectorWith(binary: string, config: string, { name = 'otelcol-k8s', address = COLLECTOR_ADDRESS } = {}): Promise<void> {
    this.write(`/${name}.yaml`, config.replace('/dev/stdout', `/${name}.json`));
    const collector = this.run(binary, [name, `--config=/${name}.yaml`], { POD_IP: address });
    await this.waitFor('the collector', collector, () => collector.log().includes('Everything is ready'));
  }

  /** @param collector its name */
  public spans(collector = 'otelcol-k8s'): Span[] {
    const file = path.join(this.root, `${collector}.json`);
    return parseCollectorLog(fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : this.log(collector));
  }

  /** Runs a component with the command line of its manifest, whose first word is the component's name, and the environment of its container. */
  public run(binary: string, argv: readonly string[], env: Environment = {}): Running {
    const name = argv[0]!;
    this.install(binary, name);
    const log = fs.openSync(path.join(this.root, `${name}.log`), 'w');
    const child = spawn('nsenter', [`--target=${this.pid}`, '--net', '--mount', '--pid', 'chroot', this.root, `/bin/${name}`, ...argv.slice(1)], {
      stdio: ['ignore', log, log],
      env: { PATH: process.env.PATH, ...env },
    });
    fs.closeSync(log);
    this.running.push(child);
    const running: Running = { log: () => this.log(name), end: () => end(child, running), ended: new Promise(resolve => child.on('close', code => resolve(code ?? 128))), hasEnded: false };
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
  /** Tells it to end, and once more a little later, as the Job does where an API server waits for watches. */
  end(): Promise<void>;
}

/** The component is the one child of `nsenter`. */
async function end(nsenter: ChildProcess, running: Running): Promise<void> {
  for (let attempt = 0; !running.hasEnded; attempt++) {
    if (attempt > 30) throw new Error(`it does not end:\n${running.log().slice(-1000)}`);
    const [child] = fs.readFileSync(`/proc/${nsenter.pid}/task/${nsenter.pid}/children`, 'utf8').trim().split(' ');
    if (child && attempt < 2) process.kill(Number(child), 'SIGTERM');
    await Promise.race([running.ended, sleep(3000)]);
  }
}
