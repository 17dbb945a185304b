import { attributeProblem, attributesProblem, attributesText, decodeAttributes, encodeAttributes, encodeValue, inOrder } from '../../../src/patch-spec/resource-attributes';

test.each<[string, string]>([
  ['team', 'x'], ['Team', ' inside '.trim()], ['k8s.cluster.name', 'prod'], ['a/b_c-d.9', 'Böblingen, 50 %'], ['a'.repeat(255), 'x'], ['a', 'x'.repeat(1024)],
  ['service.namespace', 'x'], ['a', '\u{1F600}'],
])('%s=%s can be carried', (name, value) => {
  expect(attributeProblem(name, value)).toBeUndefined();
});

test.each<[string, string, string]>([
  ['', 'x', 'have a name of 1 to 255 letters'], ['9a', 'x', 'have a name'], ['-a', 'x', 'have a name'], ['a b', 'x', 'have a name'], ['a=b', 'x', 'have a name'], ['a,b', 'x', 'have a name'],
  ['a'.repeat(256), 'x', 'have a name'], ['é', 'x', 'have a name'], ['a\n', 'x', 'have a name'],
  ['k8s.node.name', 'x', 'be left out: every node says its own name'],
  ...['service.name', 'service.instance.id', 'service.version', 'telemetry.sdk.language', 'telemetry.sdk.name', 'telemetry.sdk.version']
    .map((name): [string, string, string] => [name, 'x', 'be left out: the component says it itself, and its word wins']),
  ['a', '', 'have a value of 1 to 1024 characters'], ['a', 'x'.repeat(1025), 'have a value of 1 to 1024 characters'],
  ['a', 'b\nc', 'have a value of printable characters, all on one line'], ['a', 'b\u0000', 'have a value of printable'], ['a', '\ud800', 'have a value of printable'],
  ['a', ' b', 'have a value that neither begins nor ends with a space'], ['a', 'b ', 'have a value that neither'],
])('%s=%s cannot', (name, value, problem) => {
  expect(attributeProblem(name, value)).toContain(problem);
});

test('all together they may take 8192 bytes', () => {
  const value = 'x'.repeat(1000);
  const eight = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(name => [name, value]));
  // 8 names, 8 signs, 8 commas and 8000 bytes.
  expect(attributesProblem({ ...eight, i: 'x'.repeat(8192 - 8024 - 2) })).toBeUndefined();
  expect(attributesProblem({ ...eight, i: 'x'.repeat(8192 - 8024 - 1) })).toBe('have at most 8192 bytes as an environment variable, and have 8193');
  expect(attributesProblem({})).toBeUndefined();
});

test.each([
  ['plain', 'plain'], ['a,b=c', 'a%2Cb%3Dc'], ['50 %', '50%20%25'], ['$(NAME)', '%24%28NAME%29'], ['it\'s!*', 'it%27s%21%2A'], ['ü', '%C3%BC'],
  ['https://x/y:z', 'https://x/y:z'], ['a/b/c:d:e', 'a/b/c:d:e'], ['~-_.', '~-_.'],
])('the value %s is written as %s, and read as it was', (value, written) => {
  expect(encodeValue(value)).toBe(written);
  expect(decodeAttributes(`a=${written}`)).toEqual(new Map([['a', value]]));
});

test('attributes are pairs with commas between them', () => {
  expect(encodeAttributes([['b', '1'], ['a', 'x,y']])).toBe('b=1,a=x%2Cy');
  expect(encodeAttributes([])).toBe('');
});

test('the cluster comes first, and the others by their names', () => {
  expect(inOrder({ 'z': '1', 'k8s.cluster.name': 'c', 'b': '2', 'a': '3' })).toEqual([['k8s.cluster.name', 'c'], ['a', '3'], ['b', '2'], ['z', '1']]);
});

test.each<[string, Record<string, string>, string | undefined, string]>([
  ['all', { 'b': '1', 'k8s.cluster.name': 'c', 'a': '2' }, 'cp1', 'k8s.cluster.name=c,k8s.node.name=cp1,a=2,b=1'],
  ['without a node', { 'b': '1', 'k8s.cluster.name': 'c' }, undefined, 'k8s.cluster.name=c,b=1'],
  ['without a cluster', { b: '1' }, 'cp1', 'k8s.node.name=cp1,b=1'],
  ['the node alone', {}, 'cp1', 'k8s.node.name=cp1'],
  ['the cluster alone', { 'k8s.cluster.name': 'c' }, undefined, 'k8s.cluster.name=c'],
  ['nothing', {}, undefined, ''],
  ['a node that is a variable', {}, '$(NODE)', 'k8s.node.name=$(NODE)'],
])('the variable of %s', (_what, asked, node, text) => {
  expect(attributesText(asked, node)).toBe(text);
});

test('OpenTelemetry trims, takes the last of two, leaves out what is no pair, and keeps what is not encoded', () => {
  expect([...decodeAttributes(' a = b , c=d=e,nothing,a=2,x=%zz,=v,y=')]).toEqual([['a', '2'], ['c', 'd=e'], ['x', '%zz'], ['', 'v'], ['y', '']]);
});
