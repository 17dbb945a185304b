import { addedLines, planned, plannedApiServer, plannedEtcd, SPEC, tryPlan } from './planning';
import { isSubsequence } from '../../../../src/patcher/plan/splice';
import { KUBEADM_RELEASES, kubeadmApiServer, kubeadmEtcd } from '../../../support/fixtures/manifests/kubeadm';

const KUBERNETES = KUBEADM_RELEASES.map(([kubernetes]) => kubernetes);
const ETCD = ['3.5.6', '3.5.10', '3.5.11', '3.5.12', '3.5.15', '3.5.16', '3.5.21', '3.5.24', '3.5.33', '3.6.0', '3.6.4', '3.6.8', '3.6.14', '3.7.0', '3.7.3'];
const PAIRS = KUBERNETES.flatMap(kubernetes => ETCD.map(etcd => [kubernetes, etcd] as const));
const WITH_RATE = { ...SPEC, etcd: { serviceName: 'etcd', samplingRatePerMillion: 500 } };

/** The command-line flags, without values, that the plan adds to a component. */
function flagsOf(before: string, after: string): string[] {
  return addedLines(before, after).flatMap(line => /^ +- (--[a-z-]+)=/.exec(line)?.[1] ?? []);
}

test.each(PAIRS)('kube-apiserver %s with etcd %s gets the flags that it takes, by added lines only', (kubernetes, etcd) => {
  const plan = planned({ apiServer: kubeadmApiServer(kubernetes), etcd: kubeadmEtcd(kubernetes, `${etcd}-0`), spec: WITH_RATE });
  const [apiServer, member] = plan.components as [typeof plan.components[0], typeof plan.components[0]];
  const minor = Number(kubernetes.split('.')[1]);
  const [, etcdMinor, etcdPatch] = etcd.split('.').map(Number) as [number, number, number];

  expect(flagsOf(apiServer.before, apiServer.after)).toEqual([
    '--tracing-config-file', ...minor < 27 ? ['--feature-gates'] : [], '--v',
  ]);
  expect(plan.configFile!.text).toContain(minor < 27 ? 'apiserver.config.k8s.io/v1alpha1\n' : 'apiserver.config.k8s.io/v1beta1\n');

  const prefix = etcdMinor === 5 ? '--experimental-' : '--';
  expect(flagsOf(member.before, member.after)).toEqual([
    'enable-distributed-tracing', 'distributed-tracing-address', 'distributed-tracing-service-name', 'distributed-tracing-instance-id',
    ...etcdMinor > 5 || etcdPatch > 10 ? ['distributed-tracing-sampling-rate'] : [],
  ].map(name => prefix + name));

  for (const component of plan.components) {
    expect(isSubsequence(component.before, component.after)).toBe(true);
    expect(addedLines(component.before, component.after).length).toBe(component.after.split('\n').length - component.before.split('\n').length);
    expect(component.after).not.toContain('$(');
  }
});

test.each([['3.4.13-0', 'has no tracing'], ['3.5.0-0', 'leak memory'], ['3.5.4-0', 'leak memory']])('etcd %s is left alone and the notes say why', (etcd, why) => {
  const plan = planned({ apiServer: kubeadmApiServer('1.25.3'), etcd: kubeadmEtcd('1.25.3', etcd) });
  expect(plan.components.map(c => c.component)).toEqual(['kube-apiserver']);
  expect(plan.notes.join('\n')).toContain(why);
});

test('fails when an etcd that cannot be traced is all that the spec asks for', () => {
  expect(tryPlan({ etcd: kubeadmEtcd('1.22.0', '3.4.13-0'), spec: { apiServer: null } })).toMatchObject({ refusals: [{ code: 'nothing-to-trace' }] });
});

test('etcd 3.5.5 to 3.5.10 has no rate flag, and the notes say so', () => {
  const etcd = kubeadmEtcd('1.25.16', '3.5.9-0');
  expect(planned({ etcd, spec: { apiServer: null } }).notes).toEqual(['etcd 3.5.9 has no sampling rate: it records only the children of sampled API requests']);
  expect(planned({ etcd, spec: { ...WITH_RATE, apiServer: null } }).notes[0]).toContain('rate of 500 cannot be honoured');
});

test('a rate of 0, the default of etcd, is not written', () => {
  const { before, after } = plannedEtcd(kubeadmEtcd('1.37.2', '3.7.0-0'));
  expect(flagsOf(before, after)).not.toContain('--distributed-tracing-sampling-rate');
});

