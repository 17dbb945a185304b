import { planned, tryPlan } from './planning';
import { kubeadmApiServer } from '../../../support/fixtures/manifests/kubeadm';

const withServers = (...servers: string[]) => kubeadmApiServer('1.33.6').replace(/.*--etcd-servers=.*\n/, servers.map(value => `    - --etcd-servers=${value}\n`).join(''));

test.each([
  ['loopback', ['https://127.0.0.1:2379']],
  ['another address of loopback', ['https://127.0.0.2:2379']],
  ['IPv6 loopback', ['https://[::1]:2379']],
  ['IPv6 loopback, spelled out', ['https://[0:0:0:0:0:0:0:1]:2379']],
  ['the mapped loopback', ['https://[::ffff:127.0.0.1]:2379']],
  ['localhost', ['https://localhost:2379']],
  ['localhost with capitals and a dot', ['https://LocalHost.:2379']],
  ['localhost with its domain', ['https://localhost.localdomain:2379']],
  ['localhost of IPv4 alone', ['https://localhost4:2379']],
  ['the advertised address', ['https://10.0.0.11:2379']],
  ['the advertised address among others', ['https://10.0.0.12:2379,https://10.0.0.11:2379']],
  ['the advertised address with spaces', ['https://10.0.0.12:2379, https://10.0.0.11:2379']],
  ['the advertised address in an earlier flag', ['https://10.0.0.11:2379', 'https://10.0.0.12:2379']],
  ['the name of the node', ['https://cp1:2379']],
  ['the full name of the node', ['https://cp1.example.com:2379']],
  ['a socket', ['unix:///run/etcd.sock']],
  ['a socket with TLS', ['unixs://localhost:2379']],
  ['no scheme', ['127.0.0.1:2379']],
  ['every address', ['https://0.0.0.0:2379']],
  ['every address of IPv6', ['https://[::]:2379']],
  ['the advertised address as IPv6 maps it', ['https://[::ffff:10.0.0.11]:2379']],
  ['the advertised address as IPv6 maps it, in hexadecimal', ['https://[::FFFF:a00:b]:2379']],
  ['the advertised address with a user and a path', ['https://somebody@10.0.0.11:2379/some/where?x#y']],
  ['the advertised address between empty parts', [',https://10.0.0.11:2379,']],
  ['loopback with its interface', ['https://[::1%lo]:2379']],
])('etcd without a manifest is on this node: %s', (_, servers) => {
  expect(tryPlan({ apiServer: withServers(...servers) })).toMatchObject({ refusals: [{ code: 'etcd-not-a-static-pod' }] });
});

test('the short name of the node, which has a long one', () => {
  expect(tryPlan({ apiServer: withServers('https://cp1:2379'), facts: { nodeName: 'cp1.example.com' } })).toMatchObject({ refusals: [{ code: 'etcd-not-a-static-pod' }] });
});

test('an address that a variable holds', () => {
  const withVariable = (address: string) => withServers('https://$(HOST):2379').replace('    image:', `    env:\n    - name: HOST\n      value: ${address}\n    image:`);
  expect(tryPlan({ apiServer: withVariable('10.0.0.11') })).toMatchObject({ refusals: [{ code: 'etcd-not-a-static-pod' }] });
  expect(planned({ apiServer: withVariable('10.0.0.12') }).notes).toEqual(['etcd runs elsewhere (https://10.0.0.12:2379): the plan is for the API server alone']);
});

test.each([
  ['another address', ['https://10.0.0.12:2379']],
  ['an address that begins alike', ['https://10.0.0.110:2379,https://10.0.0.1:2379']],
  ['IPv6 of another machine', ['https://[fd00::12]:2379']],
  ['several', ['https://10.0.0.12:2379', 'https://10.0.0.13:2379']],
])('etcd is elsewhere: %s', (_, servers) => {
  const { components, notes } = planned({ apiServer: withServers(...servers) });
  expect(components.map(({ component }) => component)).toEqual(['kube-apiserver']);
  expect(notes).toEqual([`etcd runs elsewhere (${servers.join(',').split(',').join(', ')}): the plan is for the API server alone`]);
});

test('a name that nobody can resolve here is planned as elsewhere, and the note says that it may be this node', () => {
  expect(planned({ apiServer: withServers('https://etcd.internal:2379') }).notes).toEqual([expect.stringContaining('etcd.internal cannot be resolved here: should it be this node')]);
});

describe('each of what the API server says of its machine is enough', () => {
  const bare = kubeadmApiServer('1.33.6').replace(/.*--advertise-address=.*\n/, '').replace(/ +host: .*\n/g, '').replace(/--etcd-servers=.*/, '--etcd-servers=https://10.0.0.11:2379');

  test('and nothing says it', () => {
    expect(bare).not.toContain('host:');
    expect(planned({ apiServer: bare }).notes).toEqual(['etcd runs elsewhere (https://10.0.0.11:2379): the plan is for the API server alone']);
  });

  test.each<[string, string]>([
    ['the address that it advertises', bare.replace('    image:', '    - --advertise-address=10.0.0.11\n    image:')],
    ['the address that it is bound to', bare.replace('    image:', '    - --bind-address=10.0.0.11\n    image:')],
    ...['startup', 'readiness', 'liveness'].map((kind): [string, string] => [`the ${kind} probe`, bare.replace(new RegExp(`(${kind}Probe:[^]*?httpGet:\\n)`), '$1        host: 10.0.0.11\n')]),
  ])('%s', (_what, apiServer) => {
    expect(tryPlan({ apiServer })).toMatchObject({ refusals: [{ code: 'etcd-not-a-static-pod' }] });
  });
});

test.each([
  ['10.127.0.1', false], ['[fd00::ffff:10.0.0.11]', false], ['127.0.0.1.example.com', true], ['localhost.example.com', true], ['localdomain.example.com', true], ['xlocalhost', true], ['10.0.0.11.example.com', true],
])('%s is elsewhere, and a name that cannot be resolved here: %s', (host, isName) => {
  const [note] = planned({ apiServer: withServers(`https://${host}:2379`) }).notes;
  expect(note).toContain(`etcd runs elsewhere (https://${host}:2379): the plan is for the API server alone`);
  expect(note!.includes(`; ${host} cannot be resolved here`)).toBe(isName);
});
