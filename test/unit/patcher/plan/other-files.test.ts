import { execFileSync } from 'child_process';
import * as fs from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { readManifests } from '../../../../src/patcher/apply/manifest-directory';
import { planCommand } from '../../../../src/patcher/commands/plan-command';
import { Files } from '../../../../src/patcher/host/files';
import { podHeader } from '../../../../src/patcher/plan/pod-header';

/** What lies in the directory of manifests beside those of the components, and in their place. */

const KUBEADM = join(__dirname, '../../../support/fixtures/manifests/kubeadm-1.36.3');

let directory: string;
const at = (name: string) => join(directory, name);

beforeEach(() => {
  directory = fs.mkdtempSync(join(tmpdir(), 'manifests-'));
  fs.cpSync(KUBEADM, directory, { recursive: true });
});

afterEach(() => fs.rmSync(directory, { recursive: true }));

function plan(): { end: unknown; said: string } {
  const said: string[] = [];
  const end = planCommand(['--manifests', directory, '--node-name', 'cp1', '--endpoint', '10.96.0.50:4317'], { out: text => said.push(text), err: text => said.push(text) });
  return { end, said: said.join('') };
}

const POD = 'apiVersion: v1\nmetadata:\n  name: etcd\n  namespace: kube-system\nspec:\n  containers: [{name: etcd, image: etcd}]\n';

test.each<[string, string]>([
  ['plainly', `kind: Pod\n${POD}`],
  ['with a comment', `kind: Pod # of a backup\n${POD}`],
  ['in quotes', `"kind": 'Pod'\n${POD}`],
  ['on the next line', `kind:\n  Pod\n${POD}`],
  ['on the next line but one', `kind: # what it is\n\n  "Pod"\n${POD}`],
  ['with a tag', `kind: !!str Pod\n${POD}`],
  ['with an anchor', `kind: &kind Pod\n${POD}`],
  ['with line ends of Windows', `kind: Pod\n${POD}`.replace(/\n/g, '\r\n')],
  ['after a byte order mark', `\uFEFFkind: Pod\n${POD}`],
  ['after a comment and a line of dashes', `# x\n---\nkind: Pod\n${POD}`],
  ['as the last of two kinds', `kind: Service\nkind: Pod\n${POD}`],
  ['between long brackets', `{"spec":{"x":"kind ]} \\" Pod ${'x'.repeat(600_000)}"},"apiVersion":"v1","kind":"Pod","metadata":{"name":"etcd","namespace":"kube-system"}}`],
  ['in a long file', `kind: Pod\n${POD.replace('spec:', `spec:\n${'  # kind: Service\n'.repeat(5_000)}`)}`],
  ['in a long file, behind a long text', `spec:\n${'  a: b\n'.repeat(5_000)}kind: Pod\n${POD.replace(/spec:[^]*/, '')}---\nkind: Service\nmetadata: {name: x}\n`],
  ['between brackets', '{apiVersion: v1, kind: Pod, metadata: {name: etcd, namespace: kube-system}}'],
  ['between brackets, after a comment', '# x\n---\n{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "etcd", "namespace": "kube-system"}}'],
])('a file that says its kind %s is the second one of etcd', (_how, text) => {
  expect(podHeader(text)).toMatchObject({ name: 'etcd', namespace: 'kube-system' });
  fs.writeFileSync(at('zz'), text);
  expect(plan()).toEqual({ end: 2, said: expect.stringContaining('[duplicate-pod]: zz: etcd.yaml and zz define the same Pod') });
});

