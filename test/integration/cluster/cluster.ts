/**
 * A real kubeadm control plane on this machine, of one to three nodes: real kubelet, containerd, kube-apiserver, etcd.
 * It lives in namespaces of its own, and nothing of it is left when it stops or when the program that started it ends.
 */
import { ChildProcess, SpawnOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { createNodeCgroup } from './cgroups';
import { initConfiguration, joinConfiguration, newJoinSecrets } from './kubeadm';
import { loadBalancerConfig } from './load-balancer';
import { routePods } from './network';
import { ClusterNode } from './node';
import { Release } from './release';
import { firstLine, run, RunOptions, RunResult, start } from './run';
import { ClusterVersion, NEWEST } from '../../support/components/catalog';
import { ensureDebianPackages } from '../../support/components/debian';

export interface ClusterOptions {
  /**
   * A name to recognise the cluster's directory and cgroup by. Several clusters, also of one name, can run at once.
   * @default test
   */
  readonly name?: string;
  /** @default 1 */
  readonly nodes?: 1 | 2 | 3;
  /** Of all components. @default the newest */
  readonly version?: ClusterVersion;
  readonly log?: (line: string) => void;
}

const CONTROL_PLANE = ['kube-apiserver', 'etcd', 'kube-controller-manager', 'kube-scheduler'];

/** On a disk, because containerd's store needs one that overlayfs can be laid over. */
const STATE_PARENT = '/var/tmp';

export class Cluster {
  /** Starts a cluster: `kubeadm init` and `kubeadm join`, every node Ready, Services reachable, images imported. */
  public static async start(options: ClusterOptions = {}): Promise<Cluster> {
    const log = options.log ?? (() => {});
    if (process.platform !== 'linux' || process.getuid?.() !== 0) {
      throw new Error('a cluster needs Linux and root: it makes namespaces, mounts and cgroups');
    }
    // Downloads while the compiler works.
    const version = options.version ?? NEWEST;
    const [release] = await Promise.all([Release.build(version, log), ensureDebianPackages(log)]);

    const id = `cdk8s-cpt-${options.name ?? 'test'}-${randomBytes(3).toString('hex')}`;
    const cluster = new Cluster(id, release, log);
    try {
      await cluster.boot(options.nodes ?? 1);
      return cluster;
    } catch (error) {
      const logs = cluster.nodes.map((node) => node.logTails()).join('\n');
      await cluster.stop();
      throw new Error(`the cluster did not start: ${(error as Error).message}\n${logs}`);
    }
  }

  /** The directory on this machine that holds all files of the cluster, and the name of its cgroup. */
  public readonly directory: string;
  public readonly cgroup: string;

  private readonly members: ClusterNode[] = [];
  private readonly secrets = newJoinSecrets();
  private readonly janitor: ChildProcess;
  private readonly janitorEnd: Promise<number | null>;
  private janitorErrors = '';
  private lanPid = 0;

  private constructor(id: string, private release: Release, private readonly log: (line: string) => void) {
    this.cgroup = id;
    this.directory = path.join(STATE_PARENT, id);
    fs.mkdirSync(this.directory, { mode: 0o700 });
    this.janitor = start(['bash', path.join(__dirname, 'scripts', 'janitor.sh'), this.directory, this.cgroup], {
      detached: true, // in a session of its own: Ctrl-C in a terminal does not reach it
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.janitor.stderr!.setEncoding('utf8').on('data', (text: string) => (this.janitorErrors += text));
    this.janitorEnd = new Promise((resolve) => this.janitor.on('exit', resolve));
  }

  public get nodes(): readonly ClusterNode[] {
    return this.members;
  }

  /** Of the programs on the nodes. */
  public get version(): ClusterVersion {
    return this.release.version;
  }

  /** The path on this machine of a kubeconfig with full rights. */
  public get kubeconfig(): string {
    return this.members[0]!.path('/etc/kubernetes/admin.conf');
  }

  /** Runs kubectl in the cluster's network, in the current directory. */
  public kubectl(args: readonly string[], options: Omit<RunOptions, 'env'> = {}): Promise<RunResult> {
    return run(this.inLan([this.release.binaries.get('kubectl')!, ...args]), {
      ...options,
      env: { PATH: process.env.PATH, HOME: this.directory, KUBECONFIG: this.kubeconfig },
    });
  }

  /** Starts a program in the cluster's network, where the nodes and the load balancer are. Killing the returned process kills it, with SIGKILL. */
  public spawn(argv: readonly string[], options: SpawnOptions = {}): ChildProcess {
    return start(this.inLan(argv), options);
  }

  /** Lets one more node join a control plane of several, for which the load balancer has a place. */
  public async join(): Promise<ClusterNode> {
    const node = await this.addNode((joining) => this.letJoin(joining));
    await this.becomeReady();
    return node;
  }

  /** A machine dies, is taken out of the cluster, and another one of the same name and address joins. */
  public async replace(lost: ClusterNode): Promise<ClusterNode> {
    await lost.exec(['kubeadm', 'reset', 'phase', 'remove-etcd-member']);
    await lost.end();
    // etcd has just lost a member, and the load balancer a server: the first request may fail.
    await this.members.find((member) => member !== lost)!.waitFor(`cluster without ${lost.name}`, async () => {
      const { code } = await this.kubectl(['delete', 'node', lost.name, '--ignore-not-found', '--wait=false'], { allowFailure: true });
      return code === 0;
    });
    const node = await this.addNode((joining) => this.letJoin(joining), this.members.indexOf(lost));
    await this.becomeReady();
    return node;
  }

  /** Brings the programs and images of another version onto every node, as a package manager would. What runs goes on until it is upgraded. */
  public async provide(version: ClusterVersion): Promise<void> {
    this.release = await Release.build(version, this.log);
    for (const node of this.members) {
      this.log(`${node.name}: the programs of ${version.kubernetes}`);
      for (const archive of this.release.images.controlPlane) await node.addImage(archive);
      node.install(this.release.binaries);
    }
  }

  /** Removes everything. May be called more than once. */
  public async stop(): Promise<void> {
    this.janitor.stdin!.end();
    this.janitor.ref(); // the program must not end before this is done
    const code = await this.janitorEnd;
    if (code !== 0) throw new Error(`the cluster was not removed completely: ${this.janitorErrors.trim()}`);
  }

  private async boot(count: number): Promise<void> {
    this.lanPid = Number(await firstLine(this.janitor, 'the cluster network'));
    // The program may end without stopping the cluster; the janitor then does.
    this.janitor.unref();
    for (const stream of [this.janitor.stdin, this.janitor.stdout, this.janitor.stderr]) (stream as unknown as { unref(): void }).unref();
    if (count > 1) this.startLoadBalancer(count + 1);

    for (let index = 0; index < count; index++) {
      await this.addNode((node) => index === 0 ? this.init(node, count > 1) : this.letJoin(node));
    }
    await this.becomeReady();
  }

  private async init(node: ClusterNode, severalNodes: boolean): Promise<void> {
    fs.writeFileSync(node.path('/etc/kubeadm.yaml'), initConfiguration(node, this.secrets, severalNodes, this.release.version.kubernetes), { mode: 0o600 });
    const phases = '--skip-phases=preflight,addon'; // no cluster DNS, and kube-proxy is a process
    await kubeadm(node, ['init', '--config=/etc/kubeadm.yaml', '--upload-certs', phases]);
  }

  private async letJoin(node: ClusterNode): Promise<void> {
    fs.writeFileSync(node.path('/etc/kubeadm.yaml'), joinConfiguration(node, this.secrets, this.release.version.kubernetes), { mode: 0o600 });
    await kubeadm(node, ['join', '--config=/etc/kubeadm.yaml', '--skip-phases=preflight']);
  }

  private async addNode(kubeadmDo: (node: ClusterNode) => Promise<void>, index = this.members.length): Promise<ClusterNode> {
    const name = `cp${index + 1}`;
    this.log(`${name}: booting`);
    const node = await this.bootNode(name, index);
    this.members[index] = node;
    this.log(`${name}: importing images`);
    await Promise.all(this.release.images.controlPlane.map((archive) => node.addImage(archive)));
    this.log(`${name}: kubeadm`);
    await Promise.all([kubeadmDo(node), ...this.release.images.workload.map((archive) => node.addImage(archive))]);
    return node;
  }

  /** Waits until every node and its control plane is ready. */
  public async settle(): Promise<void> {
    await this.waitReady();
  }

  private async becomeReady(): Promise<void> {
    await routePods(this.lanPid, this.members.map(({ pid }) => pid));
    this.log('waiting for nodes and control-plane pods to be ready');
    await this.waitReady();
    this.log('the cluster is ready');
  }

  private async waitReady(): Promise<void> {
    await this.kubectl(['wait', '--for=condition=Ready', 'node', '--all', '--timeout=120s'], { timeoutSeconds: 150 });
    for (const node of this.members) {
      // kubelet tells the API server about static pods only some time after it has started them.
      await node.waitFor('ready control-plane pods', async () => {
        const pods = CONTROL_PLANE.map((component) => `${component}-${node.name}`);
        const readiness = '{range .items[*]}{.status.conditions[?(@.type=="Ready")].status}{" "}{end}';
        const { code, stdout } = await this.kubectl(
          ['get', 'pods', '--namespace=kube-system', ...pods, `--output=jsonpath=${readiness}`],
          { allowFailure: true },
        );
        return code === 0 && stdout.trim() === pods.map(() => 'True').join(' ');
      }, 120);
      await kubeProxyReady(node);
    }
  }

  private bootNode(name: string, index: number): Promise<ClusterNode> {
    createNodeCgroup(this.cgroup, name);
    return ClusterNode.boot({
      name,
      index,
      directory: path.join(this.directory, name),
      lanPid: this.lanPid,
      cgroup: `/${this.cgroup}/${name}`,
      pauseImage: this.release.images.pause,
      binaries: this.release.binaries,
    });
  }

  private startLoadBalancer(count: number): void {
    const file = path.join(this.directory, 'haproxy.cfg');
    fs.writeFileSync(file, loadBalancerConfig(count));
    const output = fs.openSync(path.join(this.directory, 'haproxy.log'), 'a');
    start(this.inLan(['haproxy', '-db', '-f', file]), { stdio: ['ignore', output, output] }).unref();
    fs.closeSync(output);
  }

  private inLan(argv: readonly string[]): string[] {
    return ['nsenter', `--target=${this.lanPid}`, '--pid', '--net', '--', 'setpriv', '--pdeathsig', 'KILL', '--', ...argv];
  }
}

async function kubeadm(node: ClusterNode, args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await node.exec(['kubeadm', ...args], { allowFailure: true, timeoutSeconds: 300 });
  fs.writeFileSync(node.path('/var/log/kubeadm.log'), stdout + stderr);
  if (code !== 0) throw new Error(`kubeadm ${args[0]} failed on ${node.name}`);
}

async function kubeProxyReady(node: ClusterNode): Promise<void> {
  await node.waitFor('healthy kube-proxy', async () => {
    const { code } = await node.exec(['curl', '--silent', '--fail', 'http://127.0.0.1:10256/healthz'], { allowFailure: true });
    return code === 0;
  });
}
