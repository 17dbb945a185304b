import { Case, planned, plannedApiServer, plannedEtcd, SPEC } from './planning';
import { kubeadmApiServer, kubeadmEtcd } from '../../../support/fixtures/manifests/kubeadm';

const DISABLED: Case = { spec: { state: 'disabled' } };
const API_SERVER = kubeadmApiServer('1.33.6');
const ENABLED = plannedApiServer(API_SERVER).after;
const disabled = (apiServer: string) => planned({ apiServer, spec: { ...SPEC, etcd: null, state: 'disabled' } });

const EDITS: [string, (text: string) => string][] = [
  ['a flag after ours', text => text.replace('    image:', '    - --profiling=false\n    image:')],
  ['a flag before ours', text => text.replace('    - kube-apiserver\n', '    - kube-apiserver\n    - --profiling=false\n')],
  ['another value', text => text.replace('10.96.0.0/12', '10.97.0.0/16')],
  ['a volume and its mount', text => text.replace('  volumes:\n', '  volumes:\n  - emptyDir: {}\n    name: tmp\n').replace('    volumeMounts:\n', '    volumeMounts:\n    - mountPath: /tmp\n      name: tmp\n')],
  ['a volume at the end', text => text.replace('status: {}', '  - emptyDir: {}\n    name: tmp\nstatus: {}')],
  ['an annotation after ours', text => text.replace('  creationTimestamp', '    example.com/a: b\n  creationTimestamp')],
  ['a comment', text => text.replace('    image:', '    # mind the gap\n    image:')],
  ['CRLF', text => text.replaceAll('\n', '\r\n')],
  ['a new image', text => text.replace(':v1.33.6', ':v1.33.7')],
];

test.each(EDITS)('%s survives removal, and only what is ours goes', (_, edit) => {
  expect(disabled(edit(ENABLED)).components[0]!.after).toBe(edit(API_SERVER));
});

test.each(EDITS)('%s is no reason for another restart', (_, edit) => {
  const text = edit(ENABLED);
  expect(plannedApiServer(text)).toMatchObject({ after: text, changes: [] });
});

describe('what is ours and was changed by someone else stays', () => {
  test('another log level', () => {
    const text = ENABLED.replace('- --v=6', '- --v=8');
    const { components, notes } = disabled(text);
    expect(components[0]!.after).toBe(API_SERVER.replace('    image:', '    - --v=8\n    image:'));
    expect(notes).toEqual(['kube-apiserver.yaml: --v=6 was changed by someone else after it was added, and stays as it is']);
    expect(plannedApiServer(text)).toMatchObject({ after: text, changes: [] });
  });

  test('a replaced log level that was replaced again', () => {
    const spec = { apiServer: { verbosity: { level: 6, replaceExisting: true } } };
    const text = plannedApiServer(kubeadmApiServer('1.33.6', { apiServerArgs: ['--v=2'] }), { spec }).after.replace('- --v=6', '- --v=4');
    const { components, notes } = disabled(text);
    expect(components[0]!.after).toBe(kubeadmApiServer('1.33.6', { apiServerArgs: ['--v=4'] }));
    expect(notes).toHaveLength(1);
  });

  test('our line with a comment at its end is still ours', () => {
    expect(disabled(ENABLED.replace('- --v=6', '- --v=6 # loud')).components[0]!.after).toBe(API_SERVER);
  });

  test('our flag written in quotes is still ours', () => {
    expect(disabled(ENABLED.replace('- --v=6', '- "--v=6"')).components[0]!.after).toBe(API_SERVER);
  });

  test('a gate beside ours', () => {
    const original = kubeadmApiServer('1.26.15', { apiServerArgs: ['--feature-gates=A=true'] });
    const text = plannedApiServer(original).after.replace('- --feature-gates=A=true', '- --feature-gates=B=true,A=true').replace(/(- --feature-gates.*)/, '$1,C=true');
    expect(disabled(text).components[0]!.after).toBe(kubeadmApiServer('1.26.15', { apiServerArgs: ['--feature-gates=B=true,A=true,C=true'] }));
  });

  test('a gate that someone removed', () => {
    const original = kubeadmApiServer('1.26.15', { apiServerArgs: ['--feature-gates=A=true'] });
    const text = plannedApiServer(original).after.replace('- --feature-gates=A=true,APIServerTracing=true', '- --feature-gates=A=true');
    const { components, notes } = disabled(text);
    expect(components[0]!.after).toBe(original);
    expect(notes[0]).toContain('--feature-gates (APIServerTracing=true)');
  });

  test('an etcd flag', () => {
    const etcd = kubeadmEtcd('1.37.2', '3.7.0-0');
    const text = plannedEtcd(etcd).after.replace('service-name=etcd\n', 'service-name=etcd-prod\n');
    const { components, notes } = planned({ etcd: text, spec: { apiServer: null, state: 'disabled' } });
    expect(components[0]!.after).toBe(kubeadmEtcd('1.37.2', '3.7.0-0', { etcdArgs: ['--distributed-tracing-service-name=etcd-prod'] }));
    expect(notes[0]).toContain('--distributed-tracing-service-name=etcd was changed by someone else');
  });
});

