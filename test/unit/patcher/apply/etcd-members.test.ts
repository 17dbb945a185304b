import { countMembers, EtcdMembers } from '../../../../src/patcher/apply/etcd-members';
import { etcdMember } from '../../../../src/patcher/plan/etcd-member';
import { ETCD } from '../../../support/model-node/manifests';

/** `c: a b c`: the etcd of node c, and the members of the day on which it joined. */
function members(...lines: string[]): EtcdMembers {
  return Object.fromEntries(lines.map(line => {
    const [name, knows] = line.split(': ') as [string, string];
    return [name, { name, knows: knows.split(' ').sort() }];
  }));
}

const count = (of: EtcdMembers, nodes = Object.keys(of)) => countMembers(of, nodes);

test.each<[string, EtcdMembers]>([
  ['one after the other', members('a: a', 'b: a b', 'c: a b c')],
  ['one node', members('a: a')],
  ['after an upgrade each knows itself alone', members('a: a', 'b: b', 'c: c')],
  ['a member was removed before another node joined', members('b: gone b', 'c: gone b c', 'd: b c d')],
  ['every node was replaced once', members('d: b c d', 'e: c d e', 'f: d e f')],
  ['no etcd on these nodes', {}],
])('as it should be: %s', (_, of) => {
  expect(count(of)).toEqual({ said: [] });
});

test.each(['a', 'b', 'c'])('a node whose member was not removed when another took its place is an obstacle: %s', lost => {
  const { [lost]: _, ...of } = members('a: a', 'b: a b', 'c: a b c', 'd: a b c d');
  const { obstacle } = count(of);
  expect(obstacle).toContain('etcd may have 4 members on 3 control-plane nodes');
  expect(obstacle).toMatch(new RegExp(`: ${lost} in --initial-cluster of .*d is on none of them, so that a restart would leave 2 of 4 members, and a quorum is 3`));
  expect(obstacle).toContain('etcdctl member remove');
});

test('nodes without an etcd of their own have it elsewhere, and nothing is said', () => {
  expect(count({}, ['a', 'b'])).toEqual({ said: [] });
});

test('a member that a later node did not know, and the last one knows again, is there', () => {
  expect(count(members('a: x a', 'b: a b', 'c: x a b c')).obstacle).toContain('etcd may have 4 members on 3 control-plane nodes: x in --initial-cluster of a and c is on none of them');
});

test('of two nodes that do not know each other, neither says what was removed before the other', () => {
  expect(count(members('a: a', 'b: gone b', 'c: c')).obstacle).toContain('gone in --initial-cluster of b is on none of them');
});

test('members that are on no node are named in order, with all nodes that name one of them', () => {
  expect(count(members('a: z a', 'b: y b', 'c: c')).obstacle).toContain('etcd may have 5 members on 3 control-plane nodes: y and z in --initial-cluster of a and b are on none of them');
});

test('a member too many that no quorum needs is said', () => {
  const of = members('a: gone a', 'b: gone a b', 'c: gone a b c', 'd: gone a b c d', 'e: gone a b c d e');
  expect(count(of)).toEqual({ said: [expect.stringContaining('etcd may have 6 members on 5 control-plane nodes: gone in --initial-cluster of a and b and c and d and e')] });
});

test('two of five that are gone are an obstacle', () => {
  expect(count(members('c: a b c', 'd: a b c d', 'e: a b c d e')).obstacle).toContain('a and b in --initial-cluster of c and d and e are on none of them');
});

test('one or two nodes have no quorum to lose: it is said', () => {
  expect(count(members('b: a b', 'c: a b c'))).toEqual({ said: [expect.stringContaining('etcd may have 3 members on 2 control-plane nodes')] });
});

test('what does not fit together is said', () => {
  const of = { ...members('a: a', 'b: a b'), c: { name: 'b', knows: ['a'] } };
  expect(count(of, ['a', 'b', 'c', 'd']).said).toEqual([
    'etcd has 3 members on 4 control-plane nodes: d has none',
    'the etcd of b and c have one name, b',
    'the etcd of c is b, which is not in its own --initial-cluster',
  ]);
});

test('nodes without a member are named together', () => {
  expect(count(members('a: a'), ['a', 'b', 'c']).said).toEqual(['etcd has 1 members on 3 control-plane nodes: b and c have none']);
});

test('a manifest tells its member and those it knows', () => {
  const read = (flags: string) => etcdMember([{ name: 'etcd.yaml', text: ETCD.replace(/ {4}- --(name|initial-cluster)=.*\n/g, '').replace('    - etcd\n', `    - etcd\n${flags}`) }], 'cp2');
  expect(read('    - --name=cp2\n    - --initial-cluster=cp2=https://10.0.0.2:2380,cp1=https://10.0.0.1:2380,cp1=https://[fd00::1]:2380\n')).toEqual({ name: 'cp2', knows: ['cp1', 'cp2'] });
  expect(read('    - --initial-cluster\n    - default=http://10.0.0.1:2380\n')).toEqual({ name: 'default', knows: ['default'] });
  const named = '    - --name=$(NODE)\n    - --initial-cluster=$(NODE)=https://10.0.0.2:2380,cp1=https://10.0.0.1:2380\n';
  const text = ETCD.replace(/ {4}- --(name|initial-cluster)=.*\n/g, '').replace('    - etcd\n', `    - etcd\n${named}`)
    .replace('    image:', '    env:\n    - name: NODE\n      valueFrom: {fieldRef: {fieldPath: spec.nodeName}}\n    image:');
  expect(etcdMember([{ name: 'etcd.yaml', text }], 'cp2')).toEqual({ name: 'cp2', knows: ['cp1', 'cp2'] });
  expect(read('')).toBeUndefined();
  expect(etcdMember([], 'cp1')).toBeUndefined();
  expect(etcdMember([{ name: 'etcd.yaml', text: 'kind: Pod\n' }], 'cp1')).toBeUndefined();
});
