import { addedLines, Case, planned, plannedApiServer, plannedEtcd, SPEC, templateFor, WHOLE_SPEC } from './planning';
import { PatchSpec } from '../../../../src/patch-spec/patch-spec';
import { KUBEADM_RELEASES, kubeadmApiServer, kubeadmEtcd } from '../../../support/fixtures/manifests/kubeadm';

const DISABLED: Case = { spec: { state: 'disabled' } };
const API_SERVER = kubeadmApiServer('1.33.6');
const ETCD = kubeadmEtcd('1.37.2', '3.7.0-0');
const apiServerIntent = (level: number | null, replaceExisting = false): Pick<PatchSpec, 'apiServer'> =>
  ({ apiServer: { verbosity: level === null ? null : { level, replaceExisting } } });

/** Enables, checks that a second plan has nothing to do, disables, and gives the enabled text; the same with variables in the environment. */
function throughApiServer(original: string, rest: Case = {}): string {
  const identity = { nodeName: true, attributes: { 'k8s.cluster.name': 'prod, west' } };
  there(original, { ...rest, spec: { ...rest.spec, identity } });
  return there(original, rest);
}

function there(original: string, rest: Case): string {
  const enabled = plannedApiServer(original, rest).after;
  expect(plannedApiServer(enabled, rest)).toMatchObject({ before: enabled, after: enabled, interim: enabled, changes: [] });
  expect(plannedApiServer(enabled, DISABLED).after).toBe(original);
  return enabled;
}

test.each(KUBEADM_RELEASES)('kubeadm %s: enabled, enabled again, disabled gives the original bytes', (kubernetes, etcd) => {
  const original = { apiServer: kubeadmApiServer(kubernetes), etcd: kubeadmEtcd(kubernetes, etcd), spec: WHOLE_SPEC };
  const [apiServer, member] = planned(original).components;
  const enabled = { apiServer: apiServer!.after, etcd: member!.after, spec: WHOLE_SPEC };
  expect(planned(enabled).components.every(c => c.after === c.before && c.changes.length === 0)).toBe(true);
  expect(planned({ ...enabled, ...DISABLED }).components.map(c => c.after)).toEqual([original.apiServer, original.etcd]);
  expect(planned({ ...original, ...DISABLED }).components.every(c => c.after === c.before)).toBe(true);
});

