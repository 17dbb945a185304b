import { readFileSync } from 'fs';
import { join } from 'path';
import { Case, planned, tryPlan } from './planning';

/** kubeadm 1.29 with the setup of the public guide, made by hand. */
const GUIDE = join(__dirname, '../../../support/fixtures/reported/guide-by-hand');
const API_SERVER = readFileSync(join(GUIDE, 'kube-apiserver.yaml'), 'utf8');
const ETCD = readFileSync(join(GUIDE, 'etcd.yaml'), 'utf8');
const ADOPT = { adopt: true } as const;
const FACTS = { endpoint: '10.96.0.77:4317', nodeName: 'master-0' };

const adopted = (apiServer = API_SERVER, etcd = ETCD, rest: Case = {}) =>
  planned({ apiServer, etcd, facts: FACTS, ...rest, spec: { ...ADOPT, ...rest.spec } }).components as [ReturnType<typeof planned>['components'][0], ReturnType<typeof planned>['components'][0]];
const disabled = (apiServer: string, etcd: string) =>
  planned({ apiServer, etcd, spec: { state: 'disabled' } }).components.map(({ after }) => after);

test('without adopt a setup made by hand is refused, and the way is named', () => {
  const result = tryPlan({ apiServer: API_SERVER, etcd: ETCD, facts: FACTS });
  expect(result).toMatchObject({ kind: 'refused' });
  expect(JSON.stringify(result)).toContain('adopt: true');
});

test('wanted flags keep their place, other values, the mount and the volume are replaced', () => {
  const [apiServer, etcd] = adopted();
  const place = (argv: readonly string[], flag: string) => argv.findIndex(arg => arg.startsWith(flag));
  for (const flag of ['--tracing-config-file', '--v', '--feature-gates=APIServerTracing=true']) expect(place(apiServer.argv, flag)).toBe(place(apiServer.argvBefore, flag));
  expect(apiServer.argv).toHaveLength(apiServer.argvBefore.length);
  expect(apiServer.argv.find(arg => arg.startsWith('--tracing-config-file'))).toMatch(/=\/etc\/kubernetes\/tracing\/tracing-config\.[0-9a-f]{8}\.yaml$/);
  expect(etcd.argv).toEqual(etcd.argvBefore.map(arg => arg.replace('$(hostname)', 'master-0')));
  expect(apiServer.after.replace(/.*\/changes: .*\n/, '')).not.toContain('/etc/kubernetes/tracing-config.yaml');
  expect(apiServer.after.match(/name: tracing-config\n/g)).toHaveLength(2);
});

test('planning again has nothing to do', () => {
  const [apiServer, etcd] = adopted();
  expect(adopted(apiServer.after, etcd.after).map(({ before, after }) => after === before)).toEqual([true, true]);
});

const STYLES: [string, (text: string) => string][] = [
  ['as it is', text => text],
  ['with CRLF', text => text.replaceAll('\n', '\r\n')],
  ['with comments', text => text.replace('    - name: tracing-config\n      mountPath', '    - name: tracing-config # by hand\n      # the file\n      mountPath').replace('--tracing-config-file=/etc/kubernetes/tracing-config.yaml', '--tracing-config-file=/etc/kubernetes/tracing-config.yaml # by hand')],
  ['with a flow mount', text => text.replace(/ {4}- name: tracing-config\n {6}mountPath: (.*)\n {6}readOnly: true\n/, '    - {name: tracing-config, mountPath: $1, readOnly: true}\n')],
  ['with quotes', text => text.replace('- --tracing-config-file=/etc/kubernetes/tracing-config.yaml', '- "--tracing-config-file=/etc/kubernetes/tracing-config.yaml"').replace(/- (--experimental-distributed-tracing-instance-id=.*)/, "- '$1'")],
  ['in two items', text => text.replace('- --tracing-config-file=', '- --tracing-config-file\n    - ')],
  ['without a newline at the end', text => text.replace(/status: \{\}\n$/, '').trimEnd()],
];

test.each(STYLES)('disabling gives the setup made by hand back byte for byte: %s', (_, style) => {
  const [apiServer, etcd] = adopted(style(API_SERVER), style(ETCD));
  expect(apiServer.argv.join(' ')).toContain('/etc/kubernetes/tracing/');
  expect(disabled(apiServer.after, etcd.after)).toEqual([style(API_SERVER), style(ETCD)]);
});

test('another collector afterwards still gives the setup made by hand back', () => {
  const first = adopted();
  const second = adopted(first[0].after, first[1].after, { facts: { ...FACTS, endpoint: '10.96.0.99:4317' } });
  expect(second[1].argv.join(' ')).toContain('10.96.0.99:4317');
  expect(disabled(second[0].after, second[1].after)).toEqual([API_SERVER, ETCD]);
});

test('what somebody edited in between survives', () => {
  const [apiServer, etcd] = adopted();
  const edit = (text: string) => text.replace('10.96.0.0/12', '10.97.0.0/16').replace('    image:', '    - --profiling=false\n    image:');
  expect(disabled(edit(apiServer.after), etcd.after)).toEqual([edit(API_SERVER), ETCD]);
});

test('a volume that another mount shows too stays in the way', () => {
  const apiServer = API_SERVER.replace('    - name: tracing-config\n', '    - name: tracing-config\n      mountPath: /second\n    - name: tracing-config\n');
  expect(tryPlan({ apiServer, etcd: ETCD, facts: FACTS, spec: ADOPT })).toMatchObject({ kind: 'refused', refusals: [{ code: 'mount-conflict' }, { code: 'volume-conflict' }] });
});

test('an API server without any tracing is planned the same with adopt', () => {
  const plain = API_SERVER.replace(/.*--tracing-config-file.*\n/, '').replace(/ {4}- name: tracing-config\n( {6}.*\n)+/, '').replace(/ {2}- name: tracing-config\n( {4}.*\n)+/, '');
  const etcd = ETCD.replace(/.*distributed-tracing.*\n/g, '');
  const without = planned({ apiServer: plain, etcd, facts: FACTS }).components.map(({ after }) => after);
  expect(adopted(plain, etcd).map(({ after }) => after)).toEqual(without);
});
