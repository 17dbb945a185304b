/**
 * Mutual TLS from the components themselves: a stack is synthesized, the program plans the manifests that kubeadm wrote, and the real
 * kube-apiserver and etcd run with the command lines and environments of these, and the real Collector with its own configuration.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, Chart } from 'cdk8s';
import { components } from './components';
import { RealCollector } from './real-collector';
import { Scratch } from './scratch-directory';
import { Collector, TlsKeyPair, TracingStack, TrustedCa } from '../../../src';
import { parsePatchSpec } from '../../../src/patch-spec/parse-patch-spec';
import { collectorTls } from '../../../src/patcher/apply/collector-tls';
import { Endpoints } from '../../../src/patcher/host/endpoints';
import { Certificates } from '../../../src/patcher/plan/certificates';
import { ComponentPlan } from '../../../src/patcher/plan/plan';
import { plan } from '../../../src/patcher/plan/planner';
import { Authority } from '../../support/certificates';
import { ensureComponents } from '../../support/components/build';
import { KUBERNETES_VERSION } from '../../support/components/catalog';
import { ensureDebianPackages } from '../../support/components/debian';
import { joinedTraces } from '../../support/traces/joined';
import { containerEnvironment } from '../long/container-environment';
import { BareControlPlane, COLLECTOR_ADDRESS, COLLECTOR_ENDPOINT } from '../long/version-pairs';

jest.setTimeout(300_000);

const NODE = 'cp1';
const ATTRIBUTES = { 'deployment.environment.name': 'pre-production, EU', 'team': 'platform' };

const scratch = new Scratch();
let authority: Authority;
let binaries: Awaited<ReturnType<typeof components<'collector' | 'etcd' | 'apiServer' | 'telemetrygen'>>>;

beforeAll(async () => {
  await ensureDebianPackages();
  binaries = await components('collector', 'etcd', 'apiServer', 'telemetrygen');
  authority = new Authority(scratch.below('authority'));
  authority.issue(scratch.below('collector'), COLLECTOR_ADDRESS);
  authority.issue(scratch.below('components'), 'control-plane');
});

afterAll(() => scratch.clear());

const read = (...file: string[]) => fs.readFileSync(path.join(scratch.directory, ...file), 'utf8');

function synthesized() {
  const chart = new Chart(new App(), 'tracing', { namespace: 'tracing', disableResourceNameHashes: true });
  const internal = TrustedCa.fromConfigMapName('internal-ca');
  const stack = new TracingStack(chart, 'tracing', {
    clusterName: 'prod',
    clusterIP: COLLECTOR_ADDRESS,
    resourceAttributes: ATTRIBUTES,
    collectorOptions: { receiverCertificate: TlsKeyPair.fromSecretName('collector-tls'), receiverClientCa: internal },
    componentTls: { ca: internal, clientCertificate: TlsKeyPair.fromSecretName('components-tls') },
  });
  const data: Record<string, string> = Object.assign({}, ...chart.toJson().filter(({ kind }) => kind === 'ConfigMap').map(object => object.data));
  return { config: stack.collector!.configMap.toJson().data['config.yaml'] as string, spec: parsePatchSpec(data['spec.json']!), template: data['tracing-config.yaml']! };
}

function plannedFor({ spec, template }: ReturnType<typeof synthesized>) {
  const fixtures = path.join(__dirname, '../../support/fixtures/manifests', `kubeadm-${KUBERNETES_VERSION}`);
  const result = plan({
    spec,
    template,
    facts: { nodeName: NODE, endpoint: { host: COLLECTOR_ADDRESS, port: 4317 } },
    manifests: ['kube-apiserver.yaml', 'etcd.yaml'].map(name => ({ name, text: fs.readFileSync(path.join(fixtures, name), 'utf8') })),
    certificates: { ca: fs.readFileSync(authority.certificate, 'utf8'), client: { certificate: read('components/tls.crt'), key: read('components/tls.key') } },
  });
  if (result.kind === 'refused') throw new Error(JSON.stringify(result.refusals));
  return result.plan;
}

describe('kube-apiserver and etcd with the planned environment, and a Collector that asks for certificates', () => {
  let plane: BareControlPlane;

  beforeAll(async () => {
    const stack = synthesized();
    const { components: [apiServer, etcd], configFile, certificates } = plannedFor(stack);
    plane = await BareControlPlane.start();
    await plane.makeCertificates((await ensureComponents([`kubeadm@${KUBERNETES_VERSION}`])).get(`kubeadm@${KUBERNETES_VERSION}`)!, KUBERNETES_VERSION);
    for (const { path: file, text } of [configFile!, ...certificates]) plane.write(file, text);
    // Where kubelet mounts the collector's Secret and ConfigMap.
    for (const file of ['tls.crt', 'tls.key']) plane.write(`/etc/otelcol/tls/secret-collector-tls/${file}`, read('collector', file));
    plane.write('/etc/otelcol/tls/cm-internal-ca/ca.crt', fs.readFileSync(authority.certificate, 'utf8'));
    await plane.startCollectorWith(binaries.collector, stack.config);
    const start = (binary: string, { argv, after }: ComponentPlan) => plane.run(binary, argv, containerEnvironment(after, NODE));
    start(binaries.etcd, etcd!);
    const running = start(binaries.apiServer, apiServer!);
    await plane.waitFor('kube-apiserver', running, async () => await plane.status('https://10.0.0.1:6443/readyz') === 200);
    await plane.waitFor('a joined trace', running, () => joinedTraces(plane.spans()).length > 0);
  });

  afterAll(() => plane?.stop());

  test('joined traces arrive over mutual TLS', () => {
    expect(joinedTraces(plane.spans()).length).toBeGreaterThan(0);
  });

  test.each(['apiserver', 'etcd'])('%s says itself of which cluster and node its spans are, and what else it was told', service => {
    const spans = plane.spans().filter(span => span.service === service);
    expect(spans.length).toBeGreaterThan(0);
    const wanted = { 'k8s.node.name': NODE, 'k8s.cluster.name': 'prod', ...ATTRIBUTES };
    for (const { resource } of spans) expect(Object.fromEntries(resource)).toMatchObject(wanted);
  });

  test('a client that speaks plain text is refused, and nothing of it arrives', async () => {
    const client = plane.run(binaries.telemetrygen, ['telemetrygen', 'traces', '--otlp-insecure', '--otlp-endpoint', COLLECTOR_ENDPOINT, '--traces', '3', '--service', 'stranger', '--timeout', '2s']);
    await client.ended;
    expect(client.log()).toMatch(/error reading server preface|connection (closed|reset)|failed to upload traces|Unavailable/i);
    expect(plane.spans().filter(({ service }) => service === 'stranger')).toEqual([]);
  });
});

describe('what the program asks of the real Collector before it touches a manifest', () => {
  const client = () => ({ certificate: read('components/tls.crt'), key: read('components/tls.key') });
  const rightCa = () => fs.readFileSync(authority.certificate, 'utf8');

  /** With a certificate for this name or, where none is given, its own address. */
  async function start(name: string, config: string, subject?: string): Promise<RealCollector> {
    const root = scratch.below(name);
    const collector = new RealCollector({ binary: binaries.collector, root, config });
    authority.issue(path.join(root, 'etc/otelcol/tls/secret-collector-tls'), subject ?? collector.address);
    authority.publish(path.join(root, 'etc/otelcol/tls/cm-internal-ca'));
    scratch.ending(() => collector.stop());
    return collector.start();
  }

  async function objection({ address }: RealCollector, certificates: Certificates): Promise<string | undefined> {
    return (await collectorTls({ endpoints: new Endpoints() }, { host: address, port: 4317 }, certificates))?.reason;
  }

  test('the right certificates are taken; no client certificate, one of another authority, and another CA are not', async () => {
    const collector = await start('checked', synthesized().config);
    const other = new Authority(scratch.below('other-authority'));
    other.issue(scratch.below('other'), 'control-plane');
    expect(await objection(collector, { ca: rightCa(), client: client() })).toBeUndefined();
    expect(await objection(collector, { ca: rightCa(), client: null })).toContain('it asks for a client certificate');
    expect(await objection(collector, { ca: rightCa(), client: { certificate: read('other/tls.crt'), key: read('other/tls.key') } }))
      .toContain('it does not take the client certificate');
    expect(await objection(collector, { ca: fs.readFileSync(other.certificate, 'utf8'), client: client() })).toContain('was not issued by the CA of componentTls');
  });

  test('a certificate for a name alone is not for the address that the components dial', async () => {
    const collector = await start('named', synthesized().config, 'control-plane-tracing-collector.tracing.svc');
    expect(await objection(collector, { ca: rightCa(), client: client() })).toContain(`its certificate is not for the address ${collector.address}`);
  });

  test('a collector that speaks plain text is told apart', async () => {
    const plain = new Collector(new Chart(new App(), 'plain'), 'collector', {}).configMap.toJson().data['config.yaml'] as string;
    expect(await objection(await start('plain', plain), { ca: rightCa(), client: client() })).toContain('it speaks plain text');
  });
});
