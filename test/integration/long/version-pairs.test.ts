/**
 * What the planner chooses for older versions, on real components of these versions: kube-apiserver and etcd run with the
 * command lines of the manifests that their kubeadm wrote and the planner changed, and their spans arrive joined in a real Collector.
 * Then the other way round: flags of another version stop the component.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BareControlPlane, COLLECTOR_ENDPOINT } from './version-pairs';
import { ensureComponents } from '../../support/components/build';
import { COLLECTOR_VERSION, ComponentId } from '../../support/components/catalog';
import { ensureDebianPackages } from '../../support/components/debian';
import { joinedTraces } from '../../support/traces/joined';
import { planned, templateFor } from '../../unit/patcher/plan/planning';

const EVERY_REQUEST = { apiServer: { verbosity: { level: 6, replaceExisting: false } } };

let plane: BareControlPlane;

beforeAll(() => ensureDebianPackages());

beforeEach(async () => {
  plane = await BareControlPlane.start();
});

afterEach(() => plane.stop());

/** What kubeadm of this version wrote, with another patch release of etcd where the one that it brings cannot be built. */
function planFor(kubernetes: string, etcd?: string) {
  const text = (name: string) => fs.readFileSync(path.join(__dirname, '..', '..', 'support', 'fixtures', 'manifests', `kubeadm-${kubernetes}`, name), 'utf8');
  return planned({
    apiServer: text('kube-apiserver.yaml'),
    etcd: etcd === undefined ? text('etcd.yaml') : text('etcd.yaml').replace(/(image: \S+:).*/, `$1${etcd}-0`),
    spec: EVERY_REQUEST,
    facts: { endpoint: COLLECTOR_ENDPOINT },
    template: templateFor(1_000_000),
  });
}

async function binary(id: ComponentId): Promise<string> {
  return (await ensureComponents([id])).get(id)!;
}

test.each([
  { kubernetes: '1.24.17', etcd: '3.5.6', flags: ['--tracing-config-file', '--feature-gates', '--v'], etcdPrefix: '--experimental-' },
  { kubernetes: '1.29.6', etcd: '3.5.12', flags: ['--tracing-config-file', '--v'], etcdPrefix: '--experimental-' },
  { kubernetes: '1.34.4', etcd: '3.6.16', flags: ['--tracing-config-file', '--v'], etcdPrefix: '--' },
  { kubernetes: '1.37.2', etcd: '3.7.3', flags: ['--tracing-config-file', '--v'], etcdPrefix: '--' },
])('kube-apiserver $kubernetes and etcd $etcd send joined spans with the flags that the planner chose', async ({ kubernetes, etcd, flags, etcdPrefix }) => {
  const { components, configFile } = planFor(kubernetes, etcd);
  const [apiServer, member] = components;
  const added = ({ argv, argvBefore }: typeof components[0]) => argv.filter(arg => !argvBefore.includes(arg)).map(arg => arg.replace(/=.*/, ''));
  expect([apiServer!.version, member!.version]).toEqual([kubernetes, etcd]);
  expect(added(apiServer!)).toEqual(flags);
  expect(added(member!)).toEqual(
    ['enable-distributed-tracing', 'distributed-tracing-address', 'distributed-tracing-service-name', 'distributed-tracing-instance-id'].map(flag => etcdPrefix + flag));

  await plane.makeCertificates(await binary(`kubeadm@${kubernetes}`), kubernetes);
  plane.write(configFile!.path, configFile!.text);
  await plane.startCollector(await binary(`otelcol-k8s@${COLLECTOR_VERSION}`));
  plane.run(await binary(`etcd@${etcd}`), member!.argv);
  const running = plane.run(await binary(`kube-apiserver@${kubernetes}`), apiServer!.argv);
  await plane.waitFor('kube-apiserver', running, async () => await plane.status('https://10.0.0.1:6443/readyz') === 200);
  await plane.waitFor('a joined trace', running, () => joinedTraces(plane.spans()).length > 0);

  const fromEtcd = plane.spans().filter(span => span.service === 'etcd');
  expect(new Set(fromEtcd.map(span => span.instance))).toEqual(new Set(['cp1']));
  // etcd samples nothing by itself: each of its spans belongs to a request of the API server.
  expect(fromEtcd.filter(span => span.parentId === '')).toEqual([]);
});

const tracingFlags = (component: number, kubernetes: string) => planFor(kubernetes).components[component]!.argv.filter(arg => arg.includes('racing'));

test.each([
  { id: 'etcd@3.5.6', manifest: '1.24.17', flags: () => ['--experimental-distributed-tracing-sampling-rate=1'], message: 'flag provided but not defined: -experimental-distributed-tracing-sampling-rate' },
  { id: 'etcd@3.5.12', manifest: '1.29.6', flags: () => tracingFlags(1, '1.37.2'), message: 'flag provided but not defined: -enable-distributed-tracing' },
  { id: 'etcd@3.7.3', manifest: '1.37.2', flags: () => tracingFlags(1, '1.29.6'), message: 'flag provided but not defined: -experimental-enable-distributed-tracing' },
  { id: 'kube-apiserver@1.37.2', manifest: '1.37.2', flags: () => tracingFlags(0, '1.24.17').slice(1), message: 'unrecognized feature gate: APIServerTracing' },
] as const)('$id ends at once with the flags of another version', async ({ id, manifest, flags, message }) => {
  const { argvBefore } = planFor(manifest).components.find(({ component }) => id.startsWith(component))!;
  const wrong = plane.run(await binary(id), [...argvBefore, ...flags()]);
  const stillRunning = sleep(60_000, -1, { ref: false });
  expect(await Promise.race([wrong.ended, stillRunning])).toBeGreaterThan(0);
  expect(wrong.log()).toContain(message);
});
