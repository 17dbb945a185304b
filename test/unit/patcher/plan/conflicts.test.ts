import { planned, tryPlan } from './planning';
import { kubeadmApiServer, kubeadmEtcd } from '../../../support/fixtures/manifests/kubeadm';

const API_SERVER = kubeadmApiServer('1.33.6');
const ETCD = kubeadmEtcd('1.33.6', '3.5.24-0');
const withVariables = (manifest: string, names: readonly string[]) =>
  manifest.replace('    name: etcd\n', `    env:\n${names.map(name => `    - name: ${name}\n      value: "true"\n`).join('')}    name: etcd\n`);

function refusalsOf(input: Parameters<typeof tryPlan>[0]): string[] {
  const result = tryPlan(input);
  return result.kind === 'refused' ? result.refusals.map(({ code, at }) => `${code} ${at}`) : [];
}

const lineOf = (text: string, part: string) => text.slice(0, text.indexOf(part)).split('\n').length;

test('everything in the way of both components is said at once, in the order of the lines', () => {
  const apiServer = kubeadmApiServer('1.33.6', { apiServerArgs: ['--feature-gates=APIServerTracing=false', '--tracing-config-file=/etc/other.yaml'] })
    .replace('    volumeMounts:\n', '    volumeMounts:\n    - mountPath: /t\n      name: tracing-config\n')
    .replace('  volumes:\n', '  volumes:\n  - emptyDir: {}\n    name: tracing-config\n');
  const etcd = withVariables(kubeadmEtcd('1.33.6', '3.5.24-0', {
    etcdArgs: ['--experimental-distributed-tracing-address=1.2.3.4:4317', '--experimental-distributed-tracing-service-name=x', '--enable-distributed-tracing'],
  }), ['ETCD_EXPERIMENTAL_DISTRIBUTED_TRACING_ADDRESS', 'ETCD_EXPERIMENTAL_ENABLE_DISTRIBUTED_TRACING']);
  expect(refusalsOf({ apiServer, etcd })).toEqual([
    `feature-gate kube-apiserver.yaml:${lineOf(apiServer, '--feature-gates')}`,
    `flag-conflict kube-apiserver.yaml:${lineOf(apiServer, '--tracing-config-file')}`,
    `mount-conflict kube-apiserver.yaml:${lineOf(apiServer, 'mountPath: /t\n')}`,
    `volume-conflict kube-apiserver.yaml:${lineOf(apiServer, 'emptyDir')}`,
    `flag-conflict etcd.yaml:${lineOf(etcd, '--experimental-distributed-tracing-address')}`,
    `flag-conflict etcd.yaml:${lineOf(etcd, '--experimental-distributed-tracing-service-name')}`,
    `foreign-flag-family etcd.yaml:${lineOf(etcd, '--enable-distributed-tracing')}`,
    `environment-conflict etcd.yaml:${lineOf(etcd, 'ETCD_EXPERIMENTAL_DISTRIBUTED_TRACING_ADDRESS')}`,
    `environment-conflict etcd.yaml:${lineOf(etcd, 'ETCD_EXPERIMENTAL_ENABLE_DISTRIBUTED_TRACING')}`,
  ]);
});

test('a list in flow style does not hide the other conflicts', () => {
  const apiServer = kubeadmApiServer('1.33.6', { apiServerArgs: ['--tracing-config-file=/etc/other.yaml', '--v=2'] })
    .replace(/ {2}volumes:\n[^]*status/, '  volumes: [{name: x, emptyDir: {}}]\nstatus').replace(/ {4}volumeMounts:\n( {4}- .*\n( {6}.*\n)+)+/, '');
  expect(refusalsOf({ apiServer, spec: { etcd: null } })).toEqual([
    expect.stringMatching(/^flag-conflict kube-apiserver\.yaml:\d+$/), expect.stringMatching(/^flow-style kube-apiserver\.yaml:\d+$/),
  ]);
});

test.each([
  ['3.7.0-0', ['ETCD_EXPERIMENTAL_ENABLE_DISTRIBUTED_TRACING'], 'etcd 3.7.0 does not know ETCD_EXPERIMENTAL_ENABLE_DISTRIBUTED_TRACING'],
  ['3.5.24-0', ['ETCD_ENABLE_DISTRIBUTED_TRACING', 'ETCD_DISTRIBUTED_TRACING_ADDRESS'], 'etcd 3.5.24 does not know ETCD_ENABLE_DISTRIBUTED_TRACING, ETCD_DISTRIBUTED_TRACING_ADDRESS'],
])('etcd %s is planned beside variables of the other family, with a note', (version, names, note) => {
  expect(planned({ apiServer: API_SERVER, etcd: withVariables(kubeadmEtcd('1.33.6', version), names) }).notes).toEqual([expect.stringContaining(note)]);
});

test.each([['3.6.8-0', 'ETCD_EXPERIMENTAL_ENABLE_DISTRIBUTED_TRACING'], ['3.6.8-0', 'ETCD_ENABLE_DISTRIBUTED_TRACING'], ['3.7.0-0', 'ETCD_DISTRIBUTED_TRACING_ADDRESS'], ['3.5.24-0', 'ETCD_EXPERIMENTAL_DISTRIBUTED_TRACING_ADDRESS']])(
  'etcd %s is refused beside %s, which it reads', (version, name) => {
    expect(refusalsOf({ apiServer: API_SERVER, etcd: withVariables(kubeadmEtcd('1.33.6', version), [name]) })).toEqual([expect.stringMatching(/^environment-conflict etcd\.yaml:\d+$/)]);
  });

test('other variables of etcd are nobody\'s business', () => {
  expect(planned({ apiServer: API_SERVER, etcd: withVariables(ETCD, ['ETCD_QUOTA_BACKEND_BYTES', 'MY_ETCD_DISTRIBUTED_TRACING']) }).notes).toEqual([]);
});

test.each<[string, string]>([
  ['an empty variable', withVariables(ETCD, ['ETCD_CONFIG_FILE']).replace('value: "true"', 'value: ""')],
  ['an empty flag', ETCD.replace('    image:', '    - --config-file=\n    image:')],
])('%s names no config file of etcd', (_, etcd) => {
  expect(etcd).not.toBe(ETCD);
  expect(planned({ apiServer: API_SERVER, etcd }).notes).toEqual([]);
});

test('of several values of one gate the last one counts', () => {
  const gates = (...values: string[]) => kubeadmApiServer('1.33.6', { apiServerArgs: values.map(value => `--feature-gates=APIServerTracing=${value}`) });
  expect(planned({ apiServer: gates('false', 'true'), spec: { etcd: null } }).components).toHaveLength(1);
  expect(refusalsOf({ apiServer: gates('true', 'false'), spec: { etcd: null } })).toEqual([expect.stringMatching(/^feature-gate kube-apiserver\.yaml:\d+$/)]);
});
