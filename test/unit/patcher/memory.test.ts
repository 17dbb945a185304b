import { spawnSync } from 'child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';

/** What a plan takes beside a file of 10 MB that is none of ours; the Job has 256 MiB, and kubelet reads no more than 10 MiB of a file. */

const ROOT = join(__dirname, '../../..');
const LIMIT = 150;
const SIZE = 10 * 1024 * 1024 - 4096;

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'memory-'));
  cpSync(join(ROOT, 'test/support/fixtures/manifests/kubeadm-1.37.2'), join(directory, 'manifests'), { recursive: true });
  writeFileSync(join(directory, 'tell.cjs'), `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(join(directory, 'kilobytes'))}, String(process.resourceUsage().maxRSS)));`);
});

afterEach(() => rmSync(directory, { recursive: true }));

/** As many as fit. */
function many(piece: (i: number) => string): string {
  const pieces: string[] = [];
  for (let length = 0; length < SIZE; length += pieces.at(-1)!.length) pieces.push(piece(pieces.length));
  return pieces.join('');
}

const pod = (rest: string) => `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"etcd-of-somebody"},"spec":${rest}}`;

test.each<[string, () => string]>([
  ['a log of one object a line', () => many(i => `{"ts":${i},"msg":"etcd and kube-apiserver of a Pod"}\n`)],
  ['a Pod in JSON of many small things', () => pod(`{"x":[${many(i => `{"a":${i}},`)}0]}`)],
  ['a Pod in JSON of empty lists', () => pod(`{"x":[${many(() => '[],')}0]}`)],
  ['a Pod in JSON, as deep as it is long', () => pod(`${'['.repeat(SIZE / 2)}${']'.repeat(SIZE / 2)}`)],
  ['a Pod of many lines', () => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: etcd-of-somebody\nspec:\n  x:\n${many(i => `  - a: ${i}\n`)}`],
  ['a Pod of many annotations', () => `kind: Pod # etcd\nmetadata:\n  annotations:\n${many(i => `    a${i}: b\n`)}`],
  ['a kind before many empty lines', () => `kind:${'\n'.repeat(SIZE)} Pod etcd`],
  ['nothing between brackets', () => `{kind: Pod, metadata: {name: etcd-x}, x: [${many(i => `a${i}, `)}]}`],
])(`%s: the plan is made, and takes less than ${LIMIT} MB`, (_what, text) => {
  writeFileSync(join(directory, 'manifests', 'zz'), text());
  const { status, stderr } = spawnSync(process.execPath, [
    '--require', join(directory, 'tell.cjs'), join(ROOT, 'bin/cdk8s-control-plane-tracing'), 'plan', '--manifests', join(directory, 'manifests'), '--endpoint', '10.96.0.50:4317',
  ], { encoding: 'utf8', timeout: 60_000 });
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  expect(Number(readFileSync(join(directory, 'kilobytes'), 'utf8')) / 1024).toBeLessThan(LIMIT);
});
