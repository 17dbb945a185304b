import { Case, planned, plannedApiServer, plannedEtcd, tryPlan, WHOLE_SPEC } from './planning';
import { PatchSpec } from '../../../../src/patch-spec/patch-spec';
import { kubeadmApiServer, kubeadmEtcd } from '../../../support/fixtures/manifests/kubeadm';

const API_SERVER = kubeadmApiServer('1.37.2');
const ETCD = kubeadmEtcd('1.37.2', '3.7.0-0');
const DISABLED: Case = { spec: { state: 'disabled' } };
const named = (attributes: PatchSpec['identity']['attributes'], rest: Partial<PatchSpec> = {}): Case => ({ spec: { ...rest, identity: { nodeName: true, attributes } } });
const DEFAULT: Case = { spec: { identity: WHOLE_SPEC.identity } };

/** A manifest with these lines as its environment, behind the command. */
function withEnv(...lines: string[]): string {
  return API_SERVER.replace(/^ {4}image:/m, `${lines.map(line => `    ${line}\n`).join('')}    image:`);
}

const environment = (text: string) => /^ +env:\n((?: {2,}(?:- | ) *(?:name|value|valueFrom|fieldRef|fieldPath):?.*\n)+)/m.exec(text)?.[1]?.split('\n').slice(0, -1).map(line => line.slice(4));

