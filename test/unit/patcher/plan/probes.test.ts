import { plannedApiServer, plannedEtcd } from './planning';
import { kubeadmApiServer, kubeadmEtcd } from '../../../support/fixtures/manifests/kubeadm';

test('are the ones of the manifest', () => {
  expect(plannedApiServer(kubeadmApiServer('1.29.15')).probes).toEqual([
    { kind: 'startup', scheme: 'https', host: '10.0.0.11', port: 6443, path: '/livez', timeoutSeconds: 15 },
    { kind: 'readiness', scheme: 'https', host: '10.0.0.11', port: 6443, path: '/readyz', timeoutSeconds: 15 },
    { kind: 'liveness', scheme: 'https', host: '10.0.0.11', port: 6443, path: '/livez', timeoutSeconds: 15 },
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

test.each([['10.0.0.10', '10.0.0.10'], ['[::1]', '::1'], ['[::]', '127.0.0.1'], ['0.0.0.0', '127.0.0.1'], ['node-1', 'node-1']])('at %s it is asked at %s', (listens, host) => {
  const manifest = kubeadmEtcd('1.33.6', '3.5.24-0').replace(/ +host: .*\n/g, '').replace('http://127.0.0.1:2381', `http://${listens}:2381`);
  expect(plannedEtcd(manifest).probes.map(probe => probe.host)).toEqual([host, host, host]);
});

test('a URL of that port that it does not listen on counts for nothing', () => {
  const manifest = kubeadmEtcd('1.33.6', '3.5.24-0', { etcdArgs: ['--discovery-srv=http://10.9.9.9:2381', '--listen-peer-urls=unix://http://10.9.9.9:2381'] });
  expect(plannedEtcd(manifest.replace(/ +host: .*\n/g, '')).probes[0]!.host).toBe('127.0.0.1');
});

test('of several named ports it is the one of that name', () => {
  const manifest = kubeadmEtcd('1.37.2', '3.7.0-0').replace('    ports:\n', '    ports:\n    - containerPort: 1111\n      name: other\n');
  expect(manifest).toContain('1111');
  expect(plannedEtcd(manifest).probes.map(probe => probe.port)).toEqual([2381, 2381, 2381]);
});

const apiServerWith = (startup: string) =>
  plannedApiServer(kubeadmApiServer('1.33.6').replace(/startupProbe:[^]*?timeoutSeconds: 15\n/, `startupProbe:\n${startup}`));

test('headers, the time limit and the path are kubelet’s', () => {
  const [probe] = apiServerWith('      httpGet: {path: healthz, port: 6443, httpHeaders: [{name: Host, value: me}, {name: X, value: ""}]}\n').probes;
  expect(probe).toEqual({
    kind: 'startup', scheme: 'http', host: '127.0.0.1', port: 6443, path: '/healthz', headers: [{ name: 'Host', value: 'me' }, { name: 'X', value: '' }], timeoutSeconds: 1,
  });
});

test('a header without a value is empty, and the path without one is the root', () => {
  const [probe] = apiServerWith('      httpGet: {port: 65535, scheme: HTTPS, httpHeaders: [{name: X}]}\n').probes;
  expect(probe).toMatchObject({ scheme: 'https', port: 65_535, path: '/', headers: [{ name: 'X', value: '' }] });
});

test('an open port is a probe of its own', () => {
  const [probe] = apiServerWith('      tcpSocket: {host: fd00::1, port: "6443"}\n      timeoutSeconds: 3\n').probes;
  expect(probe).toEqual({ kind: 'startup', scheme: 'tcp', host: 'fd00::1', port: 6443, path: '', timeoutSeconds: 3 });
});

test.each([
  ['      exec: {command: [etcdctl]}\n', 'the startup probe (exec)'],
  ['      grpc: {port: 2379}\n', 'the startup probe (grpc)'],
  ['      httpGet: {port: nobody}\n', 'the startup probe (its port nobody is none of the container)'],
  ['      timeoutSeconds: 3\n', 'the startup probe (of no known kind)'],
  ['      tcpSocket: {port: 0}\n', 'the startup probe (its port 0 is none of the container)'],
  ['      tcpSocket: {port: "0"}\n', 'the startup probe (its port 0 is none of the container)'],
  ['      tcpSocket: {port: -1}\n', 'the startup probe (its port -1 is none of the container)'],
  ['      tcpSocket: {port: 1.5}\n', 'the startup probe (its port 1.5 is none of the container)'],
  ['      tcpSocket: {port: 65536}\n', 'the startup probe (its port 65536 is none of the container)'],
  ['      tcpSocket: {port: 70000}\n', 'the startup probe (its port 70000 is none of the container)'],
])('what cannot be asked from here is named: %s', (startup, words) => {
  const plan = apiServerWith(startup);
  expect(plan.otherProbes).toEqual([words]);
  expect(plan.probes.map(probe => probe.kind)).toEqual(['readiness', 'liveness']);
});

test.each([
  ['      httpGet: {port: 6443}\n      initialDelaySeconds: 5\n      periodSeconds: 20\n      failureThreshold: 60\n', 1205],
  ['      exec: {command: [x]}\n      failureThreshold: 60\n', 600],
  ['      httpGet: {port: 6443}\n', 30],
])('how long a start may take is what kubelet lets it: %s', (startup, seconds) => {
  expect(apiServerWith(startup).startSeconds).toBe(seconds);
});

test('without a startup probe, the liveness probe ends a start', () => {
  const manifest = kubeadmApiServer('1.33.6').replace(/ +startupProbe:[^]*?timeoutSeconds: 15\n/, '');
  expect(manifest).not.toContain('startupProbe');
  expect(plannedApiServer(manifest).startSeconds).toBe(10 + 8 * 10);
});
