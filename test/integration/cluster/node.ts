/**
 * One control-plane node. It is like a machine: PID, mount, UTS, IPC and network namespaces of its own, its own
 * /etc, /var/lib, /var/log and /run, and under them a real containerd, kubelet and kube-proxy.
 */
import { ChildProcess, SpawnOptions } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CONTAINERD_SOCKET, cniConfig, containerdConfig } from './containerd';
import { kubeProxyConfiguration, NodeIdentity } from './kubeadm';
import { connectNode, nodeAddress } from './network';
import { findProcesses, NodeProcess } from './processes';
import { firstLine, run, RunOptions, RunResult, start } from './run';

export interface NodeOptions {
  readonly name: string;
  readonly index: number;
  /** The directory on this machine that holds what is on the node's disk. */
  readonly directory: string;
  /** A process in the cluster's own namespaces. */
  readonly lanPid: number;
  readonly cgroup: string;
  readonly pauseImage: string;
  /** Paths of the components' binaries by name. */
  readonly binaries: ReadonlyMap<string, string>;
}

const OWN_DIRECTORIES = ['/etc', '/var/lib', '/var/log'];

export class ClusterNode implements NodeIdentity {
  /** Boots the machine: namespaces, network and services. kubelet waits until kubeadm has configured it. */
  public static async boot(options: NodeOptions): Promise<ClusterNode> {
    prepareDisk(options);
    const child = start([
      'nsenter', `--target=${options.lanPid}`, '--pid', '--net', '--',
      'unshare', '--mount', '--uts', '--ipc', '--net', '--pid', '--fork', '--kill-child', '--propagation', 'private',
      'bash', script('node.sh'), options.directory, options.name,
    ], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = Number(await firstLine(child, `node ${options.name}`));
    child.unref();
    child.stdout!.destroy();
    const node = new ClusterNode(options, pid);
    await connectNode(options.lanPid, pid, options.name, options.index);
    node.startServices();
    await node.waitFor('containerd', () => fs.existsSync(node.path(CONTAINERD_SOCKET)));
    return node;
  }

  public readonly name: string;
  public readonly address: string;
  public readonly cgroup: string;
  /** The path on this machine of the node's `/etc/kubernetes/manifests`. */
  public readonly manifestsDir: string;

  private constructor(private readonly options: NodeOptions, /** The node's first process. */ public readonly pid: number) {
    this.name = options.name;
    this.address = nodeAddress(options.index);
    this.cgroup = options.cgroup;
    this.manifestsDir = this.path('/etc/kubernetes/manifests');
  }

  /** A path of the node as a path on this machine. */
  public path(nodePath: string): string {
    const isOwn = OWN_DIRECTORIES.some((directory) => nodePath === directory || nodePath.startsWith(`${directory}/`));
    return isOwn ? path.join(this.options.directory, nodePath) : path.join(`/proc/${this.pid}/root`, nodePath);
  }

  /** Runs a program inside all of the node's namespaces, in its root directory. */
  public exec(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return run(this.inside(argv), { ...options, env: { ...this.environment(), ...options.env } });
  }

  /** Starts a program inside all of the node's namespaces. Killing the returned process kills it, with SIGKILL. */
  public spawn(argv: readonly string[], options: SpawnOptions = {}): ChildProcess {
    return start(this.inside(argv), { ...options, env: { ...this.environment(), ...options.env } });
  }

  /** The node's processes, those in its containers included, whose name in `/proc/<pid>/comm` is `comm`. */
  public async processes(comm: string): Promise<NodeProcess[]> {
    return findProcesses(this.pid, comm);
  }

  /** Whether the node was stopped: whoever watches it has nothing more to see. */
  public get hasEnded(): boolean {
    return !fs.existsSync(`/proc/${this.pid}`);
  }

  /** Ends kubelet as `systemctl kill` would; what keeps it running starts it again. Resolves when the new one runs. */
  public async restartKubelet(): Promise<void> {
    const old = await this.signalKubelet();
    await this.waitFor('a new kubelet', async () => (await this.processes('kubelet')).some(({ pid }) => !old.includes(pid)));
  }

  public async stopKubelet(): Promise<void> {
    fs.writeFileSync(this.path('/run/stopped/kubelet'), '');
    await this.signalKubelet();
    await this.waitFor('the end of kubelet', async () => (await this.processes('kubelet')).length === 0);
  }

  public async startKubelet(): Promise<void> {
    fs.rmSync(this.path('/run/stopped/kubelet'), { force: true });
    await this.waitFor('kubelet', async () => (await this.processes('kubelet')).length > 0);
  }

  /** Ends the machine, and takes its disk away. */
  public async end(): Promise<void> {
    process.kill(this.pid, 'SIGKILL');
    await this.waitFor('end', () => this.hasEnded);
    // The kernel takes the mounts away when the last process has gone.
    await this.waitFor('unmounted disk', () => {
      fs.rmSync(this.options.directory, { recursive: true, force: true });
      return !fs.existsSync(this.options.directory);
    });
  }

  /** Puts programs into the path. Those that run go on as they are. */
  public install(binaries: ReadonlyMap<string, string>): void {
    for (const [name, binary] of binaries) {
      fs.rmSync(this.path(`/run/bin/${name}`), { force: true });
      fs.symlinkSync(binary, this.path(`/run/bin/${name}`));
    }
  }

  /** Imports an image archive into containerd's store. */
  public async addImage(archive: string): Promise<void> {
    await this.ctr(['images', 'import', archive]);
  }

  public async removeImage(name: string): Promise<void> {
    await this.ctr(['images', 'remove', '--sync', name]);
  }

  public async hasImage(name: string): Promise<boolean> {
    const { stdout } = await this.ctr(['images', 'list', '--quiet']);
    return stdout.split('\n').includes(name);
  }

  /** The last lines of the logs of the node's own programs, for an error message. */
  public logTails(lines = 15): string {
    return ['containerd', 'kubelet', 'kube-proxy', 'kubeadm'].map((name) => {
      const file = this.path(`/var/log/${name}.log`);
      const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n') : '(no log)';
      return `--- ${this.name}: ${name}\n${text}`;
    }).join('\n');
  }

  /** Waits until the condition holds. */
  public async waitFor(what: string, condition: () => boolean | Promise<boolean>, timeoutSeconds = 60): Promise<void> {
    const deadline = Date.now() + timeoutSeconds * 1000;
    while (!(await condition())) {
      if (Date.now() > deadline) throw new Error(`${this.name}: no ${what} within ${timeoutSeconds} s${loadOfMachine()}`);
      await sleep(50);
    }
  }

  private startServices(): void {
    fs.mkdirSync(this.path('/run/bin'));
    this.install(this.options.binaries);
    this.startService('containerd', ['containerd', '--config', '/etc/containerd/config.toml']);
    this.startService('kubelet', ['bash', script('kubelet.sh'), '/run/bin/kubelet']);
    this.startService('kube-proxy', ['bash', script('kube-proxy.sh'), '/run/bin/kube-proxy']);
  }

  private startService(name: string, argv: readonly string[]): void {
    this.spawn(['bash', script('service.sh'), name, ...argv], { stdio: 'ignore' }).unref();
  }

  private async signalKubelet(): Promise<number[]> {
    const pids = (await this.processes('kubelet')).map(({ pid }) => pid);
    for (const pid of pids) process.kill(pid, 'SIGTERM');
    return pids;
  }

  private ctr(args: readonly string[]): Promise<RunResult> {
    return this.exec(['ctr', '--address', CONTAINERD_SOCKET, '--namespace', 'k8s.io', ...args]);
  }

  private inside(argv: readonly string[]): string[] {
    // nsenter waits outside for the program inside; were only nsenter killed, the program would go on.
    const entered = ['setpriv', '--pdeathsig', 'KILL', '--', ...argv];
    return ['nsenter', `--target=${this.pid}`, '--mount', '--uts', '--ipc', '--net', '--pid', '--', ...entered];
  }

  private environment(): NodeJS.ProcessEnv {
    return {
      PATH: '/run/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: '/root',
      KUBECONFIG: '/etc/kubernetes/admin.conf',
    };
  }
}

/** A reason that is not the cluster's: two cores under a load of ten do not run a control plane. */
function loadOfMachine(): string {
  const [[load], cpus] = [os.loadavg() as [number], os.cpus().length];
  return load > 2 * cpus ? `; the load average is ${load.toFixed(1)} on ${cpus} processors, and cluster tests need a quiet machine` : '';
}

function script(name: string): string {
  return path.join(__dirname, 'scripts', name);
}

function prepareDisk({ directory, name, index, pauseImage, binaries }: NodeOptions): void {
  for (const visible of [__dirname, ...binaries.values()]) {
    const hidden = [...OWN_DIRECTORIES, '/run'].find((own) => visible.startsWith(`${own}/`));
    if (hidden) throw new Error(`${visible} cannot be used from a node, which has its own ${hidden}`);
  }
  for (const own of OWN_DIRECTORIES) fs.mkdirSync(path.join(directory, own), { recursive: true });
  const write = (file: string, content: string) => {
    fs.mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
    fs.writeFileSync(path.join(directory, file), content);
  };
  const machinesOwn = ['kubernetes', 'cni', 'containerd', 'resolv.conf', 'hostname', 'hosts'];
  fs.cpSync('/etc', path.join(directory, 'etc'), {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => !machinesOwn.includes(path.relative('/etc', source)),
  });
  write('etc/hostname', `${name}\n`);
  write('etc/hosts', `127.0.0.1 localhost\n${nodeAddress(index)} ${name}\n`);
  write('etc/resolv.conf', '# no name servers: nothing outside can be reached\n');
  write('etc/containerd/config.toml', containerdConfig(pauseImage));
  write('etc/cni/net.d/10-pods.conflist', cniConfig(index));
  write('etc/kube-proxy.yaml', kubeProxyConfiguration(name));
}
