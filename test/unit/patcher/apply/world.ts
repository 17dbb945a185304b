import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { SPEC } from './cluster-of-pods';
import { fakeHost } from './fake-host';
import { VirtualClock } from './virtual-clock';
import { PatchSpec } from '../../../../src/patch-spec/patch-spec';
import { Run } from '../../../../src/patcher/apply/run';
import { Files } from '../../../../src/patcher/host/files';
import { Host } from '../../../../src/patcher/host/host';
import { Process, ProcessId } from '../../../../src/patcher/host/processes';
import { Certificates } from '../../../../src/patcher/plan/certificates';
import { readPod } from '../../../support/model-node/kubelet/file-source';
import { ETCD, KUBE_APISERVER } from '../../../support/model-node/manifests';

export const TEMPLATE = 'apiVersion: apiserver.config.k8s.io/v1beta1\nkind: TracingConfiguration\nsamplingRatePerMillion: 1\n';
export const KUBELET: Process = { pid: 1, startTime: '1', argv: ['kubelet'], podUid: undefined };

/** Real files; in place of kubelet, every manifest has at once the process that it asks for. */
export class World {
  public readonly directory = fs.mkdtempSync(path.join(os.tmpdir(), 'run-'));
  public readonly manifests = path.join(this.directory, 'manifests');
  public more: Process[] = [KUBELET];
  public readonly log: string[] = [];
  /** Whether processes say which pod they belong to. */
  public inPods = false;
  /** The component that has no process. */
  public gone: string | undefined;

  public readonly signals: { signal: string; pid: number; at: number }[] = [];
  /** When the manifest of each rename came into place. */
  public readonly renamedAt: number[] = [];
  /** Names of manifests that were renamed into place. */
  public readonly renamed: string[] = [];

  /** The program is killed after so many renames of manifests: nothing that it does from then on has an effect. */
  public killedAfter = Infinity;

  /** What speaking TLS to the collector gives. */
  public tlsError: NodeJS.ErrnoException | undefined;

  public constructor(public readonly clock = new VirtualClock()) {
    fs.mkdirSync(this.manifests, { mode: 0o700 });
    fs.writeFileSync(path.join(this.manifests, 'kube-apiserver.yaml'), KUBE_APISERVER, { mode: 0o600 });
    fs.writeFileSync(path.join(this.manifests, 'etcd.yaml'), ETCD, { mode: 0o600 });
  }

  /** What a signal brings about. */
  public signalled: (pid: number) => void = () => undefined;
  /** Whether /proc cannot be read. */
  public unseen: () => boolean = () => false;
  /** Whether this call of the file system fails. */
  public fails: (call: string, file: string) => boolean = () => false;
  /** Called before each operation on files; may throw. */
  public disturb: (operation: string, file: string) => void = () => undefined;
  /** Whether something accepts connections there. */
  public accepts: (host: string) => boolean = () => false;
  /** Whether the probes of a process with this command line succeed. */
  public answers: (argv: string) => boolean = () => true;

  public get host(): Host {
    const processes: Partial<Host['processes']> = {
      named: (component: string) => this.processes().filter(p => p.argv[0] === component),
      isAlive: (id: ProcessId) => this.processes().some(p => p.startTime === id.startTime),
      inPods: () => [],
      staticPodUids: () => new Set(),
      signal: ({ pid }, signal) => {
        this.signals.push({ signal, pid, at: this.clock.now() });
        this.signalled(pid);
        return true;
      },
      bootId: () => 'boot',
    };
    const endpoints: Partial<Host['endpoints']> = {
      secured: () => Promise.resolve(this.tlsError),
      accepts: (host: string) => Promise.resolve(this.accepts(host)),
      answers: async ({ port }) => {
        const running = this.processes();
        return running.every(p => this.answers(p.argv.join(' '))) && running.some(p => p.argv[0] === (port === 6443 ? 'kube-apiserver' : 'etcd'));
      },
    };
    return fakeHost(this.clock, { files: this.files(), processes, endpoints, log: line => this.log.push(line) });
  }

  public spec(change: Partial<PatchSpec> = {}): PatchSpec {
    return { ...SPEC, controlPlaneNodes: 1, manifestsDirectory: this.manifests, configDirectory: path.join(this.directory, 'tracing'), ...change };
  }

  public run(
    name: string, change: Partial<PatchSpec> = {}, endpoint = { host: '10.96.0.5', port: 4317 }, certificates?: Certificates, host = this.host,
  ): Run {
    return new Run(host, {
      spec: this.spec(change),
      certificates,
      template: TEMPLATE,
      facts: { nodeName: 'a', endpoint: change.state === 'disabled' ? null : endpoint },
      run: name,
    });
  }

  public execute(name: string, change: Partial<PatchSpec> = {}, certificates?: Certificates) {
    return this.clock.run(this.run(name, change, undefined, certificates).execute());
  }

  public ids(component: string): ProcessId[] {
    return this.processes().filter(p => p.argv[0] === component).map(({ pid, startTime }) => ({ pid, startTime }));
  }

  private files(): Files {
    return new Proxy(new Files(), {
      get: (files, name: keyof Files) => (...args: unknown[]) => {
        if (this.killedAfter === 0) throw new Error('killed');
        if (this.fails(name, String(args[0]))) throw Object.assign(new Error(`EIO: ${name}`), { code: 'EIO' });
        this.disturb(name, String(args[0]));
        const result = (files[name] as (...of: unknown[]) => unknown)(...args);
        if (name === 'rename') {
          this.renamed.push(path.basename(String(args[1])));
          this.renamedAt.push(this.clock.now());
          this.killedAfter--;
        }
        return result;
      },
    });
  }

  /** The UID that kubelet gives the pod of a manifest. */
  public podUid(component: string): string {
    return podOf(fs.readFileSync(path.join(this.manifests, `${component}.yaml`), 'utf8'), component).uid;
  }

  private processes(): Process[] {
    if (this.unseen()) throw new Error('EIO: /proc');
    const running = ['kube-apiserver', 'etcd'].map((component, i): Process => {
      const text = fs.readFileSync(path.join(this.manifests, `${component}.yaml`), 'utf8');
      const pod = podOf(text, component);
      return { pid: 10 + i, startTime: pod.uid, argv: pod.argv, podUid: this.inPods ? pod.uid : undefined };
    });
    return [...running.filter(p => p.argv[0] !== this.gone), ...this.more];
  }
}

const PODS = new Map<string, ReturnType<typeof readPod>>();

/** Ten looks a second at every process of three nodes are thousands in a test's minutes, of a few texts: each is parsed once. */
function podOf(text: string, component: string): ReturnType<typeof readPod> {
  const known = PODS.get(text) ?? readPod(text, component);
  PODS.set(text, known);
  return known;
}
