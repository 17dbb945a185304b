/** What the planner makes of manifests that real kubeadm binaries wrote: exactly which lines are new. That they go again is tested with the whole corpus. */
import { addedLines, planned } from './planning';
import { CORPUS } from '../../../support/fixtures/manifests/corpus';

const ETCD_FLAGS = ['enable-distributed-tracing=true', 'distributed-tracing-address=10.96.0.50:4317', 'distributed-tracing-service-name=etcd', 'distributed-tracing-instance-id=cp1'];

/** By the directory's name: the etcd that this kubeadm brings, and what each component takes. */
const EXPECTED: Record<string, { etcd: string; apiServerFlags: readonly string[]; etcdFlags: readonly string[] }> = {
  'kubeadm-1.24.17': { etcd: '3.5.6', apiServerFlags: ['--feature-gates=APIServerTracing=true'], etcdFlags: ETCD_FLAGS.map(flag => `--experimental-${flag}`) },
  'kubeadm-1.29.6': { etcd: '3.5.12', apiServerFlags: [], etcdFlags: ETCD_FLAGS.map(flag => `--experimental-${flag}`) },
  'kubeadm-1.33.6': { etcd: '3.5.24', apiServerFlags: [], etcdFlags: ETCD_FLAGS.map(flag => `--experimental-${flag}`) },
  'kubeadm-1.34.4': { etcd: '3.6.5', apiServerFlags: [], etcdFlags: ETCD_FLAGS.map(flag => `--${flag}`) },
  'kubeadm-1.36.3': { etcd: '3.6.8', apiServerFlags: [], etcdFlags: ETCD_FLAGS.map(flag => `--${flag}`) },
  'kubeadm-1.37.2': { etcd: '3.7.0', apiServerFlags: [], etcdFlags: ETCD_FLAGS.map(flag => `--${flag}`) },
};

const FIXTURES = CORPUS.filter(node => node.name.startsWith('kubeadm-'));

test('every kubeadm that is expected has its manifests here', () => {
  expect(FIXTURES.map(node => node.name).sort()).toEqual(Object.keys(EXPECTED));
});

test.each(FIXTURES.map(node => [node.name, node] as const))('%s: the versions are read from the images, and the new lines are these', (name, node) => {
  const expected = EXPECTED[name]!;
  const { components, configFile } = planned({ apiServer: node.apiServer, etcd: node.etcd! });
  const [apiServer, etcd] = components;
  expect([apiServer!.version, etcd!.version]).toEqual([name.replace('kubeadm-', ''), expected.etcd]);
  const annotation = expect.stringMatching(/^ {4}cdk8s-control-plane-tracing\.github\.io\/changes: /);
  expect(addedLines(apiServer!.before, apiServer!.after)).toEqual([
    annotation,
    `    - --tracing-config-file=${configFile!.path}`,
    ...expected.apiServerFlags.map(flag => `    - ${flag}`),
    '    - --v=6',
    `    - mountPath: ${configFile!.path}`, '      name: tracing-config', '      readOnly: true',
    '  - hostPath:', `      path: ${configFile!.path}`, '      type: File', '    name: tracing-config',
  ]);
  expect(addedLines(etcd!.before, etcd!.after)).toEqual([annotation, ...expected.etcdFlags.map(flag => `    - ${flag}`)]);
  for (const { argv, argvBefore } of components) expect(argv.slice(0, argvBefore.length)).toEqual(argvBefore);
});