test('what someone removed is added again', () => {
  expect(plannedApiServer(ENABLED.replace('    - --v=6\n', '')).after).toBe(ENABLED);
});

test('a component that the spec no longer names is left as it is, and the notes say so', () => {
  const { components, notes } = planned({ apiServer: ENABLED, etcd: kubeadmEtcd('1.37.2', '3.7.0-0'), spec: { apiServer: null } });
  expect(components.map(c => c.component)).toEqual(['etcd']);
  expect(notes).toEqual([expect.stringContaining('kube-apiserver keeps what an earlier run added')]);
});

test('without the record nothing is guessed, and enabling goes on as long as the values are the same', () => {
  const text = ENABLED.replace(/.*\/changes: .*\n/, '');
  expect(plannedApiServer(text).after).toBe(text);
});

describe('the manifest of the first rename', () => {
  const { interim, after } = plannedApiServer(API_SERVER);

  test('is the planned one with one more line', () => {
    expect(interim).toMatch(/^ {4}cdk8s-control-plane-tracing\.github\.io\/first-rename: "[0-9a-f]{8}"\n/m);
    expect(interim.replace(/.*first-rename.*\n/, '')).toBe(after);
  });

  test('is a good end state', () => {
    expect(plannedApiServer(interim)).toMatchObject({ before: interim, after: interim, interim, rollbackInterim: interim, changes: [] });
  });

  test('gives the original bytes back', () => {
    const plan = plannedApiServer(interim, DISABLED);
    expect(plan.after).toBe(API_SERVER);
    expect(plannedApiServer(plan.interim, DISABLED).after).toBe(plan.interim);
    expect(plannedApiServer(plan.interim).after).toBe(after);
  });

  test('is dropped when other values are wanted', () => {
    const rest = { facts: { endpoint: '10.96.0.99:4317' } };
    expect(plannedApiServer(interim, rest).after).toBe(plannedApiServer(API_SERVER, rest).after);
  });

  test('on the way back differs from both, even where the old one had an annotation already', () => {
    const plan = plannedApiServer(interim, { facts: { endpoint: '10.96.0.99:4317' } });
    expect(plan.rollbackInterim).not.toBe(plan.before);
    expect(plan.rollbackInterim.match(/first-rename/g)).toHaveLength(1);
    expect(plannedApiServer(plan.rollbackInterim, DISABLED).after).toBe(API_SERVER);
  });

  test('needs no annotations to be there before', () => {
    const bare = API_SERVER.replace(/ {2}annotations:\n.*\n/, '');
    const enabled = plannedApiServer(bare);
    expect(plannedApiServer(enabled.interim, DISABLED).after).toBe(bare);
    expect(plannedApiServer(enabled.rollbackInterim).after).toBe(enabled.after);
    expect(plannedApiServer(plannedApiServer(enabled.after, DISABLED).interim).after).toBe(enabled.after);
  });
});
