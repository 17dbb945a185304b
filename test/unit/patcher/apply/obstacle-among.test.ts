import { NodeObject, obstacleAmong, outdatedMirrors, PodObject } from '../../../../src/patcher/apply/obstacles';

const conditions = (status: string) => [{ type: 'DiskPressure', status: 'False' }, { type: 'Ready', status }];

function node(name: string, change: { ready?: string; unschedulable?: boolean; deletionTimestamp?: string } = {}): NodeObject {
  const { ready = 'True', unschedulable, deletionTimestamp } = change;
  return {
    metadata: { name, ...deletionTimestamp && { deletionTimestamp } },
    ...unschedulable !== undefined && { spec: { unschedulable } },
    status: { conditions: conditions(ready) },
  } as NodeObject;
}

function pod(component: string, nodeName: string, ready = 'True', annotations?: Record<string, string>): PodObject {
  return {
    metadata: { name: `${component}-${nodeName}`, labels: { component }, ...annotations && { annotations } },
    spec: { nodeName },
    status: { conditions: conditions(ready) },
  } as PodObject;
}

const NODES = ['c', 'a', 'b'].map(name => node(name));
const PODS = ['a', 'b', 'c'].flatMap(name => [pod('kube-apiserver', name), pod('etcd', name)]);
/** With one object in the place of the one of its name. */
const having = <T extends { metadata: { name: string } }>(all: readonly T[], other: T) => {
  return all.map(one => one.metadata.name === other.metadata.name ? other : one);
};
const without = (...names: string[]) => PODS.filter(p => !names.includes(p.metadata.name));

test('a control plane that is whole is no obstacle', () => {
  expect(obstacleAmong(NODES, PODS, 3)).toBeUndefined();
});

test('nor are more nodes than were declared, nor an etcd that is elsewhere', () => {
  expect(obstacleAmong(NODES, PODS, 2)).toBeUndefined();
  expect(obstacleAmong(NODES, without('etcd-a', 'etcd-b', 'etcd-c'), 3)).toBeUndefined();
});

test('fewer nodes than were declared are one, with their names in order', () => {
  expect(obstacleAmong(NODES, PODS, 4)).toBe('the cluster has 3 control-plane nodes (a, b, c) instead of 4: bring the missing one back, or remove its etcd member and set controlPlaneNodes to 3');
});

test.each<[string, NodeObject]>([
  ['node b is not Ready', node('b', { ready: 'False' })],
  ['node b is not Ready', node('b', { ready: 'Unknown' })],
  ['node b is not Ready', { metadata: { name: 'b' }, status: {} } as NodeObject],
  ['node b is cordoned: somebody is at work on it (kubectl uncordon b)', node('b', { unschedulable: true })],
  ['node b is being deleted', node('b', { deletionTimestamp: '2026-01-01T00:00:00Z' })],
])('%s', (obstacle, other) => {
  expect(obstacleAmong(having(NODES, other), PODS, 3)).toBe(obstacle);
  expect(obstacleAmong(having(NODES, other), PODS, 3, 'a')).toBe(obstacle);
  expect(obstacleAmong(having(NODES, other), PODS, 3, 'b')).toBeUndefined();
});

test('a node of which is said that it is not cordoned is not', () => {
  expect(obstacleAmong(having(NODES, node('b', { unschedulable: false })), PODS, 3)).toBeUndefined();
});

test.each(['etcd', 'kube-apiserver'])('a pod of %s that is not Ready is an obstacle, but on the node that is known not to be whole', component => {
  const pods = having(PODS, pod(component, 'b', 'False'));
  expect(obstacleAmong(NODES, pods, 3)).toBe(`pod kube-system/${component}-b is not Ready`);
  expect(obstacleAmong(NODES, pods, 3, 'c')).toBe(`pod kube-system/${component}-b is not Ready`);
  expect(obstacleAmong(NODES, pods, 3, 'b')).toBeUndefined();
});

test.each(['etcd', 'kube-apiserver'])('a node without its pod of %s is an obstacle, but the one that is known not to be whole', component => {
  const pods = without(`${component}-b`);
  expect(obstacleAmong(NODES, pods, 3)).toBe(`node b has no ${component} pod`);
  expect(obstacleAmong(NODES, pods, 3, 'b')).toBeUndefined();
});

test('no API server at all is an obstacle', () => {
  expect(obstacleAmong(NODES, PODS.filter(p => p.metadata.labels!.component === 'etcd'), 3)).toBe('node c has no kube-apiserver pod');
});

describe('mirror pods', () => {
  const mirror = (component: string, nodeName: string, hash?: string) => pod(component, nodeName, 'True', hash === undefined ? undefined : { 'kubernetes.io/config.hash': hash });
  const RUNNING = new Map([['kube-apiserver', 'new'], ['etcd', 'same']]);

  test('of before are outdated, by their component and node', () => {
    expect(outdatedMirrors([mirror('kube-apiserver', 'a', 'old'), mirror('etcd', 'a', 'same'), mirror('etcd', 'b', 'other')], 'a', RUNNING)).toEqual(['kube-apiserver']);
  });

  test('of before beside new ones are outdated', () => {
    expect(outdatedMirrors([mirror('kube-apiserver', 'a', 'new'), mirror('kube-apiserver', 'a', 'old')], 'a', RUNNING)).toEqual(['kube-apiserver']);
  });

  test.each<[string, PodObject[]]>([
    ['of what runs', [mirror('kube-apiserver', 'a', 'new'), mirror('etcd', 'a', 'same')]],
    ['that are not there', []],
    ['that say nothing', [mirror('kube-apiserver', 'a'), { ...mirror('etcd', 'a'), metadata: { name: 'etcd-a', annotations: { other: 'x' }, labels: { component: 'etcd' } } } as PodObject]],
    ['of something else', [mirror('kube-scheduler', 'a', 'old'), { ...mirror('etcd', 'a', 'old'), metadata: { name: 'x' } } as PodObject]],
  ])('%s are not outdated', (_what, pods) => {
    expect(outdatedMirrors(pods, 'a', RUNNING)).toEqual([]);
  });
});
