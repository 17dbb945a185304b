/**
 * The way of the production guide from plain text to TLS and back: two collectors stand side by side, and the real kube-apiserver and etcd move from
 * one to the other with the manifests of one plan and then of the other. Each request before and after such a restart is found in a trace.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { App, Chart } from 'cdk8s';
import { components } from './components';
import { Scratch } from './scratch-directory';
import { Collector, TlsKeyPair, TracingStack, TrustedCa } from '../../../src';
import { parsePatchSpec } from '../../../src/patch-spec/parse-patch-spec';
import { Plan } from '../../../src/patcher/plan/plan';
import { plan } from '../../../src/patcher/plan/planner';
import { Authority } from '../../support/certificates';
import { ensureComponents } from '../../support/components/build';
import { KUBERNETES_VERSION } from '../../support/components/catalog';
import { ensureDebianPackages } from '../../support/components/debian';
import { joinedTraces } from '../../support/traces/joined';
import { containerEnvironment } from '../long/container-environment';
import { BareControlPlane, COLLECTOR_ADDRESS, Running, SECOND_ADDRESS } from '../long/version-pairs';

jest.setTimeout(420_000);

const CA = TrustedCa.fromConfigMapName('internal-ca');
const FIRST = { name: 'first', address: COLLECTOR_ADDRESS };
const SECURED = { name: 'secured', address: SECOND_ADDRESS };

const scratch = new Scratch();
let binaries: Awaited<ReturnType<typeof components<'collector' | 'etcd' | 'apiServer'>>>;
let plane: BareControlPlane;
let authority: Authority;

beforeAll(async () => {
  await ensureDebianPackages();
  binaries = await components('collector', 'etcd', 'apiServer');
  authority = new Authority(scratch.below('authority'));
  authority.issue(scratch.below('collector'), SECURED.address);
  authority.issue(scratch.below('components'), 'control-plane');
  plane = await BareControlPlane.start();
  scratch.ending(() => plane.stop());
});

afterAll(() => scratch.clear());

const read = (...file: string[]) => fs.readFileSync(path.join(scratch.directory, ...file), 'utf8');

/** The stack with the one collector or the other, and both collectors. */
function synthesized(secured: boolean) {
  const chart = new Chart(new App(), 'tracing', { namespace: 'tracing', disableResourceNameHashes: true });
  const first = new Collector(chart, 'first', { clusterIP: FIRST.address });
  const second = new Collector(chart, 'secured', {
    name: 'tracing-tls', clusterIP: SECURED.address, receiverCertificate: TlsKeyPair.fromSecretName('collector-tls'), receiverClientCa: CA,
  });
  new TracingStack(chart, 'tracing', {
    collector: secured ? second : first,
    ...secured && { componentTls: { ca: CA, clientCertificate: TlsKeyPair.fromSecretName('components-tls') } },
  });
  const data: Record<string, string> = Object.assign({}, ...chart.toJson().filter(({ kind }) => kind === 'ConfigMap').map(object => object.data));
  const configOf = (collector: Collector) => collector.configMap.toJson().data['config.yaml'] as string;
  return { first: configOf(first), secured: configOf(second), spec: parsePatchSpec(data['spec.json']!), template: data['tracing-config.yaml']! };
}

function planFor(secured: boolean): Plan {
  const { spec, template } = synthesized(secured);
  const fixtures = path.join(__dirname, '../../support/fixtures/manifests', `kubeadm-${KUBERNETES_VERSION}`);
  const result = plan({
    spec,
    template,
    facts: { nodeName: 'cp1', endpoint: { host: (secured ? SECURED : FIRST).address, port: 4317 } },
    manifests: ['kube-apiserver.yaml', 'etcd.yaml'].map(name => ({ name, text: fs.readFileSync(path.join(fixtures, name), 'utf8') })),
    ...secured && { certificates: { ca: read('authority/ca.crt'), client: { certificate: read('components/tls.crt'), key: read('components/tls.key') } } },
  });
  if (result.kind === 'refused') throw new Error(JSON.stringify(result.refusals));
  return result.plan;
}

let running: Running[] = [];

/** One restart of each component, as the Job does it. */
async function move({ components: [apiServer, etcd], configFile, certificates }: Plan): Promise<void> {
  for (const { path: file, text } of [configFile!, ...certificates]) plane.write(file, text);
  for (const component of running) await component.end();
  const started = [[binaries.apiServer, apiServer!], [binaries.etcd, etcd!]] as const;
  running = started.map(([binary, { argv, after }]) => plane.run(binary, argv, containerEnvironment(after, 'cp1')));
  await plane.waitFor('kube-apiserver', running[0]!, async () => await plane.status('https://10.0.0.1:6443/readyz') === 200);
  // Components that have just started have more spans at once than they can hold.
  await sleep(10_000);
}

/** Asks for something that can be told apart, and waits until each request is in a trace of this collector. */
async function expectRequestsIn({ name }: { name: string }, phase: string): Promise<void> {
  const requests = Array.from({ length: 20 }, (_, n) => `${phase}-${n}`);
  for (const request of requests) expect(await plane.status(`https://10.0.0.1:6443/version?request=${request}`)).toBe(200);
  const found = () => {
    const attributes = plane.spans(name).flatMap(span => [...span.attributes.values()]).filter(value => value.includes(`request=${phase}-`));
    return requests.filter(request => attributes.some(value => new RegExp(`request=${request}(?!\\d)`).test(value)));
  };
  await plane.waitFor(`each request of ${phase}`, running[0]!, () => found().length === requests.length);
}

const phasesIn = ({ name }: { name: string }) => {
  const text = plane.spans(name).flatMap(span => [...span.attributes.values()]).join('\n');
  return new Set([...text.matchAll(/request=(\w+)-\d/g)].map(([, phase]) => phase));
};

test('both collectors run, the components move to TLS and back, and each request before and after a move is in a trace', async () => {
  await plane.makeCertificates((await ensureComponents([`kubeadm@${KUBERNETES_VERSION}`])).get(`kubeadm@${KUBERNETES_VERSION}`)!, KUBERNETES_VERSION);
  const configurations = synthesized(true);
  for (const file of ['tls.crt', 'tls.key']) plane.write(`/etc/otelcol/tls/secret-collector-tls/${file}`, read('collector', file));
  plane.write('/etc/otelcol/tls/cm-internal-ca/ca.crt', read('authority/ca.crt'));
  await plane.startCollectorWith(binaries.collector, configurations.first, FIRST);
  await plane.startCollectorWith(binaries.collector, configurations.secured, SECURED);

  await move(planFor(false));
  await expectRequestsIn(FIRST, 'before');
  await move(planFor(true));
  await expectRequestsIn(SECURED, 'secured');
  expect(joinedTraces(plane.spans(SECURED.name)).length).toBeGreaterThan(0);
  await move(planFor(false));
  await expectRequestsIn(FIRST, 'back');

  expect([phasesIn(FIRST), phasesIn(SECURED)]).toEqual([new Set(['before', 'back']), new Set(['secured'])]);
});
