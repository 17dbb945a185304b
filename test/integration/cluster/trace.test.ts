/**
 * `trace` and `report` on a real cluster that samples nothing, with the default collector: its pod is not root, and its log goes through containerd and
 * kubelet. The identity is made as docs/how-to/trace.md says.
 */
import { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Cluster } from './cluster';
import { LAN_ADDRESS } from './network';
import { apply, jobEnds, jobName, NAMESPACE, synth } from './stack';
import { Authority } from '../../support/certificates';
import { ensureComponents } from '../../support/components/build';
import { KUBERNETES_VERSION } from '../../support/components/catalog';
import { codeBlocks, PAGES } from '../../unit/docs/markdown';
import { until } from '../collector/real-collector';

const ROOT = path.join(__dirname, '../../..');
const BIN = path.join(ROOT, 'bin/cdk8s-control-plane-tracing');
const WEBHOOK = 'slow.policy.example.com';

let cluster: Cluster;
let directory: string;
let environment: NodeJS.ProcessEnv;
let webhook: ChildProcess | undefined;

beforeAll(async () => {
  const yaml = synth({ samplingRatePerMillion: 0 });
  const kubectl = (await ensureComponents([`kubectl@${KUBERNETES_VERSION}`])).get(`kubectl@${KUBERNETES_VERSION}`)!;
  cluster = await Cluster.start({ name: 'trace', log: (line) => process.stderr.write(`${line}\n`) });
  directory = path.join(cluster.directory, 'desk');
  fs.mkdirSync(path.join(directory, 'tmp'), { recursive: true });
  fs.copyFileSync(cluster.kubeconfig, path.join(directory, 'config'));
  environment = {
    PATH: `${path.dirname(kubectl)}:${process.env.PATH}`, HOME: directory, TMPDIR: path.join(directory, 'tmp'), KUBECONFIG: path.join(directory, 'config'),
  };
  await apply(cluster, yaml);
  const end = await jobEnds(cluster, jobName(yaml));
  expect(`${end.reason}\n${end.log}`).toContain('done: ');
  await cluster.kubectl(['-n', NAMESPACE, 'rollout', 'status', 'deployment', '--timeout=60s']);
});

afterAll(async () => {
  webhook?.kill('SIGKILL');
  await cluster?.stop();
});

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program at a desk in the cluster's network. */
function start(argv: readonly string[]): { child: ChildProcess; ended: Promise<Ended>; said: () => string } {
  const child = cluster.spawn(argv, { cwd: directory, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout!.on('data', (data) => { stdout += data; });
  child.stderr!.on('data', (data) => { stderr += data; });
  const ended = once(child, 'close').then(([status]): Ended => {
    process.stderr.write(`${argv.slice(-6).join(' ').slice(0, 200)}: ${status}\n${stderr}\n`);
    return { status: status as number | null, stdout, stderr };
  });
  return { child, ended, said: () => stdout + stderr };
}

const desk = (argv: readonly string[]) => start(argv).ended;
const trace = (...args: string[]) => desk([process.execPath, BIN, 'trace', ...args]);

async function collectorLog(): Promise<string> {
  return (await cluster.kubectl(['-n', NAMESPACE, 'logs', '-l', 'app.kubernetes.io/component=collector', '--tail=-1'])).stdout;
}

const traceIds = (text: string) => new Set([...text.matchAll(/"traceId":"([0-9a-f]{32})"/g)].map(([, id]) => id));

test("an administrator of kubeadm's, who is in no such group, gets the sentence", async () => {
  const { status, stdout, stderr } = await trace('--', 'kubectl', 'get', 'pods');
  expect([status, stdout]).toEqual([125, '']);
  expect(stderr).toMatch(/^trace: user kubernetes-admin is in kubeadm:cluster-admins, and the API server makes spans on demand only for system:masters and system:monitoring/);
});

test('the recipe of the documentation makes an identity that may ask for spans', async () => {
  const page = PAGES.find(({ file }) => file === 'docs/how-to/trace.md')!;
  const recipe = codeBlocks(page).find(({ text }) => text.startsWith('openssl req'))!.text.replace(/^npx .*$/m, '');
  const { status, stderr } = await desk(['bash', '-euc', recipe]);
  expect([status, stderr]).toEqual([0, expect.any(String)]);
});

test('exactly the requests of the command have spans, and they are read from the log of the collector', async () => {
  const before = traceIds(await collectorLog());
  const { status, stdout, stderr } = await trace('--context', 'tracer', '--', 'kubectl', 'get', 'pods', '--all-namespaces');
  expect(status).toBe(0);
  expect(stdout).toContain('kube-apiserver-cp1');
  expect(stderr).toContain('list pods');
  expect(stderr).toMatch(/GET \/api\/v1\/pods \[client\]/);
  const told = new Set([...stderr.matchAll(/^trace ([0-9a-f]{32})/gm)].map(([, id]) => id));
  expect(told.size).toBe(1);
  const after = [...traceIds(await collectorLog())].filter((id) => !before.has(id));
  expect(after).toEqual(expect.arrayContaining([...told]));
  // What describes the API is in the log, too, and nothing else.
  const discovery = Number(/and (\d+) requests? for the API's description/.exec(stderr)?.[1] ?? 0);
  expect(after).toHaveLength(told.size + discovery);
});

test('a slow webhook is named, down to etcd on its node', async () => {
  const keys = path.join(directory, 'webhook');
  const authority = new Authority(keys);
  authority.issue(keys, LAN_ADDRESS);
  const script = path.join(__dirname, 'scripts/slow-webhook.mjs');
  webhook = cluster.spawn([process.execPath, script, LAN_ADDRESS, '9443', `${keys}/tls.key`, `${keys}/tls.crt`, '500'], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(webhook.stdout!, 'data');
  await cluster.kubectl(['apply', '-f', '-'], {
    stdin: JSON.stringify({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'policy' },
      webhooks: [{
        name: WEBHOOK,
        clientConfig: { url: `https://${LAN_ADDRESS}:9443/validate`, caBundle: fs.readFileSync(authority.certificate, 'base64') },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }],
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'default' } },
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
      }],
    }),
  });
  // An identity for everything, of kubeadm's own.
  const all = ['--kubeconfig', cluster.nodes[0]!.path('/etc/kubernetes/super-admin.conf')];
  let slow = '';
  await until(async () => {
    slow = (await trace(...all, '--', 'kubectl', '-n', 'default', 'create', 'configmap', `slow-${Date.now()}`)).stderr;
    return slow.includes('webhook');
  }, 'the API server knows the webhook');
  expect(slow).toMatch(/time: webhook slow\.policy\.example\.com [5-9]\d\d ms/);
  expect(slow).toMatch(/Call validating webhook.* ◀ slow/);
  expect(slow).not.toContain('did not arrive');
});

