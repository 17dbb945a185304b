import * as fs from 'node:fs';
import { Duration, Size, Testing } from 'cdk8s';
import { Backend, distinct } from './backend';
import { components, generate } from './components';
import { ownAddress, RealCollector, until } from './real-collector';
import { Scratch } from './scratch-directory';
import { Collector, CollectorAgent, CollectorProps, SecretRef, SpanExporter, TlsKeyPair, TrustedCa } from '../../../src';
import { Authority } from '../../support/certificates';

jest.setTimeout(300_000);

const NAME = 'backend.example.com';
let binaries: Awaited<ReturnType<typeof components<'collector' | 'telemetrygen'>>>;
let scratch: Scratch;

beforeAll(async () => {
  binaries = await components('collector', 'telemetrygen');
});

beforeEach(() => {
  scratch = new Scratch();
});

afterEach(async () => scratch.clear());

async function startBackend(options: Partial<ConstructorParameters<typeof Backend>[0]> = {}): Promise<Backend> {
  const backend = new Backend({ binary: binaries.collector, root: scratch.below('backend'), ...options });
  scratch.ending(() => backend.stop());
  return backend.start();
}

function gateway(props: CollectorProps, env: { readonly [name: string]: string } = {}): RealCollector {
  const config = new Collector(Testing.chart(), 'gateway', props);
  const collector = new RealCollector({ binary: binaries.collector, root: scratch.below('gateway'), config, env });
  scratch.ending(() => collector.stop());
  return collector;
}

describe('a backend with TLS and a token', () => {
  const token = 'correct horse battery staple';
  let backend: Backend;

  beforeEach(async () => {
    const authority = new Authority(scratch.below('authority'));
    authority.issue(scratch.below('backend/tls'), NAME);
    authority.publish(scratch.below('gateway/etc/otelcol/tls/cm-ca'));
    scratch.below('gateway/etc/otelcol/tokens/secure');
    backend = await startBackend({
      receiver: {
        tls: { cert_file: `${scratch.directory}/backend/tls/tls.crt`, key_file: `${scratch.directory}/backend/tls/tls.key` },
        auth: { authenticator: 'bearertokenauth' },
      },
      extensions: { bearertokenauth: { token } },
    });
  });

  const secure = () => gateway({
    exporters: [SpanExporter.otlpGrpc('secure', {
      endpoint: backend.endpoint, serverName: NAME, ca: TrustedCa.fromConfigMapName('ca'), bearerToken: SecretRef.fromSecretName('token', 'token'),
    })],
  });
  const writeToken = (text: string) => fs.writeFileSync(`${scratch.directory}/gateway/etc/otelcol/tokens/secure/token`, text);

  test('gets every span once', async () => {
    writeToken(`${token}\n`);
    const collector = await secure().start();
    await generate(binaries.telemetrygen, `${collector.address}:4317`, '--traces', '500', '--workers', '2', '--child-spans', '2');
    await until(() => backend.spans().length >= 3000, 'all spans are there');
    await collector.stop();
    await backend.settled();
    expect(backend.spans()).toHaveLength(3000);
    expect(distinct(backend.spans()).size).toBe(3000);
  });

  test('gets nothing with another token, and what comes after the right one was written', async () => {
    writeToken('wrong');
    const collector = await secure().start();
    await generate(binaries.telemetrygen, `${collector.address}:4317`, '--traces', '5', '--child-spans', '1');
    await until(async () => await collector.metric('otelcol_exporter_send_failed_spans') === 10, 'the backend has refused them');
    expect(backend.spans()).toEqual([]);
    writeToken(token);
    await until(async () => {
      await generate(binaries.telemetrygen, `${collector.address}:4317`, '--traces', '1', '--child-spans', '0');
      return backend.spans().length > 0;
    }, 'the new token is read');
  });
});

test('a backend with user and password, over HTTPS, gets every span once, and nothing with another password', async () => {
  const address = ownAddress();
  const authority = new Authority(scratch.below('authority'));
  authority.issue(scratch.below('backend/tls'), address);
  const backend = await startBackend({
    address,
    protocol: 'http',
    receiver: {
      tls: { cert_file: `${scratch.directory}/backend/tls/tls.crt`, key_file: `${scratch.directory}/backend/tls/tls.key` },
      auth: { authenticator: 'basicauth' },
    },
    extensions: { basicauth: { htpasswd: { inline: '123456:glc-token' } } },
  });
  const writeToken = (text: string) => fs.writeFileSync(`${scratch.below('gateway/etc/otelcol/tokens/grafana')}/token`, text);
  const collector = () => gateway({
    exporters: [SpanExporter.grafanaCloud('grafana', { endpoint: `https://${backend.endpoint}`, instanceId: '123456', token: SecretRef.fromSecretName('grafana', 'token') })],
    // Its certificate is one of those that the system trusts.
  }, { SSL_CERT_FILE: authority.certificate }).start();

  writeToken('another');
  const refused = await collector();
  await generate(binaries.telemetrygen, `${refused.address}:4317`, '--traces', '5', '--child-spans', '1');
  await until(async () => await refused.metric('otelcol_exporter_send_failed_spans') === 10, 'the backend has refused them');
  await refused.stop();
  expect(backend.spans()).toEqual([]);

  writeToken('glc-token');
  const taken = await collector();
  await generate(binaries.telemetrygen, `${taken.address}:4317`, '--traces', '100', '--child-spans', '2');
  await until(() => backend.spans().length >= 300, 'all spans are there');
  await taken.stop();
  await backend.settled();
  expect(backend.spans()).toHaveLength(300);
  expect(distinct(backend.spans()).size).toBe(300);
});

