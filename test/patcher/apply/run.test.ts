import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { SPEC } from './cluster-of-pods';
import { VirtualClock } from './virtual-clock';
import { Node, StopRequest } from '../../../src/patcher/apply/node';
import { Run } from '../../../src/patcher/apply/run';
import { Endpoints } from '../../../src/patcher/host/endpoints';
import { Files } from '../../../src/patcher/host/files';
import { Process, ProcessId, Processes } from '../../../src/patcher/host/processes';
import { readPod } from '../../model-node/kubelet/file-source';
import { ETCD, KUBE_APISERVER } from '../../model-node/manifests';

const TEMPLATE = 'apiVersion: apiserver.config.k8s.io/v1beta1\nkind: TracingConfiguration\nsamplingRatePerMillion: 1\n';
const KUBELET: Process = { pid: 1, startTime: '1', argv: ['kubelet'], podUid: undefined };

/** Real files; in place of kubelet, every manifest has at once the process that it asks for. */
class World {
  public readonly clock = new VirtualClock();
  public readonly directory = fs.mkdtempSync(path.join(os.tmpdir(), 'run-'));
  public readonly manifests = path.join(this.directory, 'manifests');
  public more: Process[] = [KUBELET];
  public readonly log: string[] = [];

  public constructor() {
    fs.mkdirSync(this.manifests, { mode: 0o700 });
    fs.writeFileSync(path.join(this.manifests, 'kube-apiserver.yaml'), KUBE_APISERVER, { mode: 0o600 });
    fs.writeFileSync(path.join(this.manifests, 'etcd.yaml'), ETCD, { mode: 0o600 });
  }

  /** Whether the probes of a process with this command line succeed. */
  public answers: (argv: string) => boolean = () => true;

  public run(name: string): Run {
    const stop = new StopRequest(this.clock);
    const processes = {
      named: (component: string) => this.processes().filter(p => p.argv[0] === component),
      isAlive: (id: ProcessId) => this.processes().some(p => p.startTime === id.startTime),
      inPods: () => [],
      staticPodUids: () => new Set(),
      signal: () => true,
      bootId: () => 'boot',
    } as unknown as Processes;
    const endpoints = {
      accepts: () => Promise.resolve(false),
      answers: () => Promise.resolve(this.processes().every(p => this.answers(p.argv.join(' ')))),
    } as unknown as Endpoints;
    const node: Node = { clock: this.clock, stop, files: new Files(), processes, endpoints, log: line => this.log.push(line) };
    return new Run(node, {
      spec: { ...SPEC, controlPlaneNodes: 1, manifestsDirectory: this.manifests, configDirectory: path.join(this.directory, 'tracing') },
      template: TEMPLATE,
      facts: { nodeName: 'a', endpoint: '10.96.0.5:4317' },
      run: name,
    });
  }

  public execute(name: string) {
    return this.clock.run(this.run(name).execute());
  }

  public ids(component: string): ProcessId[] {
    return this.processes().filter(p => p.argv[0] === component).map(({ pid, startTime }) => ({ pid, startTime }));
  }

  private processes(): Process[] {
    const running = ['kube-apiserver', 'etcd'].map((component, i): Process => {
      const text = fs.readFileSync(path.join(this.manifests, component + '.yaml'), 'utf8');
      const pod = readPod(text, component);
      return { pid: 10 + i, startTime: pod.uid, argv: pod.argv, podUid: undefined };
    });
    return [...running, ...this.more];
  }
}

let world: World;

beforeEach(() => {
  world = new World();
});

afterEach(() => {
  fs.rmSync(world.directory, { recursive: true });
});

test('a change is carried out, and a second run has nothing to do', async () => {
  expect(await world.execute('job-1')).toEqual({ kind: 'changed', components: ['kube-apiserver', 'etcd'] });
  expect(await world.execute('job-2')).toEqual({ kind: 'unchanged' });
});

