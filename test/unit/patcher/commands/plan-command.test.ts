import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { applyPatch, parsePatch } from 'diff';
import { planCommand, PlanEnd } from '../../../../src/patcher/commands/plan-command';
import { Plan } from '../../../../src/patcher/plan/plan';
import { kubeadmApiServer, kubeadmEtcd } from '../../../support/fixtures/manifests/kubeadm';

let root: string;
let manifests: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'plan-command-'));
  manifests = join(root, 'manifests');
  writeDirectory(manifests, { 'kube-apiserver.yaml': kubeadmApiServer('1.37.2'), 'etcd.yaml': kubeadmEtcd('1.37.2', '3.7.0-0') });
});

afterEach(() => rmSync(root, { recursive: true }));

test('prints a unified diff that gives the planned manifests', () => {
  const { end, out, err } = run('--endpoint', '10.96.0.50:4317', '--output', 'diff');
  const plan = JSON.parse(run('--endpoint', '10.96.0.50:4317', '--output', 'json').out) as Plan;
  expect([end, err]).toEqual(['differences', '']);
  for (const { file, before, after } of plan.components) {
    const patch = parsePatch(out).find(p => p.newFileName === `b/${file}`)!;
    expect(applyPatch(before, patch)).toBe(after);
    expect(patch.hunks.flatMap(hunk => hunk.lines).filter(line => line.startsWith('-'))).toEqual([]);
  }
  expect(out).toContain(`+++ ${plan.configFile!.path}`);
});

