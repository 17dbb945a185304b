/** The command as it is installed, with a program in the place of kubectl; a real kubectl and API server are in test/integration/collector/trace.test.ts. */
import { spawn } from 'child_process';
import { once } from 'events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { UsageError } from '../../../src/patcher/commands/options';
import { readTraceOptions } from '../../../src/patcher/commands/trace-options';
import { HttpBackend } from '../../support/traces/http-backend';

const ROOT = join(__dirname, '../../..');
const ON = ['kube-apiserver', '--tracing-config-file=/etc/kubernetes/tracing/config.yaml'];
const OFF = ['kube-apiserver', '--v=2'];
const CLUSTER = { version: 'v1.37.2', groups: ['system:masters'], apiServers: [ON], collectors: ['Running'] };
/** In the place of a command that lists ConfigMaps. */
const CLIENT = `
const { clusters: [{ cluster: { server } }], contexts: [{ name, context: { namespace } }] } = JSON.parse(require('fs').readFileSync(process.env.KUBECONFIG));
fetch(server + '/api/v1/namespaces/' + namespace + '/configmaps').then(answer => answer.text()).then(text => console.log(name, text));`;

let directory: string;

beforeAll(() => {
  if (!existsSync(join(ROOT, 'assets/trace/main/index.js'))) throw new Error('the program is not built: run "npx projen bundle" first');
});
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'trace-test-'));
  for (const name of ['bin', 'empty', 'tmp']) mkdirSync(join(directory, name));
  // In a directory of its own, so that PATH can do without it.
  for (const name of ['bin', 'empty']) symlinkSync(process.execPath, join(directory, name, 'node'));
  copyFileSync(join(ROOT, 'test/support/traces/fake-kubectl.mjs'), join(directory, 'bin/kubectl.mjs'));
  writeFileSync(join(directory, 'bin/kubectl'), `#!/bin/sh\nexec ${process.execPath} ${directory}/bin/kubectl.mjs "$@"\n`, { mode: 0o755 });
});
afterEach(() => rmSync(directory, { recursive: true }));

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function trace(cluster: object, args: readonly string[], bin = 'bin'): Promise<Ended> {
  writeFileSync(join(directory, 'cluster.json'), JSON.stringify({ ...CLUSTER, ...cluster, directory }));
  const env = { PATH: `${join(directory, bin)}:/usr/bin:/bin`, FAKE_CLUSTER: join(directory, 'cluster.json'), TMPDIR: join(directory, 'tmp') };
  if (bin === 'empty') env.PATH = join(directory, bin);
  const child = spawn(process.execPath, [join(ROOT, 'bin/cdk8s-control-plane-tracing'), 'trace', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', data => { stdout += data; });
  child.stderr.on('data', data => { stderr += data; });
  const [status] = await once(child, 'close') as [number | null];
  return { status, stdout, stderr };
}

const client = ['--', 'node', '-e', CLIENT];

test('the requests of a command are explained from the log of the Collector', async () => {
  const { status, stdout, stderr } = await trace({}, client);
  expect([status, stdout]).toEqual([0, 'prod {"kind":"ConfigMapList","path":"/api/v1/namespaces/team-a/configmaps"}\n']);
  expect(stderr).toContain('list configmaps');
  expect(stderr).toMatch(/^time: .*webhook slow\.policy\.example\.com 36\.0 ms/m);
  expect(stderr).toContain('GET /api/v1/namespaces/team-a/configmaps [client]');
  expect(stderr).toMatch(/Audit-ID [0-9a-f-]{36}\n$/);
  expect(readFileSync(join(directory, 'calls'), 'utf8')).toMatch(/^--namespace tracing logs collector-0 --container collector --since=1\ds$/m);
  expect(readdirSync(join(directory, 'tmp'))).toEqual([]);
});

test('--all shows what is too short to explain anything, too', async () => {
  expect((await trace({}, client)).stderr).toContain('(1 span of filters or below 0.5 % not shown; --all shows all)');
  expect((await trace({}, ['--all', ...client])).stderr).toMatch(/^ +audit +─/m);
});

test('kubectl gets the kubeconfig and the context that are named', async () => {
  await trace({}, ['--kubeconfig', './other', '--context', 'prod', ...client]);
  const calls = readFileSync(join(directory, 'calls'), 'utf8').trim().split('\n');
  expect(calls.length).toBeGreaterThan(3);
  expect(calls.filter(call => !call.startsWith('--kubeconfig ./other --context prod '))).toEqual([]);
});

test('spans can be in Jaeger, which is asked for each trace', async () => {
  const server = new HttpBackend(() => ({ body: { result: JSON.parse(readFileSync(join(directory, 'log'), 'utf8').split('\n')[0]!) as object } }));
  try {
    const { status, stderr } = await trace({}, ['--jaeger', await server.start(), ...client]);
    expect(status).toBe(0);
    expect(stderr).toMatch(/^time: .*webhook slow\.policy\.example\.com/m);
    expect(server.requests[0]!.path).toMatch(/^\/api\/v3\/traces\/[0-9a-f]{32}$/);
  } finally {
    server.stop();
  }
});

test.each<[string, object, string]>([
  ['an API server that is too old', { version: 'v1.32.9' }, 'trace: the API server is v1.32.9, and a client can ask for the spans of a request from 1.33 on: raise samplingRatePerMillion'],
  ['an ordinary user', { groups: ['developers', 'ops'] }, 'trace: user jane is in developers, ops, and the API server makes spans on demand only for system:masters and system:monitoring: use an identity'],
  ['tracing that is off', { apiServers: [OFF, OFF] }, 'trace: tracing is off on cp-0, cp-1: kube-apiserver has no --tracing-config-file. Switch it on'],
  ['no Collector', { collectors: [] }, 'trace: no pod with the label cdk8s-control-plane-tracing.github.io/collector: name another place for the spans: --from NAMESPACE, --file, --jaeger or --tempo'],
  ['a Collector that does not run', { collectors: ['Pending'] }, 'trace: no running pod with the label'],
  ['no kubeconfig', { answers: { status: 502, text: 'dial tcp 127.0.0.1:8080: connect: connection refused\n' } },
    'trace: the API server does not answer: dial tcp 127.0.0.1:8080: connect: connection refused: kubectl has no kubeconfig and asks its default address; set KUBECONFIG'],
  ['an API server that is away', { answers: { status: 502, text: 'dial tcp 10.0.0.9:6443: i/o timeout\n' } },
    'trace: the API server does not answer: dial tcp 10.0.0.9:6443: i/o timeout: is it the one of your kubeconfig and its context?'],
  ['a page in the place of an API server', { answers: { status: 200, text: '<!doctype html>' } }, 'trace: GET /version: the answer is not JSON, so this is no API server'],
  ['a kubeconfig that is none', { proxyFails: 'error: context "x" does not exist' }, 'trace: kubectl proxy ended with 1: error: context "x" does not exist'],
])('%s: the command is not run, and the way out is told', async (_, cluster, text) => {
  const { status, stdout, stderr } = await trace(cluster, client);
  expect([status, stdout]).toEqual([125, '']);
  expect(stderr.slice(0, text.length)).toBe(text);
  expect(readdirSync(join(directory, 'tmp'))).toEqual([]);
});

test('without a place for a directory of its own nothing is run', async () => {
  rmSync(join(directory, 'tmp'), { recursive: true });
  expect(await trace({}, client)).toEqual({
    status: 125, stdout: '', stderr: `trace: no directory can be made in ${directory}/tmp: set TMPDIR to a directory that you may write into\n`,
  });
});

test('an API server of another major version, and one group of the two, are enough', async () => {
  expect(await trace({ version: 'v2.0.0', groups: ['system:monitoring'] }, client)).toMatchObject({ status: 0 });
});

test('what is only in part, or cannot be seen, is said', async () => {
  expect((await trace({ apiServers: [ON, OFF] }, client)).stderr).toMatch(/^tracing is off on cp-1: requests that are answered there have no spans\n/);
  expect((await trace({ apiServers: undefined }, client)).stderr).toMatch(/^whether tracing is on cannot be seen: Error from server \(Forbidden\)/);
});

test('spans that do not come are said to be missing, and the exit status stays', async () => {
  const { status, stdout, stderr } = await trace({ noSpans: true }, ['--wait', '2s', '--', 'sh', '-c', 'node -e "$0"; exit 7', CLIENT]);
  expect([status, stdout]).toEqual([7, expect.stringContaining('ConfigMapList')]);
  expect(stderr).toMatch(/no spans of 1 request in the log of tracing\/collector-0: GET \/api\/v1\/namespaces\/team-a\/configmaps \(trace [0-9a-f]{32}\)\ndoes the Collector show spans in its log\?/);
});

test('without kubectl, and without the command, that is told', async () => {
  expect(await trace({}, ['--', 'node', '-e', '0'], 'empty')).toMatchObject({ status: 125, stdout: '' });
  expect(await trace({}, ['--', 'no-such-program'])).toMatchObject({ status: 127, stderr: 'trace: no-such-program: no such program\n' });
  expect((await trace({}, ['--', 'true'])).stderr).toBe('trace: true sent no request: it must use the kubeconfig that the environment variable KUBECONFIG names\n');
});

test.each([
  [[], 'a command is required after --'], [['--'], 'a command is required after --'], [['kubectl', 'get', 'pods', '-A'], '-- is required before the command: trace [options] -- kubectl get pods -A'],
  [['--wait', '5s', 'kubectl'], 'kubectl is not an option'],
  [['--wait', 'long', '--', 'x'], '--wait (long) must be a duration'], [['--top', '0', '--', 'x'], '--top (0) must be a number'],
  [['--from', 'a', '--file', 'b', '--', 'x'], '--from and --file cannot be used together'], [['--jaeger', 'http://x', '--file', 'b', '--', 'x'], '--file and --jaeger cannot be used together'],
  [['--from', 'A_b', '--', 'x'], '--from (A_b) must be the name of a namespace'], [['--form', 'a', '--', 'x'], 'did you mean --from?'], [['--file', '-', '--', 'x'], 'standard input is the command\'s own'],
  [['--', 'kubectl', '--context', 'prod', 'get', 'pods'], '--context after -- would lead kubectl past the proxy of trace: use trace --context NAME -- ...'],
  [['--', '/usr/bin/kubectl', 'get', '--kubeconfig=x'], 'use trace --kubeconfig FILE -- ...'], [['--', 'helm', '--kube-context', 'prod', 'ls'], '--kube-context after --'],
])('%j is wrong usage', (args, text) => {
  expect(() => readTraceOptions(args)).toThrow(UsageError);
  expect(() => readTraceOptions(args)).toThrow(text);
});

test('options of what runs in a container are its own', () => {
  expect(readTraceOptions(['--', 'kubectl', 'exec', 'x', '--', 'tool', '--context', 'y']).command).toHaveLength(7);
});