test('an agent reaches its gateway by mutual TLS, and nobody does without', async () => {
  const backend = await startBackend();
  const authority = new Authority(scratch.below('authority'));
  const service = 'control-plane-tracing-collector.control-plane-tracing.svc';
  authority.issue(scratch.below('gateway/etc/otelcol/tls/secret-gateway'), service);
  authority.publish(scratch.below('gateway/etc/otelcol/tls/cm-clients'));
  authority.issue(scratch.below('agent/etc/otelcol/tls/secret-agent'), 'agent');
  authority.publish(scratch.below('agent/etc/otelcol/tls/cm-gateway-ca'));

  const chart = Testing.chart();
  const collector = new Collector(chart, 'gateway', {
    clusterName: 'prod',
    exporters: [SpanExporter.otlpGrpc('backend', { endpoint: backend.endpoint, insecure: true })],
    receiverCertificate: TlsKeyPair.fromSecretName('gateway'),
    receiverClientCa: TrustedCa.fromConfigMapName('clients'),
  });
  const realGateway = await new RealCollector({ binary: binaries.collector, root: scratch.below('gateway'), config: collector }).start();
  scratch.ending(() => realGateway.stop());
  const agent = new CollectorAgent(chart, 'agent', {
    gateway: collector,
    gatewayCa: TrustedCa.fromConfigMapName('gateway-ca'),
    gatewayClientCertificate: TlsKeyPair.fromSecretName('agent'),
    gatewayServerName: service,
  });
  // There is no DNS of a cluster here.
  const config = agent.configMap.toJson().data['config.yaml'].replace(`${service}:4317`, `${realGateway.address}:4317`);
  const realAgent = await new RealCollector({ binary: binaries.collector, root: scratch.below('agent'), config }).start(13134);
  scratch.ending(() => realAgent.stop());

  await generate(binaries.telemetrygen, `${realAgent.address}:4317`, '--traces', '200', '--child-spans', '1');
  await until(() => backend.spans().length >= 400, 'all spans are there');
  expect(distinct(backend.spans()).size).toBe(400);
  expect(backend.spans()).toHaveLength(400);
  expect(backend.spans()[0]!.resource).toMatchObject({ 'k8s.node.name': 'node-1', 'k8s.cluster.name': 'prod' });
  const before = await realGateway.metric('otelcol_receiver_accepted_spans');
  expect(before).toBe(400);
  await generate(binaries.telemetrygen, `${realGateway.address}:4317`, '--traces', '1', '--timeout', '2s').catch(() => undefined);
  expect(await realGateway.metric('otelcol_receiver_accepted_spans')).toBe(before);
});

test('a persistent queue survives its pod, and everything that was accepted arrives once the backend is back', async () => {
  const address = ownAddress();
  scratch.below('gateway/var/lib/otelcol/queue');
  const collector = gateway({
    exporters: [SpanExporter.otlpGrpc('backend', { endpoint: `${address}:4317`, insecure: true, retryMaxInterval: Duration.seconds(1) })],
    queueVolumeSize: Size.mebibytes(256),
  });
  await collector.start();
  await generate(binaries.telemetrygen, `${collector.address}:4317`, '--traces', '400', '--workers', '2', '--child-spans', '2');
  expect(await collector.metric('otelcol_receiver_accepted_spans')).toBe(2400);
  await collector.kill();
  await collector.start();
  await generate(binaries.telemetrygen, `${collector.address}:4317`, '--traces', '100', '--child-spans', '2');
  expect(await collector.metric('otelcol_receiver_accepted_spans')).toBe(300);
  await collector.kill();

  const backend = await startBackend({ address });
  await collector.start();
  await until(() => distinct(backend.spans()).size >= 2700, 'everything is there');
  await backend.settled();
  expect(distinct(backend.spans()).size).toBe(2700);
  // What was being sent when the pod was killed may arrive twice; with no backend nothing was.
  expect(backend.spans()).toHaveLength(2700);
});

test('a pod that is told to stop sends what it holds', async () => {
  const backend = await startBackend();
  const collector = await gateway({
    exporters: [SpanExporter.otlpGrpc('backend', {
      endpoint: backend.endpoint, insecure: true, batchMinSize: 100_000, queueSize: 100_000, batchFlushTimeout: Duration.minutes(5),
    })],
  }).start();
  await generate(binaries.telemetrygen, `${collector.address}:4317`, '--traces', '100', '--child-spans', '1');
  expect(backend.spans()).toEqual([]);
  await collector.stop();
  await until(() => backend.spans().length >= 200, 'all spans are there');
  expect(distinct(backend.spans()).size).toBe(200);
});

test('spans that gathered while a backend was away come in requests that it takes', async () => {
  const address = ownAddress();
  const collector = await gateway({
    exporters: [SpanExporter.otlpGrpc('backend', { endpoint: `${address}:4317`, insecure: true, retryMaxInterval: Duration.seconds(1) })],
  }).start();
  // With URLs as large as some are: more than 6 MiB for each 2048 of them.
  await generate(binaries.telemetrygen, `${collector.address}:4317`, '--batch=true', '--batch-size', '512', '--rate', '1000', '--traces', '1000',
    '--child-spans', '9', '--telemetry-attributes', `http.target="/${'x'.repeat(3000)}"`);
  const accepted = await collector.metric('otelcol_receiver_accepted_spans');
  expect(accepted).toBeGreaterThan(8192);
  const backend = await startBackend({ address });
  await until(() => distinct(backend.spans()).size >= accepted!, 'everything is there');
  expect(await collector.metric('otelcol_exporter_send_failed_spans') ?? 0).toBe(0);
});