test.each([['kube-apiserver', API_SERVER, plannedApiServer], ['etcd', ETCD, plannedEtcd]] as const)('%s names its node, in the looks of the file, and gives the bytes back', (_, original, of) => {
  const { before, after, changes } = of(original, DEFAULT);
  expect(environment(after)).toEqual([
    '- name: NODE_NAME', '  valueFrom:', '    fieldRef:', '      fieldPath: spec.nodeName', '- name: OTEL_RESOURCE_ATTRIBUTES', '  value: k8s.node.name=$(NODE_NAME)',
  ]);
  // kubeadm writes its keys in the order of the alphabet.
  expect(after.indexOf('    env:')).toBeGreaterThan(after.indexOf('    - --'));
  expect(after.indexOf('    env:')).toBeLessThan(after.indexOf('    image:'));
  expect(changes).toContainEqual(expect.stringMatching(/: adds the variable OTEL_RESOURCE_ATTRIBUTES=k8s\.node\.name=\$\(NODE_NAME\) \(where the spans come from/));
  expect(of(after, DEFAULT)).toMatchObject({ after, changes: [] });
  expect(of(after, DISABLED).after).toBe(before);
});

test('the cluster, the node, and the others by their names, each value encoded', () => {
  const { after } = plannedApiServer(API_SERVER, named({ 'team': 'a=b, 50 %', 'k8s.cluster.name': 'Süd $(HOME)', 'deployment.environment.name': 'prod/eu:1' }));
  expect(environment(after)!.at(-1)).toBe(
    '  value: k8s.cluster.name=S%C3%BCd%20%24%28HOME%29,k8s.node.name=$(NODE_NAME),deployment.environment.name=prod/eu:1,team=a%3Db%2C%2050%20%25',
  );
});

test('nothing is added where nothing is wanted', () => {
  expect(plannedApiServer(API_SERVER, { spec: { identity: { nodeName: false, attributes: {} } } }).after).not.toContain('env:');
});

test('a list that is indented gets its neighbour indented', () => {
  const indented = API_SERVER.replace(/^ {4}(- (?:kube-apiserver|--.*))$/gm, '      $1');
  expect(plannedApiServer(indented, DEFAULT).after).toContain('\n    env:\n      - name: NODE_NAME\n        valueFrom:\n');
});

test('other attributes are one restart, and what was ours is replaced', () => {
  const first = plannedApiServer(API_SERVER, named({ 'k8s.cluster.name': 'a' })).after;
  const second = plannedApiServer(first, named({ 'k8s.cluster.name': 'b' }));
  expect(second.after).toBe(plannedApiServer(API_SERVER, named({ 'k8s.cluster.name': 'b' })).after);
  expect(second.changes).toEqual([
    'kube-apiserver: removes the variable OTEL_RESOURCE_ATTRIBUTES=k8s.cluster.name=a,k8s.node.name=$(NODE_NAME)',
    expect.stringContaining('kube-apiserver: adds the variable OTEL_RESOURCE_ATTRIBUTES=k8s.cluster.name=b,'),
  ]);
});

describe('an environment that is there already', () => {
  const proxy = ['env:', '- name: HTTP_PROXY', '  value: "http://proxy:3128"'];

  test('gets the variables at its end, and keeps its own', () => {
    const original = withEnv(...proxy);
    const { after } = plannedApiServer(original, DEFAULT);
    expect(environment(after)!.slice(0, 3)).toEqual(['- name: HTTP_PROXY', '  value: "http://proxy:3128"', '- name: NODE_NAME']);
    expect(plannedApiServer(after, DISABLED).after).toBe(original);
  });

  test('its own name of the node is used', () => {
    const original = withEnv('env:', '- name: NODE_NAME', '  valueFrom:', '    fieldRef:', '      apiVersion: v1', '      fieldPath: spec.nodeName');
    const { after } = plannedApiServer(original, DEFAULT);
    expect(after).toContain('\n    - name: OTEL_RESOURCE_ATTRIBUTES\n      value: k8s.node.name=$(NODE_NAME)\n    image:');
    expect(after.match(/NODE_NAME$/gm)).toHaveLength(1);
    expect(plannedApiServer(after, DISABLED).after).toBe(original);
  });

  test('a variable of that name with another meaning is not relied on', () => {
    expect(environment(plannedApiServer(withEnv('env:', '- name: NODE_NAME', '  value: other'), DEFAULT).after)!.slice(2)).toEqual([
      '- name: OTEL_RESOURCE_ATTRIBUTES', '  value: k8s.node.name=cp1',
    ]);
  });

  test.each([
    ['the same', 'k8s.cluster.name=prod,k8s.node.name=x', named({ 'k8s.cluster.name': 'prod' }), []],
    ['the same in another encoding', 'team=%61 b,k8s.node.name=x', named({ team: 'a b' }), []],
    ['a value of its own, where nobody has asked for another', 'service.namespace=a,k8s.node.name=x', DEFAULT, []],
    ['a value without the node, which is said', 'a=b', DEFAULT, ['kube-apiserver: OTEL_RESOURCE_ATTRIBUTES (kube-apiserver.yaml:43) was set by someone else and stays; it does not name the node (k8s.node.name=$(NODE_NAME))']],
  ])('attributes stay: %s', (_, value, rest, notes) => {
    const original = withEnv('env:', '- name: OTEL_RESOURCE_ATTRIBUTES', `  value: ${value}`);
    const { components, notes: said } = planned({ apiServer: original, ...rest, spec: { ...rest.spec, etcd: null } });
    expect(components[0]!.after).toContain(`value: ${value}\n`);
    expect(components[0]!.after.match(/OTEL_/g)).toHaveLength(1);
    expect(said).toEqual(notes);
  });

  test.each([
    ['another value', ['  value: k8s.cluster.name=dev'], 'is set to "k8s.cluster.name=dev" by someone else, and k8s.cluster.name=prod is wanted: add it to that variable'],
    ['a value from elsewhere', ['  valueFrom:', '    fieldRef:', '      fieldPath: metadata.name'], 'is set to a value from elsewhere by someone else'],
  ])('attributes that were asked for and are missing there are refused with the line: %s', (_, lines, message) => {
    const result = tryPlan({ apiServer: withEnv('env:', '- name: OTEL_RESOURCE_ATTRIBUTES', ...lines), ...named({ 'k8s.cluster.name': 'prod' }, { etcd: null }) });
    expect(result).toMatchObject({ kind: 'refused', refusals: [{ code: 'environment-conflict', at: 'kube-apiserver.yaml:43', message: expect.stringContaining(message) }] });
  });

  test('with "adopt" they take its place, and come back', () => {
    const original = withEnv('env:', '- name: A', '  value: b', '- name: OTEL_RESOURCE_ATTRIBUTES # by hand', "  value: 'k8s.cluster.name=dev'", '- name: C', '  value: d');
    const adopted = named({ 'k8s.cluster.name': 'prod' }, { adopt: true });
    const { after } = plannedApiServer(original, adopted);
    expect(environment(after)!.slice(2, 4)).toEqual(['- name: OTEL_RESOURCE_ATTRIBUTES', '  value: k8s.cluster.name=prod,k8s.node.name=cp1']);
    expect(plannedApiServer(after, adopted).changes).toEqual([]);
    expect(plannedApiServer(after, DISABLED).after).toBe(original);
  });

  test.each([['in flow style', '[{name: A, value: b}]', 'flow-style'], ['empty', '[]', 'flow-style'], ['without a value', '', 'unexpected-shape']])(
    '%s: left alone where nobody has asked for more, else refused with the line', (_, written, code) => {
      const original = withEnv(`env: ${written}`.trimEnd());
      const { components, notes } = planned({ apiServer: original, spec: { ...DEFAULT.spec, etcd: null } });
      expect(components[0]!.after).toContain(`    ${`env: ${written}`.trimEnd()}\n`);
      expect(notes).toEqual(['kube-apiserver: the spans do not name their node, because "env" (kube-apiserver.yaml:42) is not written with one item per line, and is left alone']);
      expect(tryPlan({ apiServer: original, ...named({ team: 'a' }, { etcd: null }) })).toMatchObject({ refusals: [{ code, at: 'kube-apiserver.yaml:42' }] });
    });
});

describe('removing', () => {
  const enabled = plannedApiServer(API_SERVER, DEFAULT).after;

  test('leaves what was changed since, and says so', () => {
    const edited = enabled.replace('value: k8s.node.name=$(NODE_NAME)', 'value: mine=1');
    const { components, notes } = planned({ apiServer: edited, spec: { state: 'disabled', etcd: null } });
    expect(environment(components[0]!.after)).toEqual(['- name: OTEL_RESOURCE_ATTRIBUTES', '  value: mine=1']);
    expect(notes).toEqual(['kube-apiserver.yaml: the variable OTEL_RESOURCE_ATTRIBUTES was changed by someone else after it was added, and stays as it is']);
  });

  test('leaves the name of the node where others refer to it by now', () => {
    const edited = enabled.replace('    image:', '    - name: WHERE\n      value: $(NODE_NAME)\n    image:');
    expect(environment(plannedApiServer(edited, DISABLED).after)!.map(line => line.trim())).toEqual(
      ['- name: NODE_NAME', 'valueFrom:', 'fieldRef:', 'fieldPath: spec.nodeName', '- name: WHERE', 'value: $(NODE_NAME)'],
    );
  });
});

test.each([['1.28.9', true], ['1.29.6', false]])('kube-apiserver %s: an encoded value that it does not decode is said', (version, said) => {
  const { notes } = planned({ apiServer: kubeadmApiServer(version), ...named({ 'team': 'a b', 'k8s.cluster.name': 'prod' }, { etcd: null }) });
  expect(notes.some(note => note.includes('does not decode attributes: its spans carry the value of team percent-encoded'))).toBe(said);
});
