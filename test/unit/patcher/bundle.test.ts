import { spawnSync } from 'child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { kubeadmApiServer, kubeadmEtcd } from '../../support/fixtures/manifests/kubeadm';

const ROOT = join(__dirname, '../../..');
const BUNDLE = join(ROOT, 'assets/patcher/main/index.js');
/** Client-side apply keeps a copy of the whole object in an annotation that holds 262144 bytes; of the 200,000 for all of it, the spec has its part. */
const BUDGET = 192_000;

beforeAll(() => {
  if (!existsSync(BUNDLE)) throw new Error('the program is not built: run "npx projen bundle" first');
});

test('the program stays within its budget', () => {
  expect(Buffer.byteLength(JSON.stringify(readFileSync(BUNDLE, 'utf8')))).toBeLessThan(BUDGET);
});

// Flux substitutes the one, Helm expands the other.
test.each(['${', '{{'])('the program holds no %s', text => {
  expect(readFileSync(BUNDLE, 'utf8')).not.toContain(text);
});

test('the bin plans with the exit statuses of kubectl diff', () => {
  const manifests = mkdtempSync(join(tmpdir(), 'bundle-'));
  try {
    writeFileSync(join(manifests, 'kube-apiserver.yaml'), kubeadmApiServer('1.37.2'));
    writeFileSync(join(manifests, 'etcd.yaml'), kubeadmEtcd('1.37.2', '3.7.0-0'));
    expect(bin('plan', '--manifests', manifests, '--endpoint', '10.96.0.50:4317')).toMatchObject({ status: 1, stderr: '' });
    expect(bin('plan', '--manifests', manifests, '--state', 'disabled')).toMatchObject({ status: 0, stderr: '' });
    expect(bin('plan', '--manifests', manifests)).toMatchObject({ status: 3, stdout: '' });
    expect(bin('paln')).toMatchObject({ status: 3, stderr: expect.stringContaining('unknown command paln') });
    writeFileSync(join(manifests, 'etcd.yaml'), '{}');
    expect(bin('plan', '--manifests', manifests, '--endpoint', '10.96.0.50:4317')).toMatchObject({ status: 2, stdout: '' });
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
      expect(bin('plan', '--manifests', manifests, '--endpoint', '10.96.0.50:4317').stderr).toMatch(/^refused: etcd\.yaml.*\[(unexpected-shape|syntax|yaml[a-z-]*)\]/);
    }
  } finally {
    rmSync(manifests, { recursive: true });
  }
});

function bin(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [join(ROOT, 'bin/cdk8s-control-plane-tracing'), ...args], { encoding: 'utf8' });
}