test.each<[string, string]>([
  ['a Pod of another namespace', `kind: Pod\n${POD}`.replace('kube-system', 'other')],
  ['a second document', `kind: Service\nmetadata: {name: etcd}\n---\nkind: Pod\n${POD}`],
  ['a list of Pods', 'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: etcd, namespace: kube-system}\n'],
  ['a kind of another name', `kind: PodTemplate\n${POD}`],
  ['a Pod of another version', `kind: Pod\n${POD}`.replace('v1', 'v2')],
  ['a Pod without containers', `kind: Pod\n${POD}`.replace('containers', 'volumes')],
  ['a patch for Kustomize', `kind: Pod\n${POD}`.replace(', image: etcd', '')],
  ['a swap file', `b0VIM 9.1\0\0\n\nkind: Pod\n${POD}`],
  ['a long Service', `{"kind":"Service","metadata":{"name":"etcd","namespace":"kube-system"},"spec":{"x":"Pod ${'x'.repeat(600_000)}"}}`],
  ['a log of long lines', `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"etcd","namespace":"kube-system","x":"${'x'.repeat(600_000)}"}}\n`.repeat(2)],
  ['a kind that is never said', `etcd Pod\nkind:${'\n'.repeat(5_000_000)}`],
  ['brackets without an end', `{"kind": "Pod", "etcd": ${'['.repeat(1_000_000)}`],
  ['brackets in brackets', `{"kind": "Pod", "etcd": ${'['.repeat(8_000)}`],
  ['lists in lists', `kind: Pod\n${POD.replace('containers:', `x:\n${'- '.repeat(8_000)}\n  containers:`)}`],
  ['a kind in a text', `data: |\n  kind: Pod\nkind: ConfigMap\n${POD}`],
])('%s is not', (_what, text) => {
  fs.writeFileSync(at('zz'), text);
  expect(plan().end).toBe(1);
});

describe('what is no regular file is skipped, as kubelet does', () => {
  test.each<[string, () => void]>([
    ['a pipe', () => execFileSync('mkfifo', [at('aa.yaml')])],
    ['a directory', () => fs.mkdirSync(at('kube-apiserver.yaml.d'))],
    ['a link to nothing', () => fs.symlinkSync('/nowhere', at('x.yaml'))],
    ['a link to itself', () => fs.symlinkSync('x.yaml', at('x.yaml'))],
    ['a link to a directory', () => fs.symlinkSync('/etc', at('x.yaml'))],
    ['a link to a device without an end', () => fs.symlinkSync('/dev/zero', at('x.yaml'))],
    ['a file with a dot before it', () => fs.copyFileSync(at('etcd.yaml'), at('.etcd.yaml.swp'))],
  ])('%s', (_what, make) => {
    make();
    expect(readManifests(new Files(), directory).map(({ name }) => name)).toEqual(['etcd.yaml', 'kube-apiserver.yaml']);
    expect(plan().end).toBe(1);
  });

  test('a link to a second manifest is not', () => {
    fs.symlinkSync(join(KUBEADM, 'etcd.yaml'), at('zz.yaml'));
    expect(plan().said).toContain('[duplicate-pod]: zz.yaml');
  });
});

test('a file whose name is no UTF-8, which kubelet reads, is refused', () => {
  fs.copyFileSync(at('etcd.yaml'), Buffer.concat([Buffer.from(at('caf')), Buffer.from([0xe9])]));
  expect(plan()).toEqual({ end: 2, said: expect.stringMatching(/\[unsafe-file\]: .*caf\uFFFD: the name of this file is no UTF-8.*rename or move it/) });
});

describe.each(['kube-apiserver.yaml', 'etcd.yaml'])('%s is refused for what it is', name => {
  test.each<[string, () => void]>([
    ['a pipe', () => execFileSync('mkfifo', [at(name)])],
    ['a directory', () => fs.mkdirSync(at(name))],
    ['a link to a directory', () => fs.symlinkSync('/etc', at(name))],
  ])('%s', (what, make) => {
    fs.rmSync(at(name));
    make();
    const { end, said } = plan();
    expect(end).toBe(2);
    expect(said).toContain(`[unsafe-file]: ${directory}: ${at(name)} is ${what.startsWith('a link') ? 'a symbolic link' : 'not a regular file, so kubelet skips it'}`);
  });
});

test.each<[string, (text: string) => string]>([
  ['a byte order mark', text => `\uFEFF${text}`],
  ['line ends of Windows', text => text.replace(/\n/g, '\r\n')],
  ['tabs behind values', text => text.replace('hostNetwork: true', 'hostNetwork: true\t# x').replace('priority: 2000001000', 'priority:\t2000001000\t')],
  ['no line end at its end', text => text.trimEnd()],
  ['a line of dashes at its end', text => `${text}---\n`],
  ['a line of dashes and a comment at its end', text => `${text}---\n# no more`],
  ['a date in an annotation', text => text.replace('  annotations:\n', '  annotations:\n    example.com/since: 2024-01-15\n')],
])('a manifest with %s is planned', (_what, change) => {
  for (const name of ['kube-apiserver.yaml', 'etcd.yaml']) fs.writeFileSync(at(name), change(fs.readFileSync(at(name), 'utf8')));
  const { end, said } = plan();
  expect({ end, said }).toMatchObject({ end: 1 });
  expect(said).toContain('--tracing-config-file');
});