test('logs -f and port-forward pass through', async () => {
  const all = ['--kubeconfig', cluster.nodes[0]!.path('/etc/kubernetes/super-admin.conf')];
  const logs = start([process.execPath, BIN, 'trace', ...all, '--', 'kubectl', '-n', NAMESPACE, 'logs', '-f', 'deployment/control-plane-tracing-collector']);
  await until(() => logs.said().includes('Everything is ready'), 'the log comes');
  logs.child.kill('SIGTERM');
  const forward = start([process.execPath, BIN, 'trace', ...all, '--', 'kubectl', '-n', 'kube-system', 'port-forward', 'pod/etcd-cp1', '22381:2381']);
  await until(() => forward.said().includes('Forwarding from 127.0.0.1:22381'), 'the port is there');
  const { stdout } = await desk([process.execPath, '-e', 'fetch("http://127.0.0.1:22381/health").then(answer => console.log(answer.status))']);
  forward.child.kill('SIGTERM');
  expect(stdout).toBe('200\n');
  await Promise.all([logs.ended, forward.ended]);
  // What kills them is SIGKILL.
  await until(() => fs.readdirSync(path.join(directory, 'tmp')).length === 0, 'nothing is left of them');
});

test('lines beyond 16 kB survive the log, and report reads it', async () => {
  // Many requests make one batch.
  const kinds = 'pods,nodes,services,configmaps,namespaces,events,serviceaccounts,deployments.apps,daemonsets.apps,jobs.batch';
  const many = await trace('--kubeconfig', cluster.nodes[0]!.path('/etc/kubernetes/super-admin.conf'), '--', 'kubectl', 'get', kinds, '--all-namespaces');
  expect(many).toMatchObject({ status: 0, stderr: expect.stringContaining('list daemonsets.apps') });
  const log = await collectorLog();
  const [longest] = log.split('\n').sort((a, b) => b.length - a.length);
  expect(longest!.length).toBeGreaterThan(16 * 1024);
  expect(log.split('\n').filter((line) => line.startsWith('{"resourceSpans"')).map((line) => typeof JSON.parse(line))).not.toContain('undefined');
  const file = path.join(directory, 'log');
  fs.writeFileSync(file, log);
  const { status, stdout } = await desk(['sh', '-c', `${process.execPath} ${BIN} report - --output json < ${file}`]);
  expect(status).toBe(0);
  const { input, webhooks } = JSON.parse(stdout) as { input: { brokenLines: number; requests: number }; webhooks: { name: string }[] };
  expect(input.brokenLines).toBe(0);
  expect(input.requests).toBeGreaterThan(5);
  expect(webhooks.map(({ name }) => name)).toContain(WEBHOOK);
});
