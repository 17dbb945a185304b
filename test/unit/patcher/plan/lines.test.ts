import { plannedApiServer, tryPlan } from './planning';
import { kubeadmApiServer } from '../../../support/fixtures/manifests/kubeadm';

const OTHER = { facts: { endpoint: '10.96.0.99:4317' } };
const lineOf = (text: string, part: string) => text.slice(0, text.lastIndexOf(part)).split('\n').length;

/** Two steps lie between the file and what is refused: what is ours is taken out first, and new lines are put in. */
const ENABLED = plannedApiServer(kubeadmApiServer('1.26.15', { apiServerArgs: ['--feature-gates=A=true'] })).after;

test.each<[string, string, string, string]>([
  ['a mount of our name', 'mount-conflict', 'mountPath: /t\n', ENABLED.replace('  hostNetwork', '    - mountPath: /t\n      name: tracing-config\n  hostNetwork')],
  ['a volume of our name', 'volume-conflict', 'emptyDir', ENABLED.replace('      name: tracing-config\n      readOnly: true\n', '      name: other\n').replace('    name: tracing-config\n', '    name: other\n').replace('status:', '  - emptyDir: {}\n    name: tracing-config\nstatus:')],
  ['a second tracing flag', 'flag-conflict', '--tracing-config-file=/etc/x', ENABLED.replace('    image:', '    - --tracing-config-file=/etc/x\n    image:')],
  ['a switched-off gate', 'feature-gate', '--feature-gates=APIServerTracing=false', ENABLED.replace('    image:', '    - --feature-gates=APIServerTracing=false\n    image:')],
])('%s behind our own lines is named by its line in the file', (_, code, part, text) => {
  const result = tryPlan({ ...OTHER, apiServer: text, spec: { etcd: null } });
  expect(result).toMatchObject({ kind: 'refused' });
  expect(result.kind === 'refused' && result.refusals.filter(refusal => refusal.code === code).map(({ at }) => at)).toEqual([`kube-apiserver.yaml:${lineOf(text, part)}`]);
});

test('a mount that would lose its volume is named by its line in the file', () => {
  const text = ENABLED.replace('      name: tracing-config\n      readOnly: true\n', '      name: tracing-config\n');
  const result = tryPlan({ apiServer: text, spec: { etcd: null, state: 'disabled' } });
  expect(result).toMatchObject({ refusals: [{ code: 'would-break', at: `kube-apiserver.yaml:${lineOf(text, 'mountPath: /etc/kubernetes/tracing/')}` }] });
});

test('a flag that would lose its mount is named by its line in the file', () => {
  const text = ENABLED.replace(/(- --tracing-config-file=).*/, '$1/etc/kubernetes/tracing/other.yaml');
  const result = tryPlan({ apiServer: text, spec: { etcd: null, state: 'disabled' } });
  expect(result).toMatchObject({ refusals: [{ code: 'would-break', at: `kube-apiserver.yaml:${lineOf(text, '--tracing-config-file')}` }] });
});

describe('an item in a block', () => {
  const DISABLED = { spec: { state: 'disabled' as const } };
  const withBlock = (version: string, block: string) => kubeadmApiServer(version).replace('    image:', `${block}\n    image:`);

  test.each([
    ['gates, folded', '1.24.17', '    - >-\n      --feature-gates=A=true,B=true'],
    ['gates, literal', '1.24.17', '    - |-\n      --feature-gates=A=true'],
    ['gates, folded, with a comment', '1.24.17', '    - >-  # why\n      --feature-gates=A=true'],
    ['gates with empty lines behind', '1.24.17', '    - >-\n      --feature-gates=A=true\n\n'],
  ])('that must change is edited, and comes back byte for byte: %s', (_, version, block) => {
    const original = withBlock(version, block);
    const enabled = plannedApiServer(original);
    expect(enabled.argv.find(arg => arg.startsWith('--feature-gates'))).toMatch(/A=true.*,APIServerTracing=true$/);
    expect(plannedApiServer(enabled.after, DISABLED).after).toBe(original);
    expect(plannedApiServer(enabled.after).after).toBe(enabled.after);
  });

  test.each([['folded', '>-'], ['literal', '|-']])('with a log level that is replaced comes back byte for byte: %s', (_, header) => {
    const original = withBlock('1.33.6', `    - ${header}\n      --v=2`);
    const spec = { apiServer: { verbosity: { level: 6, replaceExisting: true } } };
    const enabled = plannedApiServer(original, { spec });
    expect(enabled.argv).toContain('--v=6');
    expect(plannedApiServer(enabled.after, DISABLED).after).toBe(original);
  });

  test.each(['>', '|', '>+', '|2-', '>2-'])('with the header %s is planned, or refused with its own line', header => {
    const original = withBlock('1.24.17', `    - ${header}\n      --feature-gates=A=true`);
    const result = tryPlan({ apiServer: original, spec: { etcd: null } });
    const refusals = result.kind === 'refused' ? result.refusals : [];
    expect(refusals.every(({ code, at }) => code !== 'internal' && at === `kube-apiserver.yaml:${lineOf(original, `- ${header}`)}`)).toBe(true);
    const after = result.kind === 'planned' ? result.plan.components[0]!.after : original;
    expect(plannedApiServer(after, DISABLED).after).toBe(original);
  });
});
