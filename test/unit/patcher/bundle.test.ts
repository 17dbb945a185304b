import { spawn, spawnSync } from 'child_process';
import { once } from 'events';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { kubeadmApiServer, kubeadmEtcd } from '../../support/fixtures/manifests/kubeadm';

const ROOT = join(__dirname, '../../..');
const BUNDLE = join(ROOT, 'assets/patcher/main/index.js');
const PROGRAM = join(ROOT, 'assets/patcher/main/program.js');
/** Client-side apply keeps a copy of the whole object in an annotation that holds 262144 bytes; half of the 200,000 that we take is room to grow. */
const BUDGET = 116_000;

beforeAll(() => {
  if (!existsSync(PROGRAM)) throw new Error('the program is not built: run "npx projen bundle" first');
});

test('the program stays within its budget', () => {
  expect(Buffer.byteLength(JSON.stringify(readFileSync(PROGRAM, 'utf8')))).toBeLessThan(BUDGET);
});

test('what is in the ConfigMap is the program that can be read, by the command that its first line names', () => {
  const command = /^\/\/.*To read it: (.*)$/m.exec(readFileSync(PROGRAM, 'utf8'))?.[1];
  const { stdout, stderr } = spawnSync('sh', ['-c', command ?? ''], { cwd: join(ROOT, 'assets/patcher/main'), encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout).toBe(readFileSync(BUNDLE, 'utf8'));
});

test('the packed program is the same on every machine, and runs', () => {
  const directory = mkdtempSync(join(tmpdir(), 'program-'));
  try {
    const copy = join(directory, 'program.js');
    spawnSync(process.execPath, [join(ROOT, 'node_modules/tsx/dist/cli.mjs'), join(ROOT, 'projenrc/pack.ts'), BUNDLE, copy]);
    expect(readFileSync(copy).equals(readFileSync(PROGRAM))).toBe(true);
    expect(spawnSync(process.execPath, [copy, 'paln'], { encoding: 'utf8' })).toMatchObject({ status: 3, stderr: expect.stringContaining('unknown command paln') });
  } finally {
    rmSync(directory, { recursive: true });
  }
});

// Flux substitutes the one, Helm expands the other.
test.each(['${', '{{'])('the program holds no %s', text => {
  expect(readFileSync(PROGRAM, 'utf8')).not.toContain(text);
});

test('the bin plans with the exit statuses of kubectl diff', () => {
  const manifests = mkdtempSync(join(tmpdir(), 'bundle-'));
  try {
    writeFileSync(join(manifests, 'kube-apiserver.yaml'), kubeadmApiServer('1.37.2'));
    writeFileSync(join(manifests, 'etcd.yaml'), kubeadmEtcd('1.37.2', '3.7.0-0'));
    expect(bin('plan', '--manifests', manifests, '--endpoint', '10.96.0.50:4317')).toMatchObject({ status: 1, stderr: '' });
    expect(bin('plan', '--manifests', manifests, '--state', 'disabled')).toMatchObject({ status: 0, stderr: '' });
    // A map for a key, which the bundle's own YAML has no text for.
    writeFileSync(join(manifests, 'templated.txt'), 'kind: ConfigMap\nmetadata:\n  name: {{ .Values.name }}\n');
    expect(bin('plan', '--manifests', manifests, '--app', join(manifests, 'templated.txt'))).toMatchObject({ status: 3, stderr: expect.stringContaining('is there 0 times') });
    expect(bin('plan', '--manifests', manifests)).toMatchObject({ status: 3, stdout: '' });
    expect(bin('paln')).toMatchObject({ status: 3, stderr: expect.stringContaining('unknown command paln, did you mean plan?') });
    writeFileSync(join(manifests, 'etcd.yaml'), '{}');
    expect(bin('plan', '--manifests', manifests, '--endpoint', '10.96.0.50:4317')).toMatchObject({ status: 2, stdout: '' });
  } finally {
    rmSync(manifests, { recursive: true });
  }
});

// Linux alone has a device that is always full.
(existsSync('/dev/full') ? test : test.skip)('output that cannot be written is no success, and is said once', () => {
  const full = openSync('/dev/full', 'w');
  try {
    const args = ['report', join(ROOT, 'test/support/traces/stored/slow-webhook.json')];
    const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'bin/cdk8s-control-plane-tracing'), ...args], { encoding: 'utf8', stdio: ['ignore', full, 'pipe'] });
    expect(stderr).toBe('standard output cannot be written (ENOSPC), so what it holds is not complete\n');
    expect(status).toBe(74);
  } finally {
    closeSync(full);
  }
});

