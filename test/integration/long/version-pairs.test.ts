/**
 * What the planner chooses for older versions, on real components of these versions: kube-apiserver and etcd run with the
 * command lines and environments of the manifests that their kubeadm wrote and the planner changed, and their spans arrive joined in a real
 * Collector, in plain text and over TLS. Then the other way round: flags of another version stop the component.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { containerEnvironment, Environment, requiredFiles } from './container-environment';
import { BareControlPlane, COLLECTOR_ADDRESS, COLLECTOR_ENDPOINT, ReceiverOptions, Running } from './version-pairs';
import { Certificates } from '../../../src/patcher/plan/certificates';
import { Plan } from '../../../src/patcher/plan/plan';
import { Authority } from '../../support/certificates';
import { ensureComponents } from '../../support/components/build';
import { COLLECTOR_VERSION, ComponentId } from '../../support/components/catalog';
import { ensureDebianPackages } from '../../support/components/debian';
import { joinedTraces } from '../../support/traces/joined';
import { Case, planned, templateFor, tryPlan } from '../../unit/patcher/plan/planning';

const NODE = 'cp1';
const IDENTITY = { nodeName: true, attributes: { 'k8s.cluster.name': 'prod', 'team': 'platform core' } };
const CLIENT_FILES = ['CERTIFICATE', 'CLIENT_CERTIFICATE', 'CLIENT_KEY'].map(name => `OTEL_EXPORTER_OTLP_${name}`);

/** What differs between them: flags, and what they take from their environment. */
const PAIRS = [
  { kubernetes: '1.24.17', etcd: '3.5.6', flags: ['--tracing-config-file', '--feature-gates', '--v'], etcdPrefix: '--experimental-', recent: false },
  { kubernetes: '1.29.6', etcd: '3.5.12', flags: ['--tracing-config-file', '--v'], etcdPrefix: '--experimental-', recent: true },
  { kubernetes: '1.34.4', etcd: '3.6.16', flags: ['--tracing-config-file', '--v'], etcdPrefix: '--', recent: true },
  { kubernetes: '1.37.2', etcd: '3.7.3', flags: ['--tracing-config-file', '--v'], etcdPrefix: '--', recent: true },
] as const;

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'version-pairs-'));
let client: Certificates;
let plane: BareControlPlane;

beforeAll(async () => {
  await ensureDebianPackages();
  const authority = new Authority(path.join(directory, 'authority'));
  authority.issue(path.join(directory, 'collector'), COLLECTOR_ADDRESS);
  authority.issue(path.join(directory, 'components'), 'control-plane');
  client = { ca: fs.readFileSync(authority.certificate, 'utf8'), client: { certificate: read('components/tls.crt'), key: read('components/tls.key') } };
});

afterAll(() => fs.rmSync(directory, { recursive: true }));

beforeEach(async () => {
  plane = await BareControlPlane.start();
});

afterEach(() => plane.stop());

const read = (file: string) => fs.readFileSync(path.join(directory, file), 'utf8');

/** What kubeadm of this version wrote, with another patch release of etcd where the one that it brings cannot be built. */
function caseFor(kubernetes: string, etcd?: string, certificates?: Certificates): Case {
  const text = (name: string) => fs.readFileSync(path.join(__dirname, '..', '..', 'support', 'fixtures', 'manifests', `kubeadm-${kubernetes}`, name), 'utf8');
  return {
    apiServer: text('kube-apiserver.yaml'),
    etcd: etcd === undefined ? text('etcd.yaml') : text('etcd.yaml').replace(/(image: \S+:).*/, `$1${etcd}-0`),
    spec: {
      apiServer: { verbosity: { level: 6, replaceExisting: false } },
      identity: IDENTITY,
      ...certificates && { componentTls: { clientCertificate: certificates.client !== null } },
    },
    facts: { endpoint: COLLECTOR_ENDPOINT, nodeName: NODE },
    template: templateFor(1_000_000),
    ...certificates && { certificates },
  };
}

const planFor = (...args: Parameters<typeof caseFor>) => planned(caseFor(...args));

/** The `tls` of the Collector's receiver, whose files are written into the root directory. */
function receiver({ asksForCertificates }: { asksForCertificates: boolean }): ReceiverOptions {
  for (const file of ['tls.crt', 'tls.key']) plane.write(`/collector/${file}`, read(`collector/${file}`));
  plane.write('/collector/ca.crt', client.ca);
  return { tls: { cert_file: '/collector/tls.crt', key_file: '/collector/tls.key', ...asksForCertificates && { client_ca_file: '/collector/ca.crt' } } };
}

type Pair = Pick<typeof PAIRS[number], 'kubernetes' | 'etcd'>;

/** Starts both components as planned, with another environment where one is given. */
async function start({ kubernetes, etcd }: Pair, { components, configFile, certificates }: Plan, env?: Environment): Promise<Running> {
  const [apiServer, member] = components;
  await plane.makeCertificates(await binary(`kubeadm@${kubernetes}` as ComponentId), kubernetes);
  for (const { path: file, text } of [configFile!, ...certificates]) plane.write(file, text);
  plane.run(await binary(`etcd@${etcd}` as ComponentId), member!.argv, env ?? containerEnvironment(member!.after, NODE));
  const running = plane.run(await binary(`kube-apiserver@${kubernetes}` as ComponentId), apiServer!.argv, env ?? containerEnvironment(apiServer!.after, NODE));
  await plane.waitFor('kube-apiserver', running, async () => await plane.status('https://10.0.0.1:6443/readyz') === 200);
  return running;
}

