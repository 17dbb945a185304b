import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import {
  Collector, CollectorAddress, CollectorAgent, CollectorNetworkPolicy, SecretRef, SpanExporter, SpanSampling, TlsKeyPair, TracingConfig, TracingStack,
  TracingStackProps,
} from '../../../../src';
import { KNOWN_PROPS } from '../../../../src/constructs/kit/known-props';
import { publicApi } from '../public-api';

/** Props that nothing reads, as languages without types let them through. */

const chart = () => new Chart(new App(), 'chart', { namespace: 'telemetry' });
const apiKey = SecretRef.fromSecretName('s', 'k');

test.each(Object.entries(KNOWN_PROPS))('%s has the props that are known', (type, known) => {
  expect([...known].sort()).toEqual([...new Set(publicApi().interfaces.get(type)!.map(({ name }) => name))].sort());
});

test.each<[string, () => unknown, string]>([
  ['a missing letter', () => new TracingStack(chart(), 'x', { samplingRatePerMilion: 100 } as any), "'samplingRatePerMilion' must be left out or renamed: TracingStackProps has no such prop, did you mean samplingRatePerMillion?"],
  ['another case', () => new TracingStack(chart(), 'x', { clusterip: '10.96.0.50' } as any), "'clusterip' must be left out or renamed: TracingStackProps has no such prop, did you mean clusterIP?"],
  ['the spelling of Python', () => new TracingStack(chart(), 'x', { control_plane_nodes: 3 } as any), 'did you mean controlPlaneNodes?'],
  ['one of many', () => new TracingStack(chart(), 'x', { exporter: [] } as any), 'did you mean exporters?'],
  ['swapped letters', () => new Collector(chart(), 'x', { lables: {} } as any), "'lables' must be left out or renamed: CollectorProps has no such prop, did you mean labels?"],
  ['a prop of the collector', () => new Collector(chart(), 'x', { queueVolumSize: 5 } as any), 'did you mean queueVolumeSize?'],
  ['a prop of the agent', () => new CollectorAgent(chart(), 'x', { exporters: [SpanExporter.debug()], otlpGRPCport: 5 } as any), 'did you mean otlpGrpcPort?'],
  ['a prop of the configuration', () => new TracingConfig(chart(), 'x', { collector: CollectorAddress.endpoint('10.0.0.1:4317'), samplingRatePerMillon: 5 } as any), 'did you mean samplingRatePerMillion?'],
])('%s in the name of a prop is told', (_what, make, message) => {
  expect(make).toThrow(message);
});

test.each<[string, () => unknown, string]>([
  ['an exporter', () => SpanExporter.otlpGrpc('a', { endpoint: 'a:1', timout: 5 } as any), "'options.timout' must be left out or renamed: OtlpGrpcExporterOptions has no such prop, did you mean timeout?"],
  ['a preset, which has no headers of one\'s own', () => SpanExporter.honeycomb('a', { apiKey, plainHeaders: { a: 'b' } } as any), "'options.plainHeaders' must be left out or renamed: HoneycombExporterOptions has only batchFlushTimeout,"],
  ['a preset, which has its own way to show who it is', () => SpanExporter.grafanaCloud('a', { endpoint: 'https://a.grafana.net/otlp', instanceId: '5', token: apiKey, bearerToken: apiKey } as any), "'options.bearerToken' must be left out or renamed"],
  ['Jaeger', () => SpanExporter.jaeger('a', { endpoint: 'a:1', tenant: 'x' } as any), "'options.tenant' must be left out"],
  ['HTTP, which has its scheme', () => SpanExporter.otlpHttp('a', { endpoint: 'https://a', insecure: true } as any), "'options.insecure' must be left out"],
  ['files', () => SpanExporter.file('a', { rotationBackup: 5 } as any), 'did you mean rotationBackups?'],
  ['sampling', () => SpanSampling.tail({ restPercentage: 5, keepError: false } as any), 'did you mean keepErrors?'],
  ['certificates', () => TlsKeyPair.fromSecretName('a', { certKey: 'a' } as any), "'options.certKey' must be left out or renamed: TlsKeyPairOptions has only certificateKey, privateKeyKey"],
  ['a network policy', () => CollectorNetworkPolicy.cilium({ nodeCidrs: ['10.0.0.0/8'] } as any), "'options.nodeCidrs' must be left out"],
  ['an address', () => CollectorAddress.service({ namespace: 'a', name: 'b', ports: 5 } as any), 'did you mean port?'],
  ['the options of a stack\'s collector', () => new TracingStack(chart(), 'x', { collectorOptions: { podMonitors: true } as any }), "'collectorOptions.podMonitors' must be left out or renamed: CollectorOptions has no such prop, did you mean podMonitor?"],
  ['the options of a stack\'s agent', () => new TracingStack(chart(), 'x', { agent: { replicas: 3 } as any }), "'agent.replicas' must be left out or renamed: CollectorAgentOptions has no such prop"],
  ['upkeep', () => new TracingStack(chart(), 'x', { upkeep: { timezone: 'Etc/UTC' } as any }), "'upkeep.timezone' must be left out or renamed: UpkeepOptions has no such prop, did you mean timeZone?"],
  ['what an exporter brings', () => new Collector(chart(), 'x', { exporters: [{ bind: () => ({ exporterId: 'debug', secretenv: {} } as any) }] }), "'exporters[0].bind().secretenv' must be left out or renamed: SpanExporterConfig has no such prop, did you mean secretEnv?"],
  ['what an extension is', () => new Collector(chart(), 'x', { exporters: [{ bind: () => ({ exporterId: 'debug', extensions: [{ extensionId: 'a', configuration: {} } as any] }) }] }), "extensions[0].configuration' must be left out"],
])('what %s does not know is refused', (_what, make, message) => {
  expect(make).toThrow(message);
});

test('what is left out is no prop', () => {
  expect(() => SpanExporter.otlpGrpc('a', { endpoint: 'a:1', timout: undefined, tenant: null } as any)).not.toThrow();
});

interface PlatformProps extends TracingStackProps {
  readonly team: string;
  readonly stage: string;
  readonly clusterId: string;
  readonly exporter: string;
}

test('whoever extends a construct may hand its own props on', () => {
  class Platform extends TracingStack {
    constructor(scope: Construct, id: string, props: PlatformProps) {
      super(scope, id, props);
    }
  }
  expect(() => new Platform(chart(), 'x', { team: 'a', stage: 'prod', clusterId: '5', exporter: 'x' })).not.toThrow();
});

test('whoever composes with a construct may hand its own props on', () => {
  const props: Omit<PlatformProps, 'exporter'> = { team: 'a', stage: 'prod', clusterId: '5' };
  expect(() => new TracingStack(chart(), 'x', props)).not.toThrow();
});

test('a name that is near to a prop which is given is one of somebody else', () => {
  expect(() => new TracingStack(chart(), 'x', { exporters: [SpanExporter.debug()], exporter: 'x' } as TracingStackProps)).not.toThrow();
});