test('nobody who reads along and goes ends the program', async () => {
  const manifests = mkdtempSync(join(tmpdir(), 'bundle-'));
  try {
    writeFileSync(join(manifests, 'kube-apiserver.yaml'), kubeadmApiServer('1.37.2'));
    writeFileSync(join(manifests, 'etcd.yaml'), kubeadmEtcd('1.37.2', '3.7.0-0'));
    const child = spawn(process.execPath, [join(ROOT, 'bin/cdk8s-control-plane-tracing'), 'plan', '--manifests', manifests, '--endpoint', '10.96.0.50:4317']);
    let said = '';
    child.stderr.on('data', data => { said += data; });
    child.stdout.destroy();
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(said).toBe('');
  } finally {
    rmSync(manifests, { recursive: true });
  }
});

test('without the half of the YAML library that prints, what cannot be told otherwise is refused all the same', () => {
  const manifests = mkdtempSync(join(tmpdir(), 'bundle-'));
  try {
    writeFileSync(join(manifests, 'kube-apiserver.yaml'), kubeadmApiServer('1.37.2'));
    for (const key of ['? {a: b}\n    : c', '? [a, b]\n    : c', '{a: b}: c']) {
      writeFileSync(join(manifests, 'etcd.yaml'), kubeadmEtcd('1.37.2', '3.7.0-0').replace('  labels:\n', `  more:\n    ${key}\n  labels:\n`));
      expect(bin('plan', '--manifests', manifests, '--endpoint', '10.96.0.50:4317').stderr).toMatch(/^refused, nothing was touched \[(unexpected-shape|syntax|yaml[a-z-]*)\]: etcd\.yaml/);
    }
  } finally {
    rmSync(manifests, { recursive: true });
  }
});

test.each([
  [['-h'], 'COMMAND [options]'], [['--help'], 'COMMAND [options]'], [['help'], 'COMMAND [options]'], [['help', 'plan'], '--manifests DIR'], [['plan', '-h'], '--manifests DIR'],
  [['apply', '--help'], '--control-plane-nodes N'], [['help', 'revert'], '--control-plane-nodes N'], [['status', '--help'], '--endpoint'], [['job', '--help'], 'it takes no options'],
  [['-v'], '.'], [['version'], '.'],
  [['--version'], `${(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version}\n`],
])('%j is told on standard output', (args, text) => {
  expect(bin(...args)).toMatchObject({ status: 0, stdout: expect.stringContaining(text), stderr: '' });
});

test.each([
  [['help', 'foo'], 'unknown command foo\n'], [['status', '--nope'], 'unknown option --nope\n'],
  [['status', '--endpoint', '10.0.0.1:4317', '--endpoint', '10.0.0.2:4317'], '--endpoint is given twice: 10.0.0.1:4317 and 10.0.0.2:4317'],
  [[], 'a command is required'], [['help', 'paln'], 'did you mean plan?'], [['plan', '--manifest', 'x'], 'did you mean --manifests?'],
  [['apply', '--control-plane-node', '1'], 'did you mean --control-plane-nodes?'], [['revert', '--nope'], 'unknown option --nope'],
  [['status', '--endpoint', 'collector:4317'], '--endpoint (collector:4317) must hold an IP address'], [['status', '--endpiont', 'x'], 'did you mean --endpoint?'],
  [['job', '--dry-run'], 'unknown option --dry-run'], [['apply', '--endpoint', '10.0.0.1:4317'], '--control-plane-nodes is required'],
])('%j is wrong usage, by the same status on standard error', (args, text) => {
  expect(bin(...args)).toMatchObject({ status: 3, stdout: '', stderr: expect.stringContaining(text) });
});

test('what cannot be worked on is refused in the same words, by 10 on a node and by 2 where a plan is only shown', () => {
  const spec = JSON.parse(readFileSync(join(ROOT, 'test/support/fixtures/spec-v3.json'), 'utf8'));
  const directory = mkdtempSync(join(tmpdir(), 'bundle-'));
  try {
    const file = join(directory, 'spec.json');
    writeFileSync(file, JSON.stringify({ ...spec, manifestsDirectory: join(directory, 'manifests') }));
    const refused = { status: 10, stdout: '', stderr: expect.stringMatching(/^refused, nothing was touched \[no-manifests-directory\]: /) };
    expect(bin('plan', '--manifests', join(directory, 'manifests'), '--endpoint', '10.0.0.1:4317')).toMatchObject({ ...refused, status: 2 });
    expect(bin('apply', '--spec', file, '--sampling-rate-per-million', '1', '--endpoint', '10.0.0.1:4317')).toMatchObject(refused);
    expect(bin('revert', '--spec', file)).toMatchObject(refused);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

function bin(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [join(ROOT, 'bin/cdk8s-control-plane-tracing'), ...args], { encoding: 'utf8' });
}
