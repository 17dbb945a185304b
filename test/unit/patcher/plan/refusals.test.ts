import { Case, tryPlan } from './planning';
import { Manifest } from '../../../../src/patcher/plan/manifest';
import { PLAN_REFUSAL_CODES, PlanRefusalCode } from '../../../../src/patcher/plan/refusal';
import { applyEdits } from '../../../../src/patcher/plan/splice';
import { kubeadmApiServer, kubeadmEtcd } from '../../../support/fixtures/manifests/kubeadm';

const API_SERVER = kubeadmApiServer('1.33.6');
const ETCD = kubeadmEtcd('1.33.6', '3.5.24-0');
const withArgs = (...apiServerArgs: string[]) => kubeadmApiServer('1.33.6', { apiServerArgs });
const withEtcdArgs = (...etcdArgs: string[]) => kubeadmEtcd('1.33.6', '3.5.24-0', { etcdArgs });
const enabledApiServer = () => {
  const result = tryPlan({ apiServer: API_SERVER, spec: { etcd: null } });
  if (result.kind === 'refused') throw new Error(JSON.stringify(result.refusals));
  return result.plan.components[0]!.after;
};
const withRecord = (text: string, record: object) =>
  text.replace('  annotations:\n', `  annotations:\n    cdk8s-control-plane-tracing.github.io/changes: '${JSON.stringify(record).replaceAll("'", "''")}'\n`);
const DISABLED = { spec: { state: 'disabled' as const } };

interface Refusing extends Case {
  readonly why: string;
  readonly code: PlanRefusalCode;
  /** What the place and the message must tell. */
  readonly tells: RegExp;
}