function expectIdentity(recent: boolean): void {
  for (const service of ['apiserver', 'etcd']) {
    const spans = plane.spans().filter(span => span.service === service);
    expect(spans.length).toBeGreaterThan(0);
    for (const { resource } of spans) {
      expect(Object.fromEntries(resource)).toMatchObject({ 'k8s.node.name': NODE, 'k8s.cluster.name': 'prod', 'team': recent ? 'platform core' : 'platform%20core' });
    }
  }
}

async function binary(id: ComponentId): Promise<string> {
  return (await ensureComponents([id])).get(id)!;
}

test.each(PAIRS)('kube-apiserver $kubernetes and etcd $etcd send joined spans with the flags that the planner chose', async pair => {
  const plan = planFor(pair.kubernetes, pair.etcd);
  const [apiServer, member] = plan.components;
  const added = ({ argv, argvBefore }: typeof plan.components[0]) => argv.filter(arg => !argvBefore.includes(arg)).map(arg => arg.replace(/=.*/, ''));
  expect([apiServer!.version, member!.version]).toEqual([pair.kubernetes, pair.etcd]);
  expect(added(apiServer!)).toEqual(pair.flags);
  expect(added(member!)).toEqual(
    ['enable-distributed-tracing', 'distributed-tracing-address', 'distributed-tracing-service-name', 'distributed-tracing-instance-id'].map(flag => pair.etcdPrefix + flag));

  await plane.startCollector(await binary(`otelcol-k8s@${COLLECTOR_VERSION}`));
  const running = await start(pair, plan);
  await plane.waitFor('a joined trace', running, () => joinedTraces(plane.spans()).length > 0);

  const fromEtcd = plane.spans().filter(span => span.service === 'etcd');
  expect(new Set(fromEtcd.map(span => span.instance))).toEqual(new Set([NODE]));
  // etcd samples nothing by itself: each of its spans belongs to a request of the API server.
  expect(fromEtcd.filter(span => span.parentId === '')).toEqual([]);
  expectIdentity(pair.recent);
});

describe.each(PAIRS)('componentTls on kube-apiserver $kubernetes and etcd $etcd', pair => {
  test('spans arrive over TLS, by a client certificate where the version takes one', async () => {
    const asked = tryPlan(caseFor(pair.kubernetes, pair.etcd, client));
    expect(asked.kind).toBe(pair.recent ? 'planned' : 'refused');
    const plan = planFor(pair.kubernetes, pair.etcd, pair.recent ? client : { ...client, client: null });
    // Without any of its files kubelet does not start the pod.
    for (const { after } of plan.components) {
      const env = containerEnvironment(after, NODE);
      const files = CLIENT_FILES.flatMap(name => env[name] ?? []);
      expect(files).toHaveLength(pair.recent ? 3 : 1);
      expect(requiredFiles(after)).toEqual(expect.arrayContaining(files));
    }

    await plane.startCollector(await binary(`otelcol-k8s@${COLLECTOR_VERSION}`), receiver({ asksForCertificates: pair.recent }));
    const running = await start(pair, plan);
    await plane.waitFor('a joined trace', running, () => joinedTraces(plane.spans()).length > 0);
    expectIdentity(pair.recent);
  });

  test('the process itself sends plain text where its files are missing: that is why kubelet must not start it then', async () => {
    await plane.startCollector(await binary(`otelcol-k8s@${COLLECTOR_VERSION}`));
    const running = await start(pair, planFor(pair.kubernetes, pair.etcd), Object.fromEntries(CLIENT_FILES.map(name => [name, `/missing/${name}`])));
    await plane.waitFor('a joined trace', running, () => joinedTraces(plane.spans()).length > 0);
  });

  test('with a CA that it can read, the process never falls back to plain text', async () => {
    await plane.startCollector(await binary(`otelcol-k8s@${COLLECTOR_VERSION}`));
    plane.write('/ca.crt', client.ca);
    await sendInVain(pair, { [CLIENT_FILES[0]!]: '/ca.crt', [CLIENT_FILES[1]!]: '/missing/tls.crt', [CLIENT_FILES[2]!]: '/missing/tls.key' });
    expect(plane.spans()).toEqual([]);
  });
});

test('kube-apiserver 1.24.17 and etcd 3.5.6 leave a client certificate out, which is why the planner refuses it there', async () => {
  const [pair] = PAIRS;
  await plane.startCollector(await binary(`otelcol-k8s@${COLLECTOR_VERSION}`), receiver({ asksForCertificates: true }));
  const files = [['/ca.crt', client.ca], ['/tls.crt', client.client!.certificate], ['/tls.key', client.client!.key]] as const;
  for (const [file, text] of files) plane.write(file, text);
  await sendInVain(pair, Object.fromEntries(CLIENT_FILES.map((name, index) => [name, files[index]![0]])));
  expect(plane.spans()).toEqual([]);
});

/** Runs both with this environment until the API server has tried to send spans, and had time to. */
async function sendInVain(pair: Pair, env: Environment): Promise<void> {
  await start(pair, planFor(pair.kubernetes, pair.etcd), env);
  // Both send what they have every five seconds.
  for (let request = 0; request < 10; request++) {
    await plane.status('https://10.0.0.1:6443/version');
    await sleep(1500);
  }
}

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