describe('shapes', () => {
  const noAnnotations = API_SERVER.replace(/ {2}annotations:\n.*\n/, '');
  const noVolumes = API_SERVER.replace(/ {2}volumes:\n[^]*(?=status)/, '').replace(/ {4}volumeMounts:\n( {4}- .*\n( {6}.*\n)+)+/, '');
  test.each<[string, string]>([
    ['no annotations', noAnnotations],
    ['no volumes and mounts', noVolumes],
    ['nothing at all, and no final newline', noVolumes.replace(/ {2}annotations:\n.*\n/, '').replace(/status: \{\}\n$/, '').replace(/\n$/, '')],
    ['CRLF', API_SERVER.replaceAll('\n', '\r\n')],
    ['CRLF without a final newline', API_SERVER.replace(/status: \{\}\n$/, '').trimEnd().replaceAll('\n', '\r\n')],
    ['a byte order mark', `\uFEFF${API_SERVER}`],
    ['no final newline', API_SERVER.trimEnd()],
    ['volumes at the end without a final newline', API_SERVER.replace(/status: \{\}\n$/, '').trimEnd()],
    ['the command last', 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: kube-apiserver\nspec:\n  containers:\n  - name: a\n    image: a:v1.33.6\n    command:\n    - kube-apiserver'],
    ['a document start and end', `---\n${API_SERVER}...\n`],
    ['comments', API_SERVER.replace('    image:', '    # about the image\n    image:').replace('  volumes:', '  # volumes of the pod\n  volumes: # here').replace('/apiserver.key\n', '/apiserver.key # the key\n    # end of flags\n')],
    ['blank lines', API_SERVER.replace('    image:', '\n\n    image:').replace('  volumes:', '\n  volumes:').replace('  labels', '\n  labels')],
    ['an indented list', API_SERVER.replace(/^ {4}(- (?:kube-apiserver|--.*))$/gm, '         $1')],
    ['quoted items', API_SERVER.replace(/^( {4}- )(--.*)$/gm, '$1"$2"')],
    ['single-quoted items', API_SERVER.replace(/^( {4}- )(--.*)$/gm, "$1'$2'")],
    ['flags in two items', API_SERVER.replace(/^( {4}- --[a-z-]+)=(.*)$/gm, '$1\n    - "$2"')],
    ['flags in args', API_SERVER.replace('    - --advertise', '    args:\n    - --advertise')],
    ['a program by its path', API_SERVER.replace('    - kube-apiserver\n', '    - /usr/local/bin/kube-apiserver\n')],
    ['a side container before', API_SERVER.replace('  containers:\n', '  containers:\n  - command:\n    - kms-plugin\n    image: kms:1\n    name: kms\n    volumeMounts:\n    - mountPath: /kms\n      name: k8s-certs\n')],
    ['a file mode in octal', API_SERVER.replace('  volumes:\n', '  volumes:\n  - name: old\n    projected:\n      defaultMode: 0644\n')],
    ['words that are booleans in YAML 1.1', API_SERVER.replace('  labels:\n', '  labels:\n    on: "yes"\n    a: "no"\n    n: "1_000"\n')],
    ['a block scalar at the end of the command', API_SERVER.replace('    image:', '    - |-\n      --service-account-extend-token-expiration=true\n    image:')],
    ['a flag folded over two lines', API_SERVER.replace('    image:', '    - --api-audiences=a,\n      b\n    image:')],
  ])('%s', (_, original) => {
    const enabled = throughApiServer(original);
    expect(enabled.endsWith('\n')).toBe(original.endsWith('\n'));
    expect(enabled.includes('\r')).toBe(original.includes('\r'));
    if (original.includes('\r')) expect(enabled.replaceAll('\r\n', '')).not.toContain('\n');
  });
});

describe('what is there already', () => {
  test('a lower --v stays unless replacing it is asked for', () => {
    const original = kubeadmApiServer('1.33.6', { apiServerArgs: ['--v=2'] });
    expect(throughApiServer(original, { spec: apiServerIntent(6) })).not.toContain('--v=6');
    const enabled = throughApiServer(original, { spec: apiServerIntent(6, true) });
    expect(enabled).toContain('- --v=6\n');
    expect(enabled).not.toContain('- --v=2\n');
  });

  test.each(['--v=2', '"--v=2"', "'--v=2'", '-v=2', '-v2', '--v\n    - "2"', "-v\n    - '2'"])('%s is replaced and comes back as it was written', written => {
    const original = kubeadmApiServer('1.33.6', { apiServerArgs: [written, '--z=1'] });
    const { argv, after } = plannedApiServer(original, { spec: apiServerIntent(6, true) });
    expect(argv.join(' ')).toMatch(/ --?v[= ]6 --z=1/);
    expect(plannedApiServer(after, DISABLED).after).toBe(original);
  });

  test('with --v repeated the last one counts', () => {
    const original = kubeadmApiServer('1.33.6', { apiServerArgs: ['--v=6', '--v=2'] });
    expect(plannedApiServer(original, { spec: apiServerIntent(6, true) }).argv.filter(arg => arg.startsWith('--v'))).toEqual(['--v=6', '--v=6']);
    throughApiServer(original, { spec: apiServerIntent(6, true) });
  });

  test('no verbosity in the spec adds none', () => {
    expect(throughApiServer(API_SERVER, { spec: apiServerIntent(null) })).not.toContain('--v=');
  });

  test.each([
    ['--feature-gates=A=true', '--feature-gates=A=true,APIServerTracing=true'],
    ['"--feature-gates=A=true,B=false"', '"--feature-gates=A=true,B=false,APIServerTracing=true"'],
    ['--feature-gates\n    - A=true', '--feature-gates\n    - A=true,APIServerTracing=true'],
    ['--feature-gates=', '--feature-gates=APIServerTracing=true'],
    ['--feature_gates=A=true', '--feature_gates=A=true,APIServerTracing=true'],
  ])('the gate is merged into %s', (written, merged) => {
    expect(throughApiServer(kubeadmApiServer('1.26.15', { apiServerArgs: [written] }))).toContain(`- ${merged}\n`);
  });

  test('a gate that is on stays, and is not ours', () => {
    const original = kubeadmApiServer('1.26.15', { apiServerArgs: ['--feature-gates=APIServerTracing=true'] });
    expect(throughApiServer(original).match(/APIServerTracing/g)).toHaveLength(1);
  });

  test('what is identical stays, is not ours, and survives removal', () => {
    const handMade = plannedApiServer(API_SERVER).after.replace(/.*\/changes: .*\n/, '');
    expect(plannedApiServer(handMade)).toMatchObject({ after: handMade, changes: [] });
    const etcd = kubeadmEtcd('1.37.2', '3.7.0-0', { etcdArgs: ['-enable-distributed-tracing', '--distributed-tracing-service-name=etcd'] });
    const { after } = plannedEtcd(etcd);
    expect(addedLines(etcd, after)).toEqual([expect.stringContaining('/changes'), '    - --distributed-tracing-address=10.96.0.50:4317', '    - --distributed-tracing-instance-id=cp1']);
    const undone = planned({ etcd: after, spec: { apiServer: null, state: 'disabled' } });
    expect(undone.components[0]!.after).toBe(etcd);
    expect(planned({ etcd, spec: { apiServer: null, state: 'disabled' } }).notes[0]).toContain('--distributed-tracing-service-name was not added by this package');
  });
});

describe('new values', () => {
  test('another rate, endpoint and log level update what is ours and nothing else', () => {
    const first = plannedApiServer(API_SERVER, { spec: apiServerIntent(6) }).after;
    const rest = { spec: apiServerIntent(4), facts: { endpoint: '10.96.0.99:4317' }, template: templateFor(500) };
    const second = plannedApiServer(first, rest);
    expect(second.after).toBe(plannedApiServer(API_SERVER, rest).after);
    expect(second.changes).toEqual(expect.arrayContaining(['kube-apiserver: removes --v=6', expect.stringMatching(/adds --v=4/)]));
    expect(plannedApiServer(second.after, DISABLED).after).toBe(API_SERVER);
  });

  test('no etcd rate any more takes the flag out', () => {
    const spec = (samplingRatePerMillion: number) => ({ spec: { ...SPEC, apiServer: null, etcd: { serviceName: 'etcd', samplingRatePerMillion } } });
    const first = plannedEtcd(ETCD, spec(7)).after;
    expect(first).toContain('sampling-rate=7\n');
    expect(plannedEtcd(first, spec(0)).after).toBe(plannedEtcd(ETCD, spec(0)).after);
  });

  test('etcd that was upgraded by hand from 3.5 gets the stable names', () => {
    const old = kubeadmEtcd('1.33.6', '3.5.24-0');
    const upgraded = plannedEtcd(old).after.replace('etcd:3.5.24-0', 'etcd:3.7.0-0');
    const { argv } = plannedEtcd(upgraded);
    expect(argv.filter(arg => arg.includes('tracing')).every(arg => arg.startsWith('--enable-d') || arg.startsWith('--distributed-'))).toBe(true);
  });
});

test('removal needs neither a known version, nor an endpoint, nor an etcd of its own', () => {
  const apiServer = plannedApiServer(API_SERVER).after.replace(':v1.33.6', ':latest');
  const { components, notes } = planned({ apiServer, ...DISABLED, facts: { endpoint: null }, template: '' });
  expect(components).toMatchObject([{ after: API_SERVER.replace(':v1.33.6', ':latest'), version: 'unknown' }]);
  expect(notes).toEqual([]);
});
