import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, Chart, Yaml } from 'cdk8s';
import { applyPatch, parsePatch } from 'diff';
import { TracingStack, TracingStackProps } from '../../../../src';
import { NODE_USAGE } from '../../../../src/patcher/commands/node-command';
import { UsageError } from '../../../../src/patcher/commands/options';
import { planCommand } from '../../../../src/patcher/commands/plan-command';
import { PLAN_USAGE } from '../../../../src/patcher/commands/plan-options';
import { STATUS_USAGE } from '../../../../src/patcher/commands/status-command';
import { Plan } from '../../../../src/patcher/plan/plan';
import { kubeadmApiServer, kubeadmEtcd } from '../../../support/fixtures/manifests/kubeadm';

type PlanEnd = 'nothing to do' | 'differences' | 'refused' | 'wrong usage';
const ENDS: Record<number, PlanEnd> = { 0: 'nothing to do', 1: 'differences', 2: 'refused' };

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
    const patch = parsePatch(out.replace(/^# .*\n/gm, '')).find(p => p.newFileName === `b/${file}`)!;
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
  const spec = JSON.parse(readFileSync(join(__dirname, '../../../support/fixtures/spec-v3.json'), 'utf8'));
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
  const spec = join(__dirname, '../../../support/fixtures/spec-v3.json');
  expect(run('--spec', spec, '--endpoint', '10.0.0.1:4317')).toMatchObject({ end: 'wrong usage', err: expect.stringContaining('--template or --sampling-rate-per-million is required with --spec') });
  expect(run('--template', spec, '--sampling-rate-per-million', '5', '--endpoint', '10.0.0.1:4317'))
    .toMatchObject({ end: 'wrong usage', err: expect.stringContaining('--sampling-rate-per-million (5) must be left out where --template is given') });
});

test('a refusal names file, line and way out, and nothing is written', () => {
  writeFileSync(join(manifests, 'kube-apiserver.yaml'), kubeadmApiServer('1.37.2', { apiServerArgs: ['--feature-gates=APIServerTracing=true'] }));
  const out = join(root, 'out');
  const refused = run('--endpoint', '10.96.0.50:4317', '--out', out);
  expect(refused).toMatchObject({ end: 'refused', out: '' });
  expect(refused.err).toMatch(/^refused, nothing was touched \[feature-gate\]: kube-apiserver\.yaml:\d+: .*remove it\n$/);
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
  [['--sampling', '5'], 'unknown option --sampling, did you mean --sampling-rate-per-million?'],
  [['--endpiont=10.0.0.1:4317'], 'unknown option --endpiont, did you mean --endpoint?'],
  [['--zzzzzz'], 'unknown option --zzzzzz'],
  [['-x'], 'unknown option -x'],
  [['--endpoint'], '--endpoint needs a value'],
  [['--endpoint', '--out', 'x'], '--endpoint needs a value'],
  [['here'], 'here is not an option'],
  [['--app', '/no/such/app'], '--app (/no/such/app) is not a file or directory that can be read'],
  [['--app', 'x', '--sampling-rate-per-million', '5'], '--sampling-rate-per-million must be left out where --app is given'],
])('fails on %j with the option, the value and the way out', (args, message) => {
  const { end, out, err } = run(...args);
  expect([end, out]).toEqual(['wrong usage', '']);
  expect(err).toContain(message);
});

test('a directory that is missing is refused by the code that the Job has for it', () => {
  expect(run('--manifests', '/no/such/directory', '--endpoint', '10.0.0.1:4317')).toEqual({
    end: 'refused', out: '', err: 'refused, nothing was touched [no-manifests-directory]: /no/such/directory: is not a directory: is this a kubeadm control-plane node?\n',
  });
});

test('refusals are JSON where that was asked for, and a plan does not repeat the manifests', () => {
  const plan = JSON.parse(run('--endpoint', '10.96.0.50:4317', '--output', 'json').out);
  expect(Object.keys(plan.components[0]).filter(key => /interim/i.test(key))).toEqual([]);
  writeFileSync(join(manifests, 'etcd.yaml'), '{}');
  const { end, out } = run('--endpoint', '10.96.0.50:4317', '--output', 'json');
  expect([end, JSON.parse(out)]).toEqual(['refused', { refusals: [{ code: expect.any(String), at: expect.stringContaining('etcd.yaml'), message: expect.any(String) }] }]);
});

