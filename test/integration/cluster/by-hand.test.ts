/** The recipe of docs/how-to/by-hand.md, as it is written there, on a real control plane: a node without Node.js, and no Job. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Cluster } from './cluster';
import { Generations } from './generations';
import { ClusterNode } from './node';
import { codeBlocks, PAGES } from '../../unit/docs/markdown';

const ROOT = path.join(__dirname, '../../..');
const BUNDLE = path.join(ROOT, 'assets/patcher/main/index.js');
const ENDPOINT = '10.96.0.50:4317';
const COMPONENTS = ['kube-apiserver', 'etcd'] as const;

let cluster: Cluster;
let node: ClusterNode;
let original: Record<string, string>;
let recipe: string;

beforeAll(async () => {
  const page = PAGES.find(({ file }) => file === 'docs/how-to/by-hand.md')!;
  const block = codeBlocks(page).find(({ text }) => text.startsWith('tracing() {'))!;
  recipe = block.text.slice(0, block.text.indexOf('\n}\n') + 3).replaceAll('/root/tracing.js', BUNDLE);
  cluster = await Cluster.start({ name: 'by-hand', log: (line) => process.stderr.write(`${line}\n`) });
  node = cluster.nodes[0]!;
  original = manifests();
});
afterAll(() => cluster?.stop());

function manifests(): Record<string, string> {
  return Object.fromEntries(fs.readdirSync(node.manifestsDir).sort().map((name) => [name, fs.readFileSync(path.join(node.manifestsDir, name), 'utf8')]));
}

/** @returns the exit status and all that was said */
async function tracing(args: string): Promise<{ status: string; said: string }> {
  const { stdout } = await node.exec(['bash', '-c', `${recipe}\n{ tracing ${args}; } 2>&1; echo "status $?"`]);
  const [said, status] = stdout.trimEnd().split(/\nstatus (?=\d+$)/) as [string, string];
  process.stderr.write(`tracing ${args}: ${status}\n${said}\n`);
  return { status, said };
}

test('status says that tracing is off', async () => {
  const { status, said } = await tracing('status');
  expect(said).toContain('kube-apiserver: tracing is off');
  expect(said).toContain('etcd: tracing is off');
  expect(status).toBe('0');
});

test('apply switches tracing on, with one restart of each component', async () => {
  const generations = Generations.watch(node, COMPONENTS);
  const { status, said } = await tracing(`apply --control-plane-nodes 1 --endpoint ${ENDPOINT} --sampling-rate-per-million 10000`);
  expect(await generations.stop()).toEqual({ 'kube-apiserver': 2, 'etcd': 2 });
  expect(said).toContain('done: kube-apiserver and etcd restarted with the planned flags and healthy');
  expect(status).toBe('0');
});

test('status says where spans are sent, and that another address is not the right one', async () => {
  const { status, said } = await tracing(`status --endpoint ${ENDPOINT}`);
  expect(said).toContain(`kube-apiserver: sends spans to ${ENDPOINT}`);
  expect(said).toContain(`etcd: sends spans to ${ENDPOINT}`);
  expect(said).toContain('last change: confirmed');
  expect(status).toBe('0');
  expect((await tracing('status --endpoint 10.96.0.51:4317')).status).toBe('1');
});

test("revert gives kubeadm's bytes back, but for an annotation that means nothing", async () => {
  const { status } = await tracing('revert --control-plane-nodes 1');
  expect(status).toBe('0');
  // There is no collector, so that etcd ends later than the second rename would make sense: what the first one put there stays.
  const now = Object.entries(manifests()).map(([name, text]) => [name, text.replace(/^ *cdk8s-control-plane-tracing\.github\.io\/first-rename: .*\n/m, '')]);
  expect(Object.fromEntries(now)).toEqual(original);
});