test('the values on the command line of etcd are literals of this node', () => {
  const { argv } = plannedEtcd(kubeadmEtcd('1.37.2', '3.7.0-0'), {
    facts: { nodeName: 'cp-7.example', endpoint: '[fd00::50]:4317' },
    spec: { ...WITH_RATE, apiServer: null },
  });
  expect(argv.slice(-5)).toEqual([
    '--enable-distributed-tracing=true', '--distributed-tracing-address=[fd00::50]:4317', '--distributed-tracing-service-name=etcd',
    '--distributed-tracing-instance-id=cp-7.example', '--distributed-tracing-sampling-rate=500',
  ]);
});

test('a given version is used for an image whose tag says nothing', () => {
  const apiServer = kubeadmApiServer('1.36.3').replace(':v1.36.3', `@sha256:${'0'.repeat(64)}`);
  expect(plannedApiServer(apiServer, { facts: { apiServerVersion: 'v1.36.3' } }).version).toBe('1.36.3');
});

describe('a version in the spec', () => {
  const DIGEST = `@sha256:${'0'.repeat(64)}`;
  const spec = { apiServer: { verbosity: null, version: '1.36.3' }, etcd: { ...WITH_RATE.etcd, version: '3.6.4' } };
  const versions = (apiServer: string, etcd: string, facts = {}) => planned({
    apiServer: kubeadmApiServer('1.36.3').replace(/image: .*/, `image: ${apiServer}`), etcd: kubeadmEtcd('1.36.3', '3.6.4-0').replace(/image: .*/, `image: ${etcd}`), spec, facts,
  }).components.map(({ version }) => version);

  test.each([
    [`registry.k8s.io/kube-apiserver${DIGEST}`, `registry.k8s.io/etcd${DIGEST}`],
    ['mirror/kube-apiserver:latest', 'mirror/etcd:v1.36.3'],
    ['mirror/kube-apiserver:2026.10.1', 'mirror/etcd:2026.10.1'],
    ['mirror/kube-apiserver', 'mirror/etcd'],
  ])('is used where the image does not tell it: %s', (apiServer, etcd) => {
    expect(versions(apiServer, etcd)).toEqual(['1.36.3', '3.6.4']);
  });

  test('does not count where the image tells it, which in an upgrade is another one on each node', () => {
    expect(versions('registry.k8s.io/kube-apiserver:v1.37.2', `registry.k8s.io/etcd:3.7.0-0${DIGEST}`)).toEqual(['1.37.2', '3.7.0']);
  });

  test('one given by hand counts before both', () => {
    expect(versions('registry.k8s.io/kube-apiserver:v1.37.2', 'mirror/etcd:latest', { apiServerVersion: '1.35.0', etcdVersion: '3.5.15' })).toEqual(['1.35.0', '3.5.15']);
  });
});

test('an image that tells no version, and none in the spec: the prop is named', () => {
  const result = tryPlan({ apiServer: kubeadmApiServer('1.36.3').replace(/image: .*/, `image: kube-apiserver@sha256:${'0'.repeat(64)}`), etcd: kubeadmEtcd('1.36.3', '3.6.4-0').replace(/image: .*/, 'image: etcd:v1.36.3') });
  expect(JSON.stringify(result)).toContain('with the prop kubernetesVersion for the Job');
  expect(JSON.stringify(result)).toContain('with the prop etcdVersion for the Job');
});

test.each([
  [`registry:5000/kube-apiserver:v1.31.2@sha256:${'a'.repeat(64)}`, '1.31.2'],
  ['example.com/kube-apiserver:v1.31.2-hardened.4', '1.31.2'],
  ['kube-apiserver:1.31.2_build9', '1.31.2'],
])('the image %s is version %s', (image, version) => {
  const apiServer = kubeadmApiServer('1.31.14').replace(/image: .*/, `image: ${image}`);
  expect(plannedApiServer(apiServer).version).toBe(version);
});

test('versions with a known problem are named in the notes', () => {
  const notes = (kubernetes: string, apiServerArgs: string[] = []) =>
    planned({ apiServer: kubeadmApiServer(kubernetes, { apiServerArgs }), spec: { etcd: null } }).notes;
  expect(notes('1.26.8').join()).toContain('port-forward');
  expect(notes('1.26.9')).toEqual([]);
  expect(notes('1.30.5').join()).toContain('leaks memory');
  expect(notes('1.30.6')).toEqual([]);
  expect(notes('1.25.16', ['--egress-selector-config-file=/etc/e.yaml']).join()).toContain('egress selector');
});
