import { parse } from 'yaml';
import { addedLines, Case, planned, WHOLE_SPEC } from './planning';
import { isSubsequence } from '../../../../src/patcher/plan/splice';
import { CORPUS } from '../../../support/fixtures/manifests/corpus';

const byName = (name: string) => CORPUS.find(node => node.name === name)!;

test.each(CORPUS.map(node => [node.name, node] as const))('%s: added lines only, nothing on the second run, the original bytes back', (_, node) => {
  const { identity } = WHOLE_SPEC;
  const original: Case = { spec: { identity }, apiServer: node.apiServer, ...node.etcd !== undefined && { etcd: node.etcd }, others: node.others };
  const { components } = planned(original);
  expect(components).toHaveLength(node.etcd === undefined ? 1 : 2);
  for (const { before, after, interim, rollbackInterim } of components) {
    expect(addedLines(before, after).length).toBe(after.split('\n').length - before.split('\n').length);
    expect([isSubsequence(before, after), isSubsequence(after, interim), isSubsequence(before, rollbackInterim)]).toEqual([true, true, true]);
    expect(parse(after, { version: '1.1' })).toMatchObject({ kind: 'Pod' });
  }
  const enabled = { ...original, apiServer: components[0]!.after, ...components[1] && { etcd: components[1].after } };
  expect(planned(enabled).components.every(c => c.before === c.after)).toBe(true);
  expect(planned({ ...enabled, spec: { state: 'disabled' } }).components.map(c => c.after)).toEqual(components.map(c => c.before));
});

test('Kubespray with etcd on other machines: the API server alone, and the notes say so', () => {
  const { components, notes } = planned({ apiServer: byName('kubespray').apiServer });
  expect(components.map(c => c.component)).toEqual(['kube-apiserver']);
  expect(notes).toContainEqual(expect.stringContaining('etcd runs elsewhere (https://192.168.121.21:2379'));
});

test('hand-edited: the flags follow the others in "args", and what was there keeps its looks', () => {
  const node = byName('hand-edited');
  const [apiServer, etcd] = planned({ apiServer: node.apiServer, etcd: node.etcd! }).components;
  expect(addedLines(apiServer!.before, apiServer!.after)).toEqual([
    '    annotations:',
    expect.stringMatching(/^ {6}cdk8s-control-plane-tracing\.github\.io\/changes: /),
    '        - hostPath:', expect.stringMatching(/^ {12}path: /), '            type: File', '          name: tracing-config',
    expect.stringMatching(/^ {14}- --tracing-config-file=/),
    expect.stringMatching(/^ {14}- mountPath: /), '                name: tracing-config', '                readOnly: true',
  ]);
  expect(apiServer!.version).toBe('1.32.4');
  expect(etcd!.argv.slice(-4)[0]).toBe('--enable-distributed-tracing=true');
});

test('static pods of others in the same directory are nobody\'s business', () => {
  const node = byName('cluster-api');
  expect(planned({ apiServer: node.apiServer, etcd: node.etcd!, others: { ...node.others, 'haproxy.cfg': 'not: [yaml', 'empty': '' } }).components).toHaveLength(2);
});
