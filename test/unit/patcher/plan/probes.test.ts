import { plannedApiServer, plannedEtcd } from './planning';
import { kubeadmApiServer, kubeadmEtcd } from '../../../support/fixtures/manifests/kubeadm';

test('are the ones of the manifest', () => {
  expect(plannedApiServer(kubeadmApiServer('1.29.15')).probes).toEqual([
    { kind: 'startup', scheme: 'https', host: '10.0.0.11', port: 6443, path: '/livez' },
    { kind: 'readiness', scheme: 'https', host: '10.0.0.11', port: 6443, path: '/readyz' },
    { kind: 'liveness', scheme: 'https', host: '10.0.0.11', port: 6443, path: '/livez' },
  ]);
});

test('a named port is one of the container', () => {
  const manifest = kubeadmEtcd('1.37.2', '3.7.0-0');
  expect(manifest).toContain('port: probe-port');
  expect(plannedEtcd(manifest).probes.map(probe => probe.port)).toEqual([2381, 2381, 2381]);
});

test('a query stays in the path, and a probe that is not there is not invented', () => {
  expect(plannedEtcd(kubeadmEtcd('1.29.15', '3.5.16-0')).probes.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
    'startup /health?serializable=false', 'liveness /health?exclude=NOSPACE&serializable=true',
  ]);
});

test.each<[string, string[], string]>([
  ['listens everywhere', [], '127.0.0.1'],
  ['is bound to an address', ['--bind-address=10.0.0.11'], '10.0.0.11'],
  ['is bound to every address', ['--bind-address=0.0.0.0'], '127.0.0.1'],
])('without a host it is asked where it listens: %s', (_, apiServerArgs, host) => {
  const manifest = kubeadmApiServer('1.33.6', { apiServerArgs }).replace(/ +host: .*\n/g, '');
  expect(plannedApiServer(manifest).probes.map(probe => probe.host)).toEqual([host, host, host]);
});

test('without a host etcd is asked at the URL that it listens on with that port', () => {
  const manifest = kubeadmEtcd('1.33.6', '3.5.24-0').replace(/ +host: .*\n/g, '');
  expect(plannedEtcd(manifest.replace('http://127.0.0.1:2381', 'http://[fd00::11]:2381')).probes[0]!.host).toBe('fd00::11');
  expect(plannedEtcd(manifest.replace('http://127.0.0.1:2381', 'http://0.0.0.0:2381')).probes[0]!.host).toBe('127.0.0.1');
});

test('other kinds of probe, and ports that nobody names, are left out', () => {
  const manifest = kubeadmApiServer('1.33.6').replace(/startupProbe:[^]*?timeoutSeconds: 15\n/, 'startupProbe:\n      tcpSocket:\n        port: 6443\n')
    .replace(/port: 6443\n(?= +scheme)/, 'port: nobody\n');
  expect(plannedApiServer(manifest).probes.map(probe => probe.kind)).toEqual(['readiness']);
});