test('an API server of any user can read its configuration, which nobody else on the node reaches', async () => {
  await world.execute('job-1');
  const directory = path.join(world.directory, 'tracing');
  const [config] = fs.readdirSync(directory).filter(name => name.startsWith('tracing-config.'));
  const mode = (file: string) => fs.statSync(file).mode & 0o777; // eslint-disable-line no-bitwise
  expect([mode(path.join(directory, config!)), mode(directory)]).toEqual([0o644, 0o700]);
});

test('what failed is not tried again by the same run, but by another', async () => {
  world.answers = argv => !argv.includes('tracing');
  expect(await world.execute('job-1')).toMatchObject({ kind: 'rolled-back' });
  const lines = world.log.length;
  expect(await world.execute('job-1')).toMatchObject({ kind: 'refused', code: 'tried-before' });
  expect(world.log.slice(lines).join()).not.toContain('renamed');
  world.answers = () => true;
  expect(await world.execute('job-2')).toMatchObject({ kind: 'changed' });
});

test.each<[string, string, (w: World) => void]>([
  ['no kubelet is seen', 'no-kubelet', w => { w.more = []; }],
  ['two kubelets are seen', 'no-kubelet', w => { w.more = [KUBELET, { ...KUBELET, pid: 2 }]; }],
  ['kubeadm is at work', 'kubeadm-running', w => { w.more = [KUBELET, { ...KUBELET, pid: 2, argv: ['kubeadm', 'upgrade'] }]; }],
  ['a component does not answer', 'unhealthy-start', w => { w.answers = argv => !argv.startsWith('etcd'); }],
  ['a component runs twice', 'not-as-manifest', w => { w.more = [KUBELET, { ...KUBELET, pid: 2, argv: readPod(ETCD, 'etcd').argv }]; }],
  ['a manifest is a link', 'unsafe-file', w => {
    fs.renameSync(path.join(w.manifests, 'etcd.yaml'), path.join(w.directory, 'etcd.yaml'));
    fs.symlinkSync(path.join(w.directory, 'etcd.yaml'), path.join(w.manifests, 'etcd.yaml'));
  }],
  ['a manifest has a second name', 'unsafe-file', w => fs.linkSync(path.join(w.manifests, 'etcd.yaml'), path.join(w.directory, 'second'))],
  ['others can write to the directory', 'unsafe-file', w => fs.chmodSync(w.manifests, 0o777)],
  ['a copy of a manifest lies there', 'duplicate-pod', w => fs.copyFileSync(path.join(w.manifests, 'etcd.yaml'), path.join(w.manifests, 'etcd.yaml.bak'))],
  ['there is no such directory', 'no-manifests-directory', w => fs.renameSync(w.manifests, w.manifests + '.moved')],
])('refused with nothing touched: %s', async (_, code, disturb) => {
  disturb(world);
  expect(await world.execute('job-1')).toMatchObject({ kind: 'refused', code });
  expect(fs.existsSync(path.join(world.directory, 'tracing'))).toBe(false);
});

test('a machine that went down in the middle: a new process that has the number and the time of an old one is a new one', async () => {
  await world.execute('job-1');
  const file = path.join(world.directory, 'tracing', 'journal.json');
  const journal = JSON.parse(fs.readFileSync(file, 'utf8'));
  const entries = journal.components.map((entry: { component: string }) => ({ ...entry, old: world.ids(entry.component) }));
  const interrupted = { ...journal, phase: 'swapping', components: entries };

  fs.writeFileSync(file, JSON.stringify({ ...interrupted, bootId: 'the boot before' }));
  expect(await world.execute('job-2')).toEqual({ kind: 'unchanged' });
  expect(world.log).toContain('the interrupted run ended: changed');
});

test('only the newest backups are kept', async () => {
  const backups = path.join(world.directory, 'tracing', 'backup');
  await world.execute('job-1');
  for (let i = 0; i < 9; i++) fs.writeFileSync(path.join(backups, `etcd.yaml.00000000000${i}`), 'x', { mode: 0o600 });
  fs.writeFileSync(path.join(world.manifests, 'etcd.yaml'), ETCD, { mode: 0o600 });
  await world.execute('job-2');
  expect(fs.readdirSync(backups).filter(name => name.startsWith('etcd'))).toHaveLength(5);
});