test('the last line sums up', () => {
  const last = (out: string) => out.trimEnd().split('\n').at(-1);
  expect(last(run('--endpoint', '10.96.0.50:4317').out)).toMatch(/^# 2 files, \d+ lines added, one restart each, API away about 7 s$/);
  writeFileSync(join(manifests, 'etcd.yaml'), kubeadmEtcd('1.37.2', '3.4.0-0'));
  expect(last(run('--endpoint', '10.96.0.50:4317').out)).toMatch(/^# 1 file, \d+ lines added, one restart, API away about 7 s$/);
});

test('a terminal gets colours, and the same text', () => {
  const said: string[] = [];
  planCommand(['--manifests', manifests, '--endpoint', '10.96.0.50:4317'], { out: text => said.push(text), err: text => said.push(text), colour: true });
  expect(said.join('')).toContain('\u001b[32m+');
  expect(said.join('').replace(/\u001b\[\d+m/g, '')).toBe(run('--endpoint', '10.96.0.50:4317').out);
});

describe('--app', () => {
  const synthesize = (props: TracingStackProps, files = 1): string[] => {
    const app = new App();
    const objects = Array.from({ length: files }, (_, i) => new Chart(app, `chart-${i}`)).flatMap((chart, i) => {
      new TracingStack(chart, 'tracing', { ...props, name: `cpt-${i}` });
      return chart.toJson();
    });
    return [[objects.slice(0, 3), 'a.yaml'], [objects.slice(3), 'b.yaml']].map(([part, name]) => {
      writeFileSync(join(root, name as string), Yaml.stringify(...part as unknown[]));
      return join(root, name as string);
    });
  };
  const PROPS = { samplingRatePerMillion: 10_000, clusterIP: '10.96.0.42', keepApiServerVerbosity: true, controlPlaneNodes: 3 };

  test('plans what an app has synthesized', () => {
    const { end, out } = run('--app', ...synthesize(PROPS));
    expect(end).toBe('differences');
    expect(out).toContain('+endpoint: 10.96.0.42:4317\n+samplingRatePerMillion: 10000\n');
    expect(out).not.toContain('--v=');
    expect(out).toContain('one node at a time');
  });

  test('takes a directory, a List, and the endpoint where the address is not fixed', () => {
    const files = synthesize({ ...PROPS, clusterIP: undefined });
    const items = files.flatMap(file => Yaml.load(file));
    const dist = join(root, 'dist');
    writeDirectory(dist, { 'all.yml': Yaml.stringify({ apiVersion: 'v1', kind: 'List', items }), 'notes.txt': '{' });
    expect(run('--app', dist)).toMatchObject({ end: 'wrong usage', err: expect.stringContaining('--endpoint is required') });
    expect(run('--app', dist, '--endpoint', '10.96.0.7:4317').out).toContain('+endpoint: 10.96.0.7:4317\n+samplingRatePerMillion: 10000\n');
  });

  test.each<[string, (yaml: string) => string]>([
    ['lines that end as on Windows', yaml => yaml.replace(/\n/g, '\r\n')],
    ['a byte order mark', yaml => `\ufeff${yaml}`],
    ['empty documents', yaml => `---\n---\n${yaml}\n---\n# nothing\n`],
    ['what a template leaves in braces', yaml => `${yaml}\n---\nkind: ConfigMap\nmetadata:\n  name: {{ .Values.name }}\n`],
    ['anchors', yaml => `a: &a {b: c}\nd: *a\n---\n${yaml}`],
    ['keys that are maps', yaml => `? {a: b}\n: c\n---\n${yaml}`],
  ])('takes %s', (_what, change) => {
    const file = join(root, 'app.yaml');
    writeFileSync(file, change(Yaml.stringify(...synthesize(PROPS).flatMap(part => Yaml.load(part)))));
    expect(run('--app', file)).toMatchObject({ end: 'differences', err: '', out: expect.stringContaining('+endpoint: 10.96.0.42:4317\n') });
  });

  test('says what it cannot read', () => {
    const bomb = join(root, 'bomb.yaml');
    writeFileSync(bomb, `a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [${'*a, '.repeat(50)}]\nc: &c [${'*b, '.repeat(50)}]\nd: [${'*c, '.repeat(50)}]\n`);
    mkdirSync(join(root, 'dist', 'folder.yaml'), { recursive: true });
    expect(run('--app', bomb)).toMatchObject({ end: 'wrong usage', err: expect.stringContaining(`--app (${bomb}) cannot be read: Excessive alias count`) });
    expect(run('--app', join(root, 'dist'))).toMatchObject({ end: 'wrong usage', err: expect.stringContaining('folder.yaml) is not a file that can be read') });
  });

  test.each([[2, '2 times'], [0, '0 times']])('is refused with %d patches', (files, times) => {
    const { end, err } = run('--app', ...synthesize(PROPS, files));
    expect([end, err]).toEqual(['wrong usage', expect.stringContaining(`a ConfigMap with spec.json must be there once, and is there ${times}`)]);
  });
});

test('--help tells every option', () => {
  expect(PLAN_USAGE).toMatch(/--manifests[^]*--endpoint[^]*--etcd-version[^]*exit status/);
  expect(PLAN_USAGE).toMatch(/exit status: 0 nothing to do, 1 there are differences, 2 refused, 3 wrong usage/);
  for (const usage of [NODE_USAGE, STATUS_USAGE]) expect(usage).toMatch(/exit status: .*, 3 wrong usage$/m);
});

function run(...args: string[]): { end: PlanEnd; out: string; err: string } {
  return args.includes('--manifests') ? runOn(undefined, ...args) : runOn(manifests, ...args);
}

function runOn(directory: string | undefined, ...args: string[]): { end: PlanEnd; out: string; err: string } {
  const said = { out: '', err: '' };
  const output = { out: (text: string) => { said.out += text; }, err: (text: string) => { said.err += text; } };
  try {
    return { end: ENDS[planCommand(directory === undefined ? args : ['--manifests', directory, ...args], output)]!, ...said };
  } catch (e) {
    if (!(e instanceof UsageError)) throw e;
    return { end: 'wrong usage', out: said.out, err: e.message };
  }
}

function writeDirectory(directory: string, files: Record<string, string>): void {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
}
