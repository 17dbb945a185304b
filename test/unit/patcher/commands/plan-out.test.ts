import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { UsageError } from '../../../../src/patcher/commands/options';
import { planCommand } from '../../../../src/patcher/commands/plan-command';
import { kubeadmApiServer, kubeadmEtcd } from '../../../support/fixtures/manifests/kubeadm';

let root: string;
let manifests: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'plan-out-'));
  manifests = join(root, 'manifests');
  mkdirSync(manifests);
  writeFileSync(join(manifests, 'kube-apiserver.yaml'), kubeadmApiServer('1.24.7'));
  writeFileSync(join(manifests, 'etcd.yaml'), kubeadmEtcd('1.24.7', '3.5.3-0'));
});

afterEach(() => rmSync(root, { recursive: true }));

const plan = (directory: string, ...args: string[]) => planCommand(['--manifests', directory, '--endpoint', '10.96.0.50:4317', ...args], { out: () => {}, err: () => {} });

test.each<[string, () => string]>([
  ['an empty string', () => ''],
  ['a file', () => write('file')],
  ['a place below a file', () => join(write('file'), 'below')],
  ['a link to nowhere', () => link('dangling', '/no/such/place')],
  ['a directory with a directory in the way', () => mkdir('out/kube-apiserver.yaml')],
  ['a directory with a link to a directory in the way', () => {
    mkdir('out');
    symlinkSync(root, join(root, 'out/etcd.yaml'));
    return join(root, 'out');
  }],
  ['a place where nothing can be made', () => '/proc/no-such-directory'],
])('nothing is written where --out is %s', (_, out) => {
  const given = out();
  const before = everything(root);
  expect(() => plan(manifests, '--out', given)).toThrow(UsageError);
  expect(() => plan(manifests, '--out', given)).toThrow(`--out (${given}) `);
  expect(everything(root)).toEqual(before);
});

test('a directory in the way of the last file leaves the first as it was', () => {
  const out = mkdir('out/etcd.yaml');
  writeFileSync(join(out, 'kube-apiserver.yaml'), 'of someone else');
  expect(() => plan(manifests, '--out', out)).toThrow('is there and is not a file');
  expect(readFileSync(join(out, 'kube-apiserver.yaml'), 'utf8')).toBe('of someone else');
  expect(readdirSync(out).sort()).toEqual(['etcd.yaml', 'kube-apiserver.yaml']);
});

test('an etcd that is left alone is written too, and planning the result again has nothing to do', () => {
  const out = join(root, 'new', 'out');
  expect(plan(manifests, '--out', out)).toBe(1);
  expect(readFileSync(join(out, 'etcd.yaml'), 'utf8')).toBe(kubeadmEtcd('1.24.7', '3.5.3-0'));
  expect(plan(out)).toBe(0);
});

test('what is not there is not written, and planning the result again has nothing to do', () => {
  rmSync(join(manifests, 'etcd.yaml'));
  writeFileSync(join(manifests, 'kube-apiserver.yaml'), kubeadmApiServer('1.33.6').replace('https://127.0.0.1:2379', 'https://10.9.9.9:2379'));
  const out = join(root, 'out');
  expect(plan(manifests, '--out', out)).toBe(1);
  expect(existsSync(join(out, 'etcd.yaml'))).toBe(false);
  expect(plan(out)).toBe(0);
});

test('writing a second time replaces what the first wrote', () => {
  const out = join(root, 'out');
  plan(manifests, '--out', out);
  const first = join(root, 'first');
  cpSync(out, first, { recursive: true });
  expect(plan(manifests, '--out', out)).toBe(1);
  expect(everything(out).map(path => path.slice(out.length))).toEqual(everything(first).map(path => path.slice(first.length)));
});

function everything(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap(entry => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? [path, ...everything(path)] : [path];
  }).sort();
}

function write(name: string): string {
  writeFileSync(join(root, name), '');
  return join(root, name);
}

function link(name: string, target: string): string {
  symlinkSync(target, join(root, name));
  return join(root, name);
}

function mkdir(name: string): string {
  mkdirSync(join(root, name), { recursive: true });
  return join(root, name.split('/')[0]!);
}
