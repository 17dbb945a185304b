/** `trace` with a real kubectl, on a real API server and etcd that sample nothing by themselves. */
import { ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Backend } from './backend';
import { components } from './components';
import { ControlPlane } from './control-plane';
import { ownAddress, until } from './real-collector';
import { Scratch } from './scratch-directory';
import { Authority } from '../../support/certificates';

jest.setTimeout(180_000);

const ROOT = path.join(__dirname, '../../..');
const WEBHOOK = 'slow.policy.example.com';

const scratch = new Scratch();
let backend: Backend;
let controlPlane: ControlPlane;
let kubectl: string;
let spans: string;

beforeAll(async () => {
  const binaries = await components('collector', 'etcd', 'apiServer', 'kubectl');
  ({ kubectl } = binaries);
  const root = scratch.below('backend');
  spans = path.join(root, 'spans.json');
  backend = new Backend({ binary: binaries.collector, root });
  scratch.ending(() => backend.stop());
  await backend.start();
  controlPlane = new ControlPlane(binaries, scratch);
  await controlPlane.start(backend.endpoint, { apiServer: 0, etcd: 0 });
  await bindMonitoring();
  await addWebhook();
});

afterAll(() => scratch.clear());

/** Its group says who may ask for spans, and nothing about what may be read. */
async function bindMonitoring(): Promise<void> {
  // Nobody is here who would fill the role `view`.
  expect(await controlPlane.request('/apis/rbac.authorization.k8s.io/v1/clusterroles', {
    method: 'POST', body: { metadata: { name: 'tracing' }, rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }] },
  })).toBe(201);
  expect(await controlPlane.request('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    method: 'POST',
    body: {
      metadata: { name: 'tracing' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'tracing' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'prometheus' }],
    },
  })).toBe(201);
}

async function addWebhook(): Promise<void> {
  const address = ownAddress();
  const authority = new Authority(scratch.below('authority'));
  const keys = scratch.below('webhook');
  authority.issue(keys, address);
  const script = path.join(ROOT, 'test/integration/cluster/scripts/slow-webhook.mjs');
  const server = spawn(process.execPath, [script, address, '8443', `${keys}/tls.key`, `${keys}/tls.crt`, '400'], { stdio: ['ignore', 'pipe', 'inherit'] });
  scratch.ending(async () => void server.kill());
  await once(server.stdout, 'data');
  expect(await controlPlane.request('/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations', {
    method: 'POST',
    body: {
      metadata: { name: 'slow' },
      webhooks: [{
        name: WEBHOOK,
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        clientConfig: { url: `https://${address}:8443/`, caBundle: fs.readFileSync(authority.certificate).toString('base64') },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['secrets'], operations: ['CREATE'] }],
      }],
    },
  })).toBe(201);
}

interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(args: readonly string[], token = 'admintoken'): { child: ChildProcess; ended: Promise<Ended>; said: () => string } {
  const env = { ...process.env, PATH: `${path.dirname(kubectl)}:${process.env.PATH}`, KUBECONFIG: controlPlane.kubeconfig(token), TMPDIR: scratch.below('tmp') };
  const child = spawn(process.execPath, [path.join(ROOT, 'bin/cdk8s-control-plane-tracing'), 'trace', '--file', spans, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', data => { stdout += data; });
  child.stderr.on('data', data => { stderr += data; });
  const ended = once(child, 'close').then(([status, signal]): Ended => ({ status: status as number | null, signal: signal as NodeJS.Signals | null, stdout, stderr }));
  return { child, ended, said: () => stdout + stderr };
}

const trace = (args: readonly string[], token?: string) => start(args, token).ended;
const traceIds = () => new Set(backend.spans().map(({ traceId }) => traceId));

test('exactly the requests of the command have spans, and its output is kept', async () => {
  const before = traceIds();
  const running = trace(['--', 'kubectl', 'get', 'configmaps', '--namespace', 'default']);
  // Others at the same time have none.
  await controlPlane.request('/api/v1/namespaces/default/secrets');
  const { status, stdout, stderr } = await running;
  process.stderr.write(stderr);
  expect([status, stdout]).toEqual([0, '']);
  expect(stderr).toContain('No resources found in default namespace.');
  expect(stderr).toContain('list configmaps');
  expect(stderr).toMatch(/GET \/api\/v1\/namespaces\/default\/configmaps \[client\]/);
  await backend.settled();
  const arrived = [...traceIds()].filter(id => !before.has(id));
  const roots = backend.spans().filter(({ traceId, kind, resource }) => arrived.includes(traceId) && kind === 2 && resource['service.name'] === 'apiserver');
  // The others describe the API: kubectl has no cache here.
  expect(roots.map(({ name }) => name).filter(name => name !== 'GET')).toEqual(['GET /api/v1/namespaces/{:namespace}/configmaps']);
  expect(arrived).toHaveLength(roots.length);
  const audit = /Audit-ID ([0-9a-f-]{36})/.exec(stderr)?.[1];
  expect(roots.map(({ attributes }) => attributes['audit-id'])).toContain(audit);
});

test('a slow webhook is named, and etcd below it', async () => {
  const { status, stdout, stderr } = await trace(['--', 'kubectl', 'create', 'secret', 'generic', 'slow', '--namespace', 'default']);
  process.stderr.write(stderr);
  expect([status, stdout]).toEqual([0, 'secret/slow created\n']);
  expect(stderr).toMatch(/time: webhook slow\.policy\.example\.com 4\d\d ms/);
  expect(stderr).toMatch(new RegExp('Call validating webhook.* ◀ slow'));
  expect(stderr).not.toContain('did not arrive');
});

test('an identity of system:monitoring is enough', async () => {
  const { status, stderr } = await trace(['--', 'kubectl', 'get', 'pods'], 'monitortoken');
  expect(status).toBe(0);
  // The namespace of the context is kept.
  expect(stderr).toContain('No resources found in kube-system namespace.');
  expect(stderr).toContain('list pods');
});

test('an ordinary user gets a sentence, and the command is not run', async () => {
  const { status, stdout, stderr } = await trace(['--', 'touch', path.join(scratch.directory, 'ran')], 'usertoken');
  expect([status, stdout]).toEqual([125, '']);
  expect(stderr).toMatch(/^trace: user jane is in developers, and the API server makes spans on demand only for system:masters and system:monitoring: use an identity .*trace\.md/);
  expect(fs.existsSync(path.join(scratch.directory, 'ran'))).toBe(false);
});

test('the exit status of the command is kept', async () => {
  const { status, stderr } = await trace(['--', 'kubectl', 'get', 'configmap', 'none', '--namespace', 'default']);
  expect(status).toBe(1);
  expect(stderr).toContain('Error from server (NotFound)');
  expect(stderr).toMatch(/get configmaps .*status 404/);
  expect(await trace(['--', 'sh', '-c', 'exit 42'])).toMatchObject({ status: 42, stderr: expect.stringContaining('sh sent no request') });
});

test('a watch is passed on until it is ended, and what upgrades a connection gets its answer', async () => {
  const { child, ended, said } = start(['--', 'kubectl', 'get', 'configmaps', '--namespace', 'kube-system', '--watch']);
  await until(() => said().includes('kube-apiserver-legacy'), 'the watch shows what is there');
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({ status: null, signal: 'SIGTERM' });
  const { status, stderr } = await trace(['--', 'kubectl', 'exec', '--namespace', 'default', 'none', '--', 'true']);
  expect(status).toBe(1);
  expect(stderr).toContain('pods "none" not found');
});

test('an interrupt ends the command alone, and what was traced until then is told', async () => {
  const { child, ended, said } = start(['--', 'sh', '-c', 'kubectl get --raw /api/v1/namespaces/default; kill -INT $PPID; kill -INT $$']);
  const { status, signal, stderr } = await ended;
  expect([status, signal, child.killed]).toEqual([null, 'SIGINT', false]);
  expect(said()).toContain('"kind":"Namespace"');
  expect(stderr).toContain('get namespaces');
});

test('nothing is left of a trace that is killed', async () => {
  const tmp = scratch.below('tmp');
  const pid = path.join(scratch.directory, 'pid');
  expect(fs.readdirSync(tmp)).toEqual([]);
  const { child } = start(['--', 'sh', '-c', `echo $$ > ${pid}; exec sleep 60 >/dev/null 2>&1`]);
  await until(() => fs.existsSync(pid) && fs.readFileSync(pid, 'utf8').endsWith('\n'), 'the command runs');
  const [directory] = fs.readdirSync(tmp);
  const proxies = () => execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n').filter(line => line.includes(`${directory}/api`));
  expect(proxies().length).toBeGreaterThan(0);
  child.kill('SIGKILL');
  await until(() => proxies().length === 0 && fs.readdirSync(tmp).length === 0, 'the proxy and its directory are gone');
  process.kill(Number(fs.readFileSync(pid, 'utf8')));
});
