/** Manifests that real kubeadm wrote from its configuration with our settings: they have no record of ours. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { wishFor } from './configurations';
import { editClusterConfiguration } from '../../../../../src/patcher/plan/kubeadm/cluster-configuration';
import { CORPUS } from '../../../../support/fixtures/manifests/corpus';
import { Case, planned, tryPlan } from '../planning';

const SPEC: Case['spec'] = { identity: { nodeName: true, attributes: { 'k8s.cluster.name': 'prod' } } };
const plain = CORPUS.find(({ name }) => name === 'kubeadm-1.37.2')!;
const wanted = planned({ apiServer: plain.apiServer, etcd: plain.etcd!, spec: SPEC });
const configFile = wanted.configFile!.path;

const read = (file: string) => readFileSync(join(__dirname, '../../../../support/fixtures/kubeadm-upkeep', file), 'utf8')
  .replaceAll('/etc/kubernetes/tracing/tracing-config.HASH0000.yaml', configFile);
const GENERATED = { apiServer: read('kube-apiserver.yaml'), etcd: read('etcd.yaml') };

function recordFor(file: string) {
  const edit = editClusterConfiguration('apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n', {}, wishFor({ configFile: file }));
  if (edit.kind !== 'edited') throw new Error(edit.kind);
  return edit.record;
}
const kubeadm = recordFor(configFile);

test.each([['with the record in its configuration', { kubeadm }], ['without', {}]])('there is nothing to do %s', (_, facts) => {
  const { components } = planned({ ...GENERATED, spec: SPEC, facts });
  expect(components.map(({ before, after }) => after === before)).toEqual([true, true]);
});

test('the process has the name of the node where the manifest has a variable', () => {
  const [, etcd] = planned({ ...GENERATED, spec: SPEC, facts: { kubeadm } }).components;
  expect(etcd!.argv).toContain('--distributed-tracing-instance-id=$(NODE_NAME)');
});

test('another node of that name, or a variable that is not there, is not what is wanted', () => {
  const other = GENERATED.etcd.replace('fieldPath: spec.nodeName', 'fieldPath: metadata.name');
  expect(tryPlan({ etcd: other, spec: { ...SPEC, apiServer: null } })).toMatchObject({ kind: 'refused', refusals: [{ code: 'flag-conflict' }] });
});

test('a node that joined with an empty file gets it, and the API server another manifest, which reads it', () => {
  const [apiServer, etcd] = planned({ ...GENERATED, spec: SPEC, facts: { kubeadm, staleConfigFile: true } }).components;
  expect(etcd!.after).toBe(etcd!.before);
  expect(apiServer!.after).toContain(`      path: ${configFile}\n      type: File\n`);
  expect(apiServer!.after).not.toMatch(/FileOrCreate|tracing-directory/);
  // The same as on a node that never met kubeadm's settings.
  expect(apiServer!.argv).toEqual(wanted.components[0]!.argv);
});

test('what is taken out leaves what kubeadm would have written without', () => {
  const { components } = planned({ ...GENERATED, spec: { ...SPEC, state: 'disabled' }, facts: { kubeadm, endpoint: null } });
  expect(components.map(({ after }) => after)).toEqual([plain.apiServer, plain.etcd]);
});

test('what kubeadm wrote from settings of before is replaced', () => {
  const { components } = planned({ ...GENERATED, spec: SPEC, facts: { kubeadm, endpoint: '10.96.0.51:4317' } });
  for (const { after } of components) expect(after).not.toMatch(/10\.96\.0\.50|FileOrCreate|tracing-directory/);
  expect(components[1]!.after).toContain('--distributed-tracing-address=10.96.0.51:4317');
  expect(components[0]!.after).not.toContain(configFile);
});

test('without the record, taking out is refused: the verbosity could be anybody\'s', () => {
  expect(tryPlan({ ...GENERATED, spec: { ...SPEC, state: 'disabled' }, facts: { endpoint: null } }))
    .toMatchObject({ kind: 'refused', refusals: [{ code: 'record-missing', message: expect.stringContaining('upkeep.kubeadmConfig') }] });
});

test('the record is about what is there: a manifest of before stays as it is', () => {
  const { components } = planned({ apiServer: plain.apiServer, etcd: plain.etcd!, spec: { ...SPEC, state: 'disabled' }, facts: { kubeadm, endpoint: null } });
  expect(components.map(({ before, after }) => after === before)).toEqual([true, true]);
});

test('a manifest of the Job\'s with a record of its own is taken by that, whatever kubeadm has', () => {
  const [apiServer, etcd] = wanted.components.map(({ after }) => after);
  const { components, notes } = planned({ apiServer: apiServer!, etcd: etcd!, spec: { ...SPEC, state: 'disabled' }, facts: { kubeadm, endpoint: null } });
  expect(components.map(({ after }) => after)).toEqual([plain.apiServer, plain.etcd]);
  expect(notes).toEqual([]);
});
