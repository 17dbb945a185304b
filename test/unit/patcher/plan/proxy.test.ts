import { planned } from './planning';
import { kubeadmApiServer, kubeadmEtcd } from '../../../support/fixtures/manifests/kubeadm';

type Variables = readonly (readonly [name: string, value: string])[];

const withEnvironment = (manifest: string, variables: Variables) => manifest.replace('    image:',
  ['    env:', ...variables.flatMap(([name, value]) => [`    - name: ${name}`, `      value: ${JSON.stringify(value)}`]), '    image:'].join('\n'));

function notesOf(variables: Variables, endpoint = '10.96.0.50:4317'): string[] {
  const plan = planned({
    apiServer: withEnvironment(kubeadmApiServer('1.33.6'), variables),
    etcd: withEnvironment(kubeadmEtcd('1.33.6', '3.5.24-0'), variables),
    facts: { endpoint },
  });
  return plan.notes.filter(note => note.includes('PROXY') || note.includes('_proxy'));
}

test('a proxy in the pods is said of both components, with the line of each and the cure', () => {
  const notes = notesOf([['HTTPS_PROXY', 'http://10.9.9.9:3128'], ['NO_PROXY', 'localhost,10.97.0.0/16']]);
  expect(notes).toEqual(['kube-apiserver', 'etcd'].map(component => expect.stringMatching(new RegExp(
    `^${component}: HTTPS_PROXY \\(${component}\\.yaml:\\d+\\) sends the spans to a proxy, because NO_PROXY does not cover 10\\.96\\.0\\.50: add 10\\.96\\.0\\.50 to NO_PROXY \\(${component}\\.yaml:\\d+\\)`,
  ))));
});

test('without any NO_PROXY the variable to add is named', () => {
  expect(notesOf([['https_proxy', 'http://10.9.9.9:3128']])[0]).toContain('https_proxy (kube-apiserver.yaml:44) sends the spans to a proxy, because no NO_PROXY covers 10.96.0.50: add the variable NO_PROXY with the value 10.96.0.50');
});

test.each([
  '10.96.0.50', '::ffff:10.96.0.0/108', '10.96.0.50:4317', ' 10.96.0.50 ', '10.96.0.0/12', '10.96.0.51/24', 'localhost,10.96.0.0/12,.svc', '*', 'x,*', '.0.50', '*.0.50', '0.50', '0.0.0.0/0', '::ffff:10.96.0.50',
])('NO_PROXY=%s covers 10.96.0.50', exceptions => {
  expect(notesOf([['HTTPS_PROXY', 'http://10.9.9.9:3128'], ['NO_PROXY', exceptions]])).toEqual([]);
});

test.each([
  '', ',', '10.96.0.5', '10.96.0.50:80', '10.96.0.0/28', '10.96.*', '10.96.0.0-10.96.0.255', 'localhost 10.96.0.50', '110.96.0.50', '10.96.0.0/33', '*10.96.0.50', '.svc,.cluster.local', ':4317', 'fd00::/8', '10.96.0.50/',
])('NO_PROXY=%s does not cover 10.96.0.50', exceptions => {
  expect(notesOf([['HTTPS_PROXY', 'http://10.9.9.9:3128'], ['NO_PROXY', exceptions]])).toHaveLength(2);
});

test.each([['fd00::/8', 0], ['fd00:10:96::77', 0], ['fd00:10:96:0::77', 0], ['[fd00:10:96::77]:4317', 0], ['[fd00:10:96::77]:80', 2], ['fd01::/16', 2], ['10.0.0.0/8', 2]])(
  'NO_PROXY=%s for an IPv6 collector: %i notes', (exceptions, count) => {
    expect(notesOf([['HTTPS_PROXY', 'http://10.9.9.9:3128'], ['NO_PROXY', exceptions]], '[fd00:10:96::77]:4317')).toHaveLength(count);
  });

test.each<[string, Variables]>([
  ['HTTP_PROXY, which gRPC does not read', [['HTTP_PROXY', 'http://10.9.9.9:3128'], ['http_proxy', 'http://10.9.9.9:3128']]],
  ['ALL_PROXY, which Go does not read', [['ALL_PROXY', 'socks5://10.9.9.9:1080']]],
  ['an empty variable', [['HTTPS_PROXY', ''], ['https_proxy', '']]],
  ['a variable that is emptied further down', [['HTTPS_PROXY', 'http://10.9.9.9:3128'], ['HTTPS_PROXY', '']]],
  ['exceptions in lower case', [['HTTPS_PROXY', 'http://10.9.9.9:3128'], ['no_proxy', '10.96.0.0/12']]],
  ['exceptions made of another variable', [['HTTPS_PROXY', 'http://10.9.9.9:3128'], ['SERVICES', '10.96.0.0/12'], ['NO_PROXY', 'localhost,$(SERVICES)']]],
])('no note for %s', (_, variables) => {
  expect(notesOf(variables)).toEqual([]);
});

test('exceptions in lower case do not count beside those in upper case', () => {
  expect(notesOf([['HTTPS_PROXY', 'http://10.9.9.9:3128'], ['NO_PROXY', 'localhost'], ['no_proxy', '10.96.0.50']])).toHaveLength(2);
});

test.each(['127.0.0.1:4317', '127.0.0.2:4317', '[::1]:4317'])('no note for a collector at %s, for which Go asks no proxy', endpoint => {
  expect(notesOf([['HTTPS_PROXY', 'http://10.9.9.9:3128']], endpoint)).toEqual([]);
});

test('a variable that kubelet fills is not guessed', () => {
  const apiServer = kubeadmApiServer('1.33.6').replace('    image:', [
    '    env:', '    - name: HTTPS_PROXY', '      value: http://10.9.9.9:3128', '    - name: NO_PROXY', '      valueFrom:', '        fieldRef:', '          fieldPath: status.hostIP', '    image:',
  ].join('\n'));
  expect(planned({ apiServer, spec: { etcd: null } }).notes.join('\n')).not.toContain('PROXY');
});