const CASES: Refusing[] = [
  { why: 'no kube-apiserver.yaml', code: 'no-manifest', apiServer: undefined, etcd: ETCD, tells: /^kube-apiserver\.yaml: .*etcd\.yaml.*k3s, k0s, Talos/ },
  { why: 'RKE2', code: 'foreign-layout', apiServer: API_SERVER.replace('/etc/kubernetes/pki/ca.crt', '/var/lib/rancher/rke2/server/tls/ca.crt'), tells: /kube-apiserver-arg/ },
  { why: 'Talos', code: 'foreign-layout', apiServer: API_SERVER.replace('  annotations:\n', '  annotations:\n    talos.dev/config-version: "1"\n'), tells: /machine configuration/ },
  { why: 'OpenShift', code: 'foreign-layout', apiServer: API_SERVER.replace('namespace: kube-system', 'namespace: openshift-kube-apiserver'), tells: /operators/ },
  { why: 'kOps', code: 'foreign-layout', others: { 'kube-apiserver.manifest': API_SERVER }, tells: /spec\.kubeAPIServer/ },
  { why: 'a copy that wins', code: 'duplicate-pod', others: { 'kube-apiserver.yaml.bak': API_SERVER }, tells: /^kube-apiserver\.yaml\.bak: .*kube-apiserver\.yaml\.bak wins.*20 s/ },
  { why: 'a copy that loses', code: 'duplicate-pod', others: { 'a.yaml': API_SERVER }, tells: /^a\.yaml: .*kube-apiserver\.yaml wins/ },
  { why: 'a JSON copy', code: 'duplicate-pod', others: { 'z.json': '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"etcd","namespace":"kube-system"}}' }, tells: /z\.json wins/ },
  { why: 'etcd on the node, but not as a static pod', code: 'etcd-not-a-static-pod', apiServer: API_SERVER, etcd: undefined, tells: /leave etcd out/ },
  { why: 'etcd on the own address', code: 'etcd-not-a-static-pod', apiServer: API_SERVER.replace('https://127.0.0.1:2379', 'https://10.0.0.11:2379'), etcd: undefined, tells: /leave etcd out/ },
  { why: 'only an etcd that is elsewhere', code: 'nothing-to-trace', apiServer: API_SERVER.replace('https://127.0.0.1:2379', 'https://10.9.9.9:2379'), etcd: undefined, spec: { apiServer: null }, tells: /runs elsewhere/ },

  { why: 'bytes that are not UTF-8', code: 'not-utf8', apiServer: `${API_SERVER}# \uFFFD\n`, tells: /UTF-8/ },
  { why: 'a syntax error', code: 'unreadable-yaml', apiServer: API_SERVER.replace('    - --secure', '   - --secure'), tells: /kube-apiserver\.yaml:\d+:/ },
  { why: 'a tab', code: 'unreadable-yaml', apiServer: API_SERVER.replace('    - --secure', '\t- --secure'), tells: /:\d+: .*TAB_AS_INDENT/ },
  { why: 'an empty file', code: 'unreadable-yaml', apiServer: '', tells: /no YAML document/ },
  { why: 'a directive', code: 'unreadable-yaml', apiServer: `%YAML 1.2\n---\n${API_SERVER}`, tells: /directive/ },
  { why: 'an unknown tag', code: 'unreadable-yaml', apiServer: API_SERVER.replace('name: kube-apiserver', 'name: !name kube-apiserver'), tells: /:\d+:/ },
  { why: 'a key twice', code: 'duplicate-key', apiServer: API_SERVER.replace('  hostNetwork: true', '  hostNetwork: true\n  hostNetwork: true'), tells: /:\d+: .*twice/ },
  { why: 'two documents', code: 'several-documents', apiServer: `${API_SERVER}---\nkind: Pod\n`, tells: /first YAML document/ },
  { why: 'JSON', code: 'flow-style', apiServer: JSON.stringify({ apiVersion: 'v1', kind: 'Pod' }), tells: /kube-apiserver\.yaml:1: .*yq -P/ },
  { why: 'a command in flow style', code: 'flow-style', apiServer: API_SERVER.replace(/- command:\n( {4}- .*\n)+/, '- command: [kube-apiserver, --v=2]\n'), tells: /:\d+: .*one item per line/ },
  { why: 'volumes in flow style', code: 'flow-style', apiServer: API_SERVER.replace(/ {2}volumes:\n[^]*status/, '  volumes: [{name: x, emptyDir: {}}]\nstatus').replace(/ {4}volumeMounts:\n( {4}- .*\n( {6}.*\n)+)+/, ''), tells: /spec\.volumes/ },
  { why: 'an alias', code: 'anchors', apiServer: API_SERVER.replace('host: 10.0.0.11', 'host: &h 10.0.0.11').replace('host: 10.0.0.11', 'host: *h'), tells: /:\d+: .*write the values out/ },
  { why: 'a merge key', code: 'anchors', apiServer: API_SERVER.replace('  labels:\n', '  labels:\n    <<: {a: b}\n'), tells: /:\d+: .*merge key/ },
  { why: 'an empty key', code: 'unexpected-shape', apiServer: API_SERVER.replace(/ {2}volumes:\n[^]*status/, '  volumes:\nstatus').replace(/ {4}volumeMounts:\n( {4}- .*\n( {6}.*\n)+)+/, ''), tells: /empty key/ },
  { why: 'a number on the command line', code: 'unexpected-shape', apiServer: withArgs('5'), tells: /:\d+: .*quotes/ },
  ...([
    ['an annotation that is a number', '  annotations:\n', '  annotations:\n    a: 5\n', /:\d+: metadata\.annotations\.a .*quotes/],
    ['a label that is no text', '  labels:\n', '  labels:\n    a: yes\n', /:\d+: metadata\.labels\.a .*quotes/],
    ['a variable that is a number', '    image:', '    env:\n    - name: GOGC\n      value: 50\n    image:', /:\d+: spec\.containers\.0\.env\.0\.value .*quotes/],
    ['a variable without a name', '    image:', '    env:\n    - value: "1"\n    image:', /:\d+: spec\.containers\.0\.env\.0\.name is missing/],
    ['a priority that is a text', 'priority: 2', 'priority: p2', /:\d+: spec\.priority /],
    ['a switch that is a text', 'hostNetwork: true', 'hostNetwork: "true"', /:\d+: spec\.hostNetwork /],
    ['no name', '  name: kube-apiserver\n', '', /:\d+: metadata\.name is missing/],
  ] as const).map(([why, from, to, tells]) => ({ why, code: 'unexpected-shape' as const, apiServer: API_SERVER.replace(from, to), tells })),
  { why: 'containers that are no list', code: 'unexpected-shape', apiServer: 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\nspec:\n  containers: 5\n', tells: /spec\.containers/ },
  { why: 'more than 10 MiB', code: 'too-large', apiServer: `${API_SERVER + '#'.repeat(10 * 1024 * 1024)}\n`, tells: /10 MiB/ },

  { why: 'brackets in brackets', code: 'unreadable-yaml', apiServer: `a: ${'['.repeat(8_000)}`, tells: /no manifest/ },
  { why: 'a List', code: 'not-a-pod', apiServer: `# x\napiVersion: v1\nkind: List\nitems:\n${API_SERVER.replace(/^/gm, '  ').replace('  ', '- ')}`, tells: /:3: .*v1 List.*write the Pod itself/ },
  { why: 'a Deployment', code: 'not-a-pod', apiServer: API_SERVER.replace('kind: Pod', 'kind: Deployment'), tells: /not a Pod/ },
  { why: 'a fixed uid', code: 'pod-uid', apiServer: API_SERVER.replace('  namespace:', '  uid: abc\n  namespace:'), tells: /:\d+: .*restart/ },
  { why: 'another program', code: 'no-container', apiServer: API_SERVER.replace('    - kube-apiserver\n', '    - hyperkube\n'), tells: /:\d+: .*command/ },
  { why: 'the entry point of the image', code: 'no-container', apiServer: API_SERVER.replace('- command:\n    - kube-apiserver\n', '- args:\n'), tells: /write the program/ },
  { why: 'two of them', code: 'several-containers', apiServer: API_SERVER.replace('  hostNetwork', '  - command:\n    - /usr/local/bin/kube-apiserver\n    name: second\n  hostNetwork'), tells: /:\d+: more than one/ },
  { why: 'a shell', code: 'shell-wrapper', apiServer: API_SERVER.replace('    - kube-apiserver\n', '    - /bin/sh\n    - -c\n    - exec kube-apiserver\n'), tells: /:\d+: .*directly/ },
  { why: 'the end of flags', code: 'not-a-flag', apiServer: withArgs('--'), tells: /:\d+: "--"/ },
  { why: 'a positional argument', code: 'not-a-flag', apiServer: API_SERVER.replace('    - kube-apiserver\n', '    - kube-apiserver\n    - serve\n'), tells: /:\d+: "serve"/ },
  { why: 'two volumes of one name', code: 'invalid-pod', apiServer: API_SERVER.replaceAll('name: etc-ca-certificates', 'name: ca-certs'), tells: /ca-certs/ },
  { why: 'two mounts at one path', code: 'invalid-pod', apiServer: API_SERVER.replace('mountPath: /etc/ca-certificates', 'mountPath: /etc/ssl/certs'), tells: /mounted at \/etc\/ssl\/certs/ },

  { why: 'a volume without its source', code: 'invalid-pod', apiServer: API_SERVER.replace('  volumes:\n', '  volumes:\n  - name: x\n    emptyDir: {}\n    hostPath: {path: /x}\n'), tells: /:\d+: .*more than one source/ },
  { why: 'a path with two dots', code: 'invalid-pod', apiServer: API_SERVER.replace('path: /etc/ssl/certs', 'path: /etc/../ssl'), tells: /:\d+: the volume ca-certs .*\/etc\/\.\.\/ssl/ },
  { why: 'an unknown type of a volume', code: 'invalid-pod', apiServer: API_SERVER.replace('type: DirectoryOrCreate', 'type: Dir'), tells: /:\d+: the volume .*unknown type \(Dir\)/ },
  { why: 'a volume that is no name', code: 'invalid-pod', apiServer: API_SERVER.replaceAll('name: ca-certs', 'name: Ca_certs'), tells: /:\d+: the volume Ca_certs .*DNS label/ },
  { why: 'two containers of one name', code: 'invalid-pod', apiServer: API_SERVER.replace('  hostNetwork', '  - name: kube-apiserver\n    image: x:1\n  hostNetwork'), tells: /:\d+: two containers .*kube-apiserver/ },
  { why: 'a container without an image', code: 'invalid-pod', apiServer: API_SERVER.replace('  hostNetwork', '  - name: side\n  hostNetwork'), tells: /:\d+: the container side has no image/ },
  { why: 'a mount of an init container without its volume', code: 'invalid-pod', apiServer: API_SERVER.replace('  hostNetwork', '  initContainers:\n  - name: first\n    image: x:1\n    volumeMounts:\n    - name: nope\n      mountPath: /x\n  hostNetwork'), tells: /:\d+: .*not a valid Pod as it is.*nope/ },

  { why: 'a digest', code: 'unreadable-version', apiServer: API_SERVER.replace(':v1.33.6', `@sha256:${'0'.repeat(64)}`), tells: /:\d+: .*--kubernetes-version X\.Y\.Z/ },
  { why: 'a tag of no version', code: 'unreadable-version', etcd: ETCD.replace(':3.5.24-0', ':stable'), tells: /--etcd-version/ },
  { why: 'Kubernetes 1.23', code: 'version-too-old', apiServer: kubeadmApiServer('1.23.17'), tells: /:\d+: .*1\.24/ },
  { why: 'Kubernetes 1.38', code: 'version-too-new', apiServer: kubeadmApiServer('1.38.0'), tells: /newer release of this package/ },
  { why: 'etcd 3.8', code: 'version-too-new', etcd: kubeadmEtcd('1.38.0', '3.8.0-0'), tells: /newer than 3\.7/ },

  { why: 'the gate that is gone', code: 'feature-gate', apiServer: kubeadmApiServer('1.37.2', { apiServerArgs: ['--feature-gates=A=true,APIServerTracing=true'] }), tells: /:\d+: .*remove it/ },
  { why: 'the gate, prefixed', code: 'feature-gate', apiServer: kubeadmApiServer('1.37.2', { apiServerArgs: ['--feature-gates=kube:APIServerTracing=true'] }), tells: /remove it/ },
  { why: 'the gate switched off', code: 'feature-gate', apiServer: withArgs('--feature-gates=APIServerTracing=false'), tells: /switched off/ },
  { why: 'the gate switched off in an alpha release', code: 'feature-gate', apiServer: kubeadmApiServer('1.25.16', { apiServerArgs: ['--feature-gates', 'APIServerTracing=f'] }), tells: /switched off/ },
  { why: 'all beta gates off', code: 'feature-gate', apiServer: withArgs('--feature-gates=AllBeta=false'), tells: /APIServerTracing=true/ },
  { why: 'another tracing configuration', code: 'flag-conflict', apiServer: withArgs('--tracing-config-file=/etc/other.yaml'), tells: /:\d+: .*"\/etc\/other\.yaml"/ },
  { why: 'another rate of etcd', code: 'flag-conflict', etcd: withEtcdArgs('--experimental-distributed-tracing-sampling-rate=5'), tells: /:\d+: .*"5".*"0"/ },
  { why: 'etcd tracing that is off', code: 'flag-conflict', etcd: withEtcdArgs('--experimental-enable-distributed-tracing=false'), tells: /"false"/ },
  { why: 'old names on etcd 3.7', code: 'foreign-flag-family', etcd: kubeadmEtcd('1.37.2', '3.7.0-0', { etcdArgs: ['--experimental-enable-distributed-tracing=true'] }), tells: /:\d+: .*does not start/ },
  { why: 'old names on etcd 3.6', code: 'foreign-flag-family', etcd: kubeadmEtcd('1.36.3', '3.6.8-0', { etcdArgs: ['-experimental-distributed-tracing-address=x:1'] }), tells: /would win/ },
  { why: 'new names on etcd 3.5', code: 'foreign-flag-family', etcd: withEtcdArgs('--enable-distributed-tracing'), tells: /does not start/ },
  { why: 'a configuration file of etcd', code: 'config-file-flag', etcd: withEtcdArgs('--config-file', '/etc/etcd.yaml'), tells: /:\d+: .*ignores all other flags/ },
  { why: 'tracing by environment', code: 'environment-conflict', etcd: ETCD.replace('    name: etcd\n', '    env:\n    - name: ETCD_EXPERIMENTAL_ENABLE_DISTRIBUTED_TRACING\n      value: "true"\n    name: etcd\n'), tells: /:\d+: .*remove the variable/ },
  { why: 'a mount of our name', code: 'mount-conflict', apiServer: API_SERVER.replace('    volumeMounts:\n', '    volumeMounts:\n    - mountPath: /t\n      name: tracing-config\n').replace('  volumes:\n', '  volumes:\n  - emptyDir: {}\n    name: tracing-config\n'), tells: /:\d+: .*rename or remove/ },
  { why: 'a volume of our name', code: 'volume-conflict', apiServer: API_SERVER.replace('  volumes:\n', '  volumes:\n  - emptyDir: {}\n    name: tracing-config\n'), tells: /:\d+: .*rename or remove/ },

  {
    why: 'a client certificate for a kube-apiserver that reads none',
    code: 'component-tls',
    apiServer: kubeadmApiServer('1.28.15'),
    spec: { componentTls: { clientCertificate: true } },
    certificates: { ca: 'CA', client: { certificate: 'certificate', key: 'key' } },
    tells: /:\d+: .*1\.29/,
  },

  { why: 'a record that is not JSON', code: 'record-unreadable', apiServer: API_SERVER.replace('  annotations:\n', '  annotations:\n    cdk8s-control-plane-tracing.github.io/changes: "{"\n'), ...DISABLED, tells: /:\d+:/ },
  { why: 'a record of another release', code: 'record-unreadable', apiServer: API_SERVER.replace('  annotations:\n', '  annotations:\n    cdk8s-control-plane-tracing.github.io/changes: \'{"more":1}\'\n'), tells: /the release of this package/ },
  ...(['"', "'", '{', '*a', ': [', '"\\x"'] as const).map(was => ({
    why: `a record whose text ${was} is none any more`,
    code: 'record-unreadable' as const,
    get apiServer() { return withRecord(API_SERVER, { replaced: [{ flag: 'secure-port', now: '6443', was }] }); },
    ...DISABLED,
    tells: /:\d+: the annotation .*by hand/,
  })),
  { why: 'a lost record', code: 'record-missing', get apiServer() { return enabledApiServer().replace(/.*\/changes: .*\n/, ''); }, ...DISABLED, tells: /:\d+: .*by hand/ },
  { why: 'a mount that would lose its volume', code: 'would-break', get apiServer() { return enabledApiServer().replace('      name: tracing-config\n      readOnly: true\n', '      name: tracing-config\n'); }, ...DISABLED, tells: /without its volume/ },
  { why: 'a flag that would lose its file', code: 'would-break', get apiServer() { return enabledApiServer().replace(/(- --tracing-config-file=).*/, '$1/etc/kubernetes/tracing/other.yaml'); }, ...DISABLED, tells: /without a mount/ },

  { why: 'a template of another kind', code: 'template', template: 'apiVersion: v1\nkind: ConfigMap\n', tells: /kind/ },
  { why: 'no endpoint', code: 'facts', facts: { endpoint: null }, tells: /endpoint/ },
  { why: 'a node name that kubelet would expand', code: 'facts', facts: { nodeName: '$(hostname)' }, tells: /nodeName/ },
];

test.each(CASES)('fails on $why: $code', ({ code, tells, why: _, ...input }) => {
  const result = tryPlan({ apiServer: API_SERVER, etcd: ETCD, ...input });
  const refusals = result.kind === 'refused' ? result.refusals : [];
  expect(refusals.map(refusal => refusal.code)).toContain(code);
  expect(refusals.map(({ at, message }) => `${at}: ${message}`).join('\n')).toMatch(tells);
});

test('fails on an edit that does not mean what it says: internal', () => {
  const manifest = new Manifest('etcd.yaml', ETCD);
  const at = ETCD.indexOf('    - --name=');
  expect(() => applyEdits(manifest, [{ from: at, to: at, text: '    - --other\n', means: () => {} }])).toThrow('does not mean what was planned');
});

test('every refusal has a case', () => {
  expect([...new Set([...CASES.map(c => c.code), 'internal'])].sort()).toEqual([...PLAN_REFUSAL_CODES].sort());
});

test('what is wrong with both components is said at once', () => {
  const result = tryPlan({ apiServer: kubeadmApiServer('1.38.0'), etcd: kubeadmEtcd('1.38.0', '3.8.0-0') });
  expect(result).toMatchObject({ refusals: [{ at: expect.stringContaining('kube-apiserver.yaml') }, { at: expect.stringContaining('etcd.yaml') }] });
});
