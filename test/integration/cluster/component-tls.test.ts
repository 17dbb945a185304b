/** Mutual TLS from the components of a real control plane: switched on, looked at, and taken away again. */
import { X509Certificate } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Cluster } from './cluster';
import { runJob } from './job-run';
import { ClusterNode } from './node';
import { manifests } from './node-state';
import { apply, NAMESPACE, spans } from './stack';
import { TlsKeyPair, TracingStackProps, TracingState, TrustedCa } from '../../../src';
import { Authority } from '../../support/certificates';
import { ensureComponents } from '../../support/components/build';
import { COLLECTOR_VERSION } from '../../support/components/catalog';
import { joinedTraces } from '../../support/traces/joined';

const ADDRESS = '10.96.0.50';
const CA = TrustedCa.fromConfigMapName('internal-ca');
const STACK: TracingStackProps = {
  clusterName: 'prod',
  clusterIP: ADDRESS,
  resourceAttributes: { team: 'platform core' },
  collectorOptions: { receiverCertificate: TlsKeyPair.fromSecretName('collector-tls'), receiverClientCa: CA },
  componentTls: { ca: CA, clientCertificate: TlsKeyPair.fromSecretName('components-tls') },
};

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'component-tls-'));
let cluster: Cluster;
let node: ClusterNode;
let original: Record<string, string>;
let telemetrygen: string;

beforeAll(async () => {
  const id = `telemetrygen@${COLLECTOR_VERSION}` as const;
  telemetrygen = (await ensureComponents([id])).get(id)!;
  cluster = await Cluster.start({ name: 'component-tls', log: (line) => process.stderr.write(`${line}\n`) });
  node = cluster.nodes[0]!;
  original = manifests(node);
  await apply(cluster, certificates());
});

afterAll(async () => {
  await cluster?.stop();
  fs.rmSync(directory, { recursive: true });
});

/** The namespace, and what cert-manager and trust-manager would keep in it and in that of the Job. */
function certificates(): string {
  const authority = new Authority(path.join(directory, 'authority'));
  const secret = (namespace: string, name: string, subject: string) => {
    authority.issue(path.join(directory, name), subject);
    const data = Object.fromEntries(['tls.crt', 'tls.key'].map((file) => [file, fs.readFileSync(path.join(directory, name, file)).toString('base64')]));
    return { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata: { namespace, name }, data };
  };
  const data = { 'ca.crt': fs.readFileSync(authority.certificate, 'utf8') };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    ...[NAMESPACE, 'kube-system'].map((namespace) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name: 'internal-ca' }, data })),
    secret(NAMESPACE, 'collector-tls', ADDRESS),
    secret('kube-system', 'components-tls', 'control-plane'),
  ].map((object) => JSON.stringify(object)).join('\n---\n');
}

const tracingFiles = () => fs.readdirSync(node.path('/etc/kubernetes/tracing')).filter((name) => name.startsWith('component-')).sort();

test('the Job brings the certificates onto the node and switches TLS on, with the collector in a namespace that is restricted', async () => {
  const end = await runJob(cluster, STACK);

  expect(`${end.reason}\n${end.log}`).toContain('done: kube-apiserver and etcd restarted with the planned flags and healthy');
  const { stdout } = await cluster.kubectl(['get', 'namespace', NAMESPACE, '-o', 'jsonpath={.metadata.labels.pod-security\\.kubernetes\\.io/enforce}']);
  expect(stdout).toBe('restricted');
  const files = tracingFiles();
  expect(files.map((name) => name.replace(/[0-9a-f]{8}/, '*'))).toEqual(['component-ca.*.crt', 'component-client.*.crt', 'component-client.*.key']);
  expect(fs.statSync(node.path(`/etc/kubernetes/tracing/${files[2]!}`)).mode.toString(8)).toBe('100600');
});

test('a Lease says when the first certificate expires, from which the alert takes it', async () => {
  const { stdout } = await cluster.kubectl(['-n', 'kube-system', 'get', 'lease', 'control-plane-tracing-certificates', '-o', 'jsonpath={.spec.renewTime}']);
  const { validTo } = new X509Certificate(fs.readFileSync(path.join(directory, 'components-tls/tls.crt')));
  const { validTo: ofCa } = new X509Certificate(fs.readFileSync(path.join(directory, 'authority/ca.crt')));
  expect(Date.parse(stdout)).toBe(Math.min(Date.parse(validTo), Date.parse(ofCa)));
});

test('joined traces arrive, and each component names cluster and node itself', async () => {
  let found = await spans(cluster, 60);
  await node.waitFor('joined trace', async () => {
    found = await spans(cluster, 60);
    return joinedTraces(found).length > 0;
  });
  for (const service of ['apiserver', 'etcd']) {
    const resources = found.filter((span) => span.service === service).map(({ resource }) => Object.fromEntries(resource));
    expect(resources[0]).toMatchObject({ 'k8s.node.name': node.name, 'k8s.cluster.name': 'prod', 'team': 'platform core' });
  }
});

test('a client that speaks plain text, or shows no certificate, is refused by the collector', async () => {
  const send = (...args: string[]) => node.exec([telemetrygen, 'traces', '--otlp-endpoint', `${ADDRESS}:4317`, '--traces', '1', '--timeout', '3s', ...args], { allowFailure: true });
  await send('--service', 'plain', '--otlp-insecure');
  await send('--service', 'nameless', '--ca-cert', path.join(directory, 'authority', 'ca.crt'));
  const mutual = ['--mtls', '--client-cert', path.join(directory, 'components-tls/tls.crt'), '--client-key', path.join(directory, 'components-tls/tls.key')];
  await send('--service', 'known', '--ca-cert', path.join(directory, 'authority', 'ca.crt'), ...mutual);
  const from = async () => new Set((await spans(cluster, 60)).map(({ service }) => service));
  await node.waitFor('span of the client with a certificate', async () => (await from()).has('known'));
  expect([...await from()].filter((service) => ['plain', 'nameless'].includes(service))).toEqual([]);
});

test("DISABLED gives back kubeadm's bytes, and leaves no certificate and no key on the node", async () => {
  const end = await runJob(cluster, { ...STACK, state: TracingState.DISABLED });

  expect(end.succeeded).toBe(true);
  // A machine so busy that the time for the second rename had passed keeps the annotation of the first one, and says so.
  const slow = ['kube-apiserver', 'etcd'].filter((name) => end.log.includes(`${name}: no second rename`)).map((name) => `${name}.yaml`);
  const now = Object.entries(manifests(node)).map(([name, text]) => [name, slow.includes(name) ? text.replace(/^ +cdk8s-control-plane-tracing\.github\.io\/first-rename: .*\n/m, '') : text]);
  expect(Object.fromEntries(now)).toEqual(original);
  expect(tracingFiles()).toEqual([]);
  const { stdout } = await cluster.kubectl(['-n', 'kube-system', 'get', 'lease', 'control-plane-tracing-certificates', '-o', 'jsonpath={.spec.renewTime}']);
  expect(stdout).toBe('');
});