test('without a spec it follows the guide, and the node is named by the etcd member', () => {
  const { configFile, components } = JSON.parse(run('--endpoint', '10.96.0.50:4317', '--output', 'json').out) as Plan;
  expect(configFile!.text).toContain('samplingRatePerMillion: 1000000\n');
  expect(configFile!.path).toMatch(/^\/etc\/kubernetes\/tracing\//);
  expect(components[0]!.argv).toContain('--v=6');
  expect(components[1]!.argv).toContain('--distributed-tracing-instance-id=cp1');
});

test('the result of --out has nothing left to do, and its removal is the original', () => {
  const out = join(root, 'out');
  expect(run('--endpoint', '10.96.0.50:4317', '--out', out).end).toBe('differences');
  expect(readdirSync(out).sort()).toEqual(['etcd.yaml', 'kube-apiserver.yaml', expect.stringMatching(/^tracing-config\.[0-9a-f]{8}\.yaml$/)]);

  const again = runOn(out, '--endpoint', '10.96.0.50:4317');
  expect(again).toMatchObject({ end: 'nothing to do', err: '' });
  expect(again.out).toMatch(/^# nothing to do/);

  const undone = join(root, 'undone');
  expect(runOn(out, '--state', 'disabled', '--out', undone).end).toBe('differences');
  expect(readFileSync(join(undone, 'etcd.yaml'), 'utf8')).toBe(kubeadmEtcd('1.37.2', '3.7.0-0'));
  expect(readFileSync(join(undone, 'kube-apiserver.yaml'), 'utf8')).toBe(kubeadmApiServer('1.37.2'));
});

test.each(['-name=node-a', '--name\n    - node-a', '"--name=node-a"'])('the name of the member is found in %s', written => {
  writeFileSync(join(manifests, 'etcd.yaml'), kubeadmEtcd('1.37.2', '3.7.0-0').replace('--name=cp1', written));
  expect(run('--endpoint', '10.96.0.50:4317').out).toContain('+    - --distributed-tracing-instance-id=node-a\n');
});

test('fails without a node name where nothing tells it', () => {
  writeFileSync(join(manifests, 'etcd.yaml'), kubeadmEtcd('1.37.2', '3.7.0-0').replace('    - --name=cp1\n', ''));
  expect(run('--endpoint', '10.96.0.50:4317')).toMatchObject({ end: 'wrong usage', err: expect.stringContaining('--node-name is required') });
  expect(run('--endpoint', '10.96.0.50:4317', '--node-name', 'node-b').out).toContain('instance-id=node-b\n');
});

test('--spec says what is wanted, and a fixed cluster IP is the endpoint', () => {
  const spec = JSON.parse(readFileSync(join(__dirname, '../../../support/fixtures/spec-v2.json'), 'utf8'));
  const file = join(root, 'spec.json');
  writeFileSync(file, JSON.stringify({ ...spec, collector: { ...spec.collector, clusterIP: '10.96.0.77' } }));
  const plan = JSON.parse(run('--spec', file, '--sampling-rate-per-million', '10000', '--output', 'json').out) as Plan;
  expect(plan.configFile!.text).toContain('endpoint: 10.96.0.77:4317\nsamplingRatePerMillion: 10000\n');
});

test('--template is filled in, not replaced', () => {
  const file = join(root, 'template.yaml');
  writeFileSync(file, '# ours\napiVersion: apiserver.config.k8s.io/v1beta1\nkind: TracingConfiguration\nendpoint: collector.example:4317\nsamplingRatePerMillion: 5\n');
  const plan = JSON.parse(run('--template', file, '--endpoint', '10.0.0.5:4317', '--output', 'json').out) as Plan;
  expect(plan.configFile!.text).toMatch(/^# ours\n[^]*\nendpoint: 10\.0\.0\.5:4317\n/);
});

test('the sampling rate has one carrier: never a default where the spec says the rest, and never two', () => {
  const spec = join(__dirname, '../../../support/fixtures/spec-v2.json');
  expect(run('--spec', spec, '--endpoint', '10.0.0.1:4317')).toMatchObject({ end: 'wrong usage', err: expect.stringContaining('--template or --sampling-rate-per-million is required with --spec') });
  expect(run('--template', spec, '--sampling-rate-per-million', '5', '--endpoint', '10.0.0.1:4317'))
    .toMatchObject({ end: 'wrong usage', err: expect.stringContaining('--sampling-rate-per-million (5) must be left out where --template is given') });
});

test('a refusal names file, line and way out, and nothing is written', () => {
  writeFileSync(join(manifests, 'kube-apiserver.yaml'), kubeadmApiServer('1.37.2', { apiServerArgs: ['--feature-gates=APIServerTracing=true'] }));
  const out = join(root, 'out');
  const refused = run('--endpoint', '10.96.0.50:4317', '--out', out);
  expect(refused).toMatchObject({ end: 'refused', out: '' });
  expect(refused.err).toMatch(/^refused: kube-apiserver\.yaml:\d+: .*remove it \[feature-gate\]\n$/);
  expect(readdirSync(root)).toEqual(['manifests']);
});

test('never writes into the directory that it reads', () => {
  expect(run('--endpoint', '10.96.0.50:4317', '--out', manifests)).toMatchObject({ end: 'wrong usage', err: expect.stringContaining('another directory') });
});

test.each([
  [['--endpoint', 'http://10.0.0.1:4317'], '--endpoint (http://10.0.0.1:4317) must be IP:port without a scheme'],
  [['--endpoint', 'collector.tracing.svc:4317'], '--endpoint (collector.tracing.svc:4317) must hold an IP address'],
  [['--endpoint', '10.0.0.1'], '--endpoint (10.0.0.1) must name a port as well'],
  [['--endpoint', 'fd00::1'], '--endpoint (fd00::1) must name a port as well'],
  [['--endpoint', '10.0.0.1:99999'], 'must have a port from 1 to 65535'],
  [[], '--endpoint is required'],
  [['--sampling-rate-per-million', '1000001'], '--sampling-rate-per-million (1000001) must be a whole number from 0 to 1000000'],
  [['--sampling-rate-per-million', '0.5'], '--sampling-rate-per-million (0.5) must be'],
  [['--endpoint', '10.0.0.1:4317', '--kubernetes-version', 'latest'], '--kubernetes-version (latest) must be a version such as 1.37.2'],
  [['--state', 'off'], '--state (off) must be enabled or disabled'],
  [['--endpoint', '10.0.0.1:4317', '--output', 'yaml'], '--output (yaml) must be diff or json'],
  [['--spec', '/no/such/file'], '--spec (/no/such/file) cannot be read'],
  [['--manifests', '/no/such/directory', '--endpoint', '10.0.0.1:4317'], '--manifests (/no/such/directory) cannot be read'],
  [['--sampling', '5'], "'--sampling'"],
])('fails on %j with the option, the value and the way out', (args, message) => {
  const { end, out, err } = run(...args);
  expect([end, out]).toEqual(['wrong usage', '']);
  expect(err).toContain(message);
});

test('--help tells every option', () => {
  expect(run('--help').out).toMatch(/--manifests[^]*--endpoint[^]*--etcd-version[^]*exit status/);
});

function run(...args: string[]): { end: PlanEnd; out: string; err: string } {
  return args.includes('--manifests') ? runOn(undefined, ...args) : runOn(manifests, ...args);
}

function runOn(directory: string | undefined, ...args: string[]): { end: PlanEnd; out: string; err: string } {
  const said = { out: '', err: '' };
  const end = planCommand(directory === undefined ? args : ['--manifests', directory, ...args], { out: text => { said.out += text; }, err: text => { said.err += text; } });
  return { end, ...said };
}

function writeDirectory(directory: string, files: Record<string, string>): void {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
}
