import { addedLines, Case, planned, plannedApiServer, plannedEtcd, tryPlan } from './planning';
import { PatchSpec } from '../../../../src/patch-spec/patch-spec';
import { Certificates } from '../../../../src/patcher/plan/certificates';
import { PlanResult } from '../../../../src/patcher/plan/plan';
import { kubeadmApiServer, kubeadmEtcd } from '../../../support/fixtures/manifests/kubeadm';

const CLIENT: Certificates = { ca: 'the CA\n', client: { certificate: 'the certificate\n', key: 'the key\n' } };
const CA_ONLY: Certificates = { ca: 'the CA\n', client: null };
const DISABLED: Case = { spec: { state: 'disabled' } };
const API_SERVER = kubeadmApiServer('1.37.2');
const ETCD = kubeadmEtcd('1.37.2', '3.7.0-0');

function secured(certificates: Certificates = CLIENT, rest: Partial<PatchSpec> = {}): Case {
  return { spec: { ...rest, componentTls: { clientCertificate: certificates.client !== null } }, certificates };
}

const withEnv = (...lines: string[]) => API_SERVER.replace(/^ {4}image:/m, `    env:\n${lines.map(line => `    ${line}\n`).join('')}    image:`);

test.each([['kube-apiserver', API_SERVER, plannedApiServer], ['etcd', ETCD, plannedEtcd]] as const)('%s reads the certificates, is not started without them, and gives its bytes back', (_, original, of) => {
  const { before, after } = of(original, secured());
  const added = addedLines(before, after).join('\n');
  expect(added).toMatch(new RegExp([
    '    env:',
    '    - name: OTEL_EXPORTER_OTLP_CERTIFICATE',
    '      value: /etc/kubernetes/tracing/component-ca\\.[0-9a-f]{8}\\.crt',
    '    - name: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE',
    '      value: /etc/kubernetes/tracing/component-client\\.([0-9a-f]{8})\\.crt',
    '    - name: OTEL_EXPORTER_OTLP_CLIENT_KEY',
    '      value: /etc/kubernetes/tracing/component-client\\.\\1\\.key',
  ].join('\n')));
  for (const name of ['tracing-ca', 'tracing-client-certificate', 'tracing-client-key']) {
    const [, path] = new RegExp(`    - mountPath: (/etc/kubernetes/tracing/component-.*)\n      name: ${name}\n      readOnly: true`).exec(added)!;
    expect(added).toContain(`  - hostPath:\n      path: ${path}\n      type: File\n    name: ${name}`);
  }
  expect(of(after, secured())).toMatchObject({ after, changes: [] });
  expect(of(after, DISABLED).after).toBe(original);
});

test('the files go with the plan: the key for root alone', () => {
  const { certificates } = planned({ apiServer: API_SERVER, etcd: ETCD, ...secured() });
  expect(certificates.map(({ path, text, secret }) => [path.replace(/[0-9a-f]{8}/, '*'), text, secret])).toEqual([
    ['/etc/kubernetes/tracing/component-ca.*.crt', 'the CA\n', false],
    ['/etc/kubernetes/tracing/component-client.*.crt', 'the certificate\n', false],
    ['/etc/kubernetes/tracing/component-client.*.key', 'the key\n', true],
  ]);
  expect(planned({ apiServer: API_SERVER, etcd: ETCD }).certificates).toEqual([]);
  expect(planned({ apiServer: API_SERVER, etcd: ETCD, ...secured(CLIENT, { state: 'disabled' }) }).certificates).toEqual([]);
});

test('another certificate is another manifest; back to plain text is one too', () => {
  const first = plannedApiServer(API_SERVER, secured()).after;
  const renewed = secured({ ca: 'the CA\n', client: { certificate: 'another\n', key: 'key\n' } });
  const second = plannedApiServer(first, renewed);
  expect(second.after).toBe(plannedApiServer(API_SERVER, renewed).after);
  expect(second.changes.filter(change => change.includes('variable'))).toHaveLength(4);
  expect(plannedApiServer(first).after).toBe(plannedApiServer(API_SERVER).after);
});

test('a CA alone proves the collector', () => {
  const { after } = plannedApiServer(API_SERVER, secured(CA_ONLY));
  expect(after.match(/OTEL_\w+$/gm)).toEqual(['OTEL_EXPORTER_OTLP_CERTIFICATE']);
  expect(after).not.toContain('component-client');
});

test.each<[string, string, Case]>([
  ['kube-apiserver 1.28.15', 'kube-apiserver 1.28.15 takes no client certificate from its environment (kube-apiserver 1.29 is the first that does)', { apiServer: kubeadmApiServer('1.28.15') }],
  ['etcd 3.5.10', 'etcd 3.5.10 takes no client certificate from its environment (etcd 3.5.11 is the first that does)', { etcd: kubeadmEtcd('1.28.15', '3.5.10-0') }],
])('%s would leave out a client certificate, and is refused; with a CA alone it is not', (_, message, manifest) => {
  const rest: Partial<PatchSpec> = manifest.apiServer ? { etcd: null } : { apiServer: null };
  expect(tryPlan({ ...manifest, ...secured(CLIENT, rest) })).toMatchObject({ refusals: [{ code: 'component-tls', message: expect.stringContaining(message) }] });
  expect(tryPlan({ ...manifest, ...secured(CA_ONLY, rest) })).toMatchObject({ kind: 'planned' });
});

test('a component that is not root could not read the key', () => {
  const rootless = API_SERVER.replace('  hostNetwork: true\n', '  hostNetwork: true\n  securityContext:\n    runAsUser: 1001\n').replace(/(securityContext:\n {4}runAsUser: 1001\n)[^]*? {2}securityContext:\n/, '$1');
  expect(tryPlan({ apiServer: rootless, ...secured(CLIENT, { etcd: null }) })).toMatchObject({ refusals: [{ code: 'component-tls', message: expect.stringContaining('runs as user 1001') }] });
});

describe('what is there already', () => {
  const path = (text: string, name: string) => new RegExp(`${name}\n +value: (.*)`).exec(text)![1]!;

  test('the same value stays, and is not ours', () => {
    const value = path(plannedApiServer(API_SERVER, secured(CA_ONLY)).after, 'OTLP_CERTIFICATE');
    const original = withEnv('- name: OTEL_EXPORTER_OTLP_CERTIFICATE', `  value: ${value}`);
    const { after } = plannedApiServer(original, secured(CA_ONLY));
    expect(after.match(/OTLP_CERTIFICATE$/gm)).toHaveLength(1);
    expect(plannedApiServer(after, DISABLED).after).toBe(original);
  });

  test.each([
    ['OTEL_EXPORTER_OTLP_CERTIFICATE', '/x.crt'], ['OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE', '/x.crt'], ['OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY', '/x.key'],
  ])('%s with another value is refused with its line', (name, value) => {
    expect(tryPlan({ apiServer: withEnv(`- name: ${name}`, `  value: ${value}`), ...secured(CLIENT, { etcd: null }) })).toMatchObject({
      refusals: [{ code: 'environment-conflict', at: 'kube-apiserver.yaml:43', message: expect.stringContaining(`${name} is set to ${JSON.stringify(value)} by someone else`) }],
    });
  });

  test('"adopt" takes a variable over, and gives it back', () => {
    const original = withEnv('- name: OTEL_EXPORTER_OTLP_CERTIFICATE', '  value: /mine.crt');
    const adopted = secured(CA_ONLY, { adopt: true });
    const { after } = plannedApiServer(original, adopted);
    expect(path(after, 'OTLP_CERTIFICATE')).toContain('/etc/kubernetes/tracing/component-ca.');
    expect(plannedApiServer(after, adopted).changes).toEqual([]);
    expect(plannedApiServer(after, DISABLED).after).toBe(original);
  });

  test('a mount and a volume of that name are in the way, each with its line', () => {
    const taken = API_SERVER.replace('    volumeMounts:\n', '    volumeMounts:\n    - mountPath: /x\n      name: tracing-ca\n').replace('  volumes:\n', '  volumes:\n  - emptyDir: {}\n    name: tracing-ca\n');
    const { refusals } = tryPlan({ apiServer: taken, ...secured(CLIENT, { etcd: null }) }) as Extract<PlanResult, { kind: 'refused' }>;
    expect(refusals.map(({ code }) => code)).toEqual(['mount-conflict', 'volume-conflict']);
  });

  test('variables of others that decide too are said, ours are not', () => {
    const { notes } = planned({ apiServer: withEnv('- name: OTEL_BSP_SCHEDULE_DELAY', '  value: "1"'), ...secured(CLIENT, { etcd: null }) });
    expect(notes).toEqual(['kube-apiserver: the environment (OTEL_BSP_SCHEDULE_DELAY) also decides how spans are sent']);
    const { after } = plannedApiServer(API_SERVER, secured());
    expect(planned({ apiServer: after, ...secured(CLIENT, { etcd: null }) }).notes).toEqual([]);
  });
});

test('a file that was taken out of the manifest by somebody is said, the rest goes', () => {
  const { after } = plannedApiServer(API_SERVER, secured());
  const edited = after.replace(/ {4}- mountPath: .*component-ca.*\n {6}name: tracing-ca\n {6}readOnly: true\n/, '');
  const { components, notes } = planned({ apiServer: edited, spec: { state: 'disabled', etcd: null } });
  expect(components[0]!.after).toBe(API_SERVER);
  expect(notes).toEqual(['kube-apiserver.yaml: the volume mount tracing-ca was changed by someone else after it was added, and stays as it is']);
});

test.each<[string, Certificates | undefined]>([['none', undefined], ['no client certificate', CA_ONLY]])('certificates that the spec asks for must be given: %s', (_, certificates) => {
  const { spec } = secured(CLIENT);
  expect(tryPlan({ apiServer: API_SERVER, etcd: ETCD, ...spec && { spec }, ...certificates && { certificates } })).toMatchObject({
    refusals: [{ code: 'facts', at: 'certificates', message: expect.stringContaining('--component-ca') }],
  });
});
