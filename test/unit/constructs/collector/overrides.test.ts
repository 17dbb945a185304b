import { Size } from 'cdk8s';
import { agentObjects, collectorObjects, configOf, podOf } from './collector-objects';
import { CollectorAgentProps, CollectorComponentKind, CollectorDistribution, CollectorProps, SecretRef, SpanExporter, SpanFilter } from '../../../../src';

type Overrides = NonNullable<CollectorProps['configOverrides']>;

const tempo = SpanExporter.otlpGrpc('tempo', { endpoint: 'tempo:4317' });
const grpc = (server: unknown): Overrides => ({ receivers: { otlp: { protocols: { grpc: server } } } });
const pipeline = (traces: unknown): Overrides => ({ service: { pipelines: { traces } } });
const reader = (prometheus: object): Overrides => ({ service: { telemetry: { metrics: { readers: [{ pull: { exporter: { prometheus } } }] } } } });
const processors = (...more: string[]) => pipeline({ processors: ['memory_limiter', ...more] });

const REFUSED: [string, Overrides, string, CollectorProps?][] = [
  ['a section that is none', { recievers: {} }, "'configOverrides' (recievers) must be left out or renamed: at the top the Collector knows only receivers,"],
  ['a key of the service that is none', { service: { extension: [] } }, "'configOverrides' (service.extension)"],
  ['a key of a pipeline that is none', pipeline({ exporter: ['debug'] }), "'configOverrides' (service.pipelines.traces.exporter)"],
  ['a pipeline of nothing', { service: { pipelines: { spans: {} } } }, "'configOverrides' (service.pipelines.spans) must be called traces, metrics, logs or profiles"],
  ['a component without a name', { exporters: { '/x': {} } }, "'configOverrides' (exporters./x) must be called"],
  ['a key of the telemetry that is none', { service: { telemetry: { metrics: { address: ':8888' } } } }, "'configOverrides' (service.telemetry.metrics.address) must be left out or renamed: in service.telemetry.metrics the Collector knows only level, readers, views"],
  ['a key of the receiver that is none', grpc({ endpont: 'x' }), "'configOverrides' (receivers.otlp.protocols.grpc.endpont)"],
  ['a key of a queue that is none', { exporters: { 'otlp_grpc/tempo': { sending_queue: { size: 1 } } } }, "'configOverrides' (exporters.otlp_grpc/tempo.sending_queue.size)"],
  ['a key of a list that is none', { processors: { transform: { trace_statements: [{ contxt: 'span' }] } } }, "'configOverrides' (processors.transform.trace_statements.0.contxt)"],
  ['a text where there are components', { exporters: 'debug' }, "'configOverrides' (exporters) must be a map, and it is the text debug"],
  ['a list where there are components', { processors: [] }, "'configOverrides' (processors) must be a map, and it is a list"],
  ['a text where there is a component', { exporters: { debug: 'x' } }, "'configOverrides' (exporters.debug) must be a map, and it is the text x"],
  ['a text where there are extensions', { service: { extensions: 'health_check' } }, "'configOverrides' (service.extensions) must be a list of names, and it is the text health_check"],
  ['a map where there are exporters', pipeline({ exporters: { debug: {} } }), "'configOverrides' (service.pipelines.traces.exporters) must be a list of names, and it is a map"],
  ['a text where there are processors', pipeline({ processors: 'memory_limiter' }), "'configOverrides' (service.pipelines.traces.processors)"],
  ['a number among processors', pipeline({ processors: ['memory_limiter', 1] }), "'configOverrides' (service.pipelines.traces.processors.1) must be a name, and it is number 1"],
  ['a text where there are pipelines', { service: { pipelines: 'traces' } }, "'configOverrides' (service.pipelines)"],
  ['a list where there is the service', { service: [] }, "'configOverrides' (service) must be a map"],
  ['telemetry that is a text', { service: { telemetry: 'x' } }, "'configOverrides' (service.telemetry)"],
  ['a receiver that is a text', { receivers: { otlp: 'x' } }, "'configOverrides' (receivers.otlp)"],

  ['an exporter that the image does not have', { exporters: { kafka: {} } }, "'distribution' (K8S) must have the exporter kafka; 'distribution' CONTRIB has it"],
  ['a processor that the image does not have', { processors: { span: {} } }, "'distribution' (K8S) must have the processor span"],
  ['an extension that the image does not have', { extensions: { sigv4auth: {} } }, 'must have the extension sigv4auth'],
  ['a receiver that the image does not have', { receivers: { datadog: {} } }, 'must have the receiver datadog'],
  ['a connector that no image has', { connectors: { mine: {} } }, "no distribution is known to have it: set 'collectorImage'"],
  ['a component of a deprecated name', { exporters: { otlphttp: {} } }, "'exporters' (otlphttp) must name the exporter otlp_http: the old name is deprecated"],

  ['no health check', { extensions: { health_check: null }, service: { extensions: [] } }, 'must keep the extension health_check'],
  ['a health check that does not run', { service: { extensions: [] } }, 'must keep the extension health_check'],
  ['a health check at another port', { extensions: { health_check: { endpoint: '[${env:POD_IP}]:13134' } } }, "'configOverrides' (extensions.health_check.endpoint: [${env:POD_IP}]:13134)"],
  ['a health check at another path', { extensions: { health_check: { path: '/healthz' } } }, 'must keep the extension health_check'],
  ['a health check that nobody reaches', { extensions: { health_check: { endpoint: 'localhost:13133' } } }, 'must keep the extension health_check'],
  ['gRPC at another port', grpc({ endpoint: '[${env:POD_IP}]:4318' }), "'configOverrides' (receivers.otlp.protocols.grpc.endpoint: [${env:POD_IP}]:4318) must keep a receiver otlp"],
  ['gRPC that nobody reaches', grpc({ endpoint: '127.0.0.1:4317' }), 'must keep a receiver otlp'],
  ['no gRPC', grpc(null), 'must keep a receiver otlp'],
  ['another receiver in the pipeline', { ...pipeline({ receivers: ['zipkin'] }), receivers: { zipkin: {} } }, 'must keep a receiver otlp'],
  ['metrics at another port', reader({ host: '0.0.0.0', port: 9999 }), "keep a Prometheus reader at port 8888 of the pod's address where there is 'podMonitor'", { podMonitor: true }],
  ['metrics of the pod alone', reader({ host: 'localhost', port: 8888 }), "keep a Prometheus reader at port 8888 of the pod's address", { prometheusRule: true }],
  ['no metrics', { service: { telemetry: { metrics: { level: 'none', readers: [] } } } }, 'keep a Prometheus reader', { dashboard: true }],
  ['metrics of other names', reader({ host: '0.0.0.0', port: 8888, without_type_suffix: true, without_scope_info: true }), 'keep without_units true', { prometheusRule: true }],

  ['tail sampling on several pods', { ...processors('tail_sampling'), processors: { tail_sampling: { num_traces: 100 } } }, "'replicas' (2) must be 1 with the processor tail_sampling", { replicas: 2 }],
  ['grouping by trace on several pods', { ...processors('groupbytrace/x'), processors: { 'groupbytrace/x': {} } }, "'replicas' (2) must be 1 with the processor groupbytrace/x", { replicas: 2 }],
  ['more traces than there is memory', { ...processors('tail_sampling'), processors: { tail_sampling: {} } }, "'maxTraces' (50000) must be smaller"],
  ['no number of traces', { ...processors('tail_sampling'), processors: { tail_sampling: { num_traces: 'many' } } }, "'configOverrides' (processors.tail_sampling.num_traces: many)"],
  ['a queue for which there is no memory', { exporters: { 'otlp_grpc/tempo': { sending_queue: { queue_size: 1e9 } } } }, "'queueSize' (1000000000 + 87381) must be smaller, or 'memoryLimit' (512 MiB) larger"],
  ['a queue of no size', { exporters: { 'otlp_grpc/tempo': { sending_queue: { queue_size: NaN } } } }, "'queueSize' (exporters.otlp_grpc/tempo.sending_queue.queue_size: NaN)"],
  ['a queue of half a span', { exporters: { 'otlp_grpc/tempo': { sending_queue: { queue_size: 0.5 } } } }, "'queueSize' (exporters.otlp_grpc/tempo.sending_queue.queue_size: 0.5)"],

  ['a variable that nothing defines', { exporters: { debug: { verbosity: '${env:TYPO}' } } }, "'configOverrides' (${env:TYPO}) must be among the environment variables that an exporter brings as 'secretEnv', or that 'env' names (there are none), or have a default as in ${env:TYPO:-}: exporters.debug.verbosity refers to it"],
  ['a variable without its scheme', { exporters: { debug: { verbosity: 'a${TYPO}b' } } }, "'configOverrides' (${env:TYPO})"],
];

const withTempo = (props: CollectorProps): CollectorProps => ({ exporters: [tempo, SpanExporter.debug()], ...props });

test.each(REFUSED)('overrides fail with %s', (_what, configOverrides, message, props = {}) => {
  expect(() => collectorObjects(withTempo({ ...props, configOverrides }))).toThrow(message);
});

test.each<[string, Overrides, CollectorProps?]>([
  ['another receiver beside the own one', { receivers: { jaeger: { protocols: {} } }, ...pipeline({ receivers: ['otlp', 'jaeger'] }) }],
  ['gRPC on all addresses', grpc({ endpoint: '0.0.0.0:4317' })],
  ['metrics at another port that nobody reads', reader({ host: '0.0.0.0', port: 9999 })],
  ['another pipeline', { receivers: { prometheus: {} }, service: { pipelines: { metrics: { receivers: ['prometheus'], processors: ['memory_limiter'], exporters: ['debug'] } } } }],
  ['tail sampling on one pod', { ...processors('tail_sampling'), processors: { tail_sampling: { num_traces: 1000 } } }],
  ['tail sampling that no pipeline uses', { processors: { tail_sampling: {} } }, { replicas: 2 }],
  ['a queue that is switched off', { exporters: { 'otlp_grpc/tempo': { sending_queue: { enabled: false } } } }],
  ['keys that a newer Collector may know', { processors: { memory_limiter: { newer: 1 } } }, { collectorVersion: '0.170.0' }],
  ['keys that a build may know', { processors: { memory_limiter: { own: 1 } } }, { distribution: CollectorDistribution.CUSTOM, collectorImage: 'mine' }],
  ['what every pod knows', { exporters: { debug: { verbosity: '${env:POD_IP}${NODE_NAME}' } } }],
  ['a variable with a default', { exporters: { debug: { verbosity: '${env:VERBOSITY:-basic}' } } }],
  ['a dollar that refers to nothing', { exporters: { debug: { verbosity: '$${env:TYPO}' } } }],
  ['a component of contrib', { exporters: { logicmonitor: {}, googlecloudstorage: {} }, extensions: { otlp_encoding: {} } }, { distribution: CollectorDistribution.CONTRIB }],
  ['a component that the image has', { processors: { mine: {} } }, { imageComponents: [{ kind: CollectorComponentKind.PROCESSOR, typeName: 'mine' }] }],
])('overrides take %s', (_what, configOverrides, props = {}) => {
  expect(() => collectorObjects(withTempo({ ...props, configOverrides }))).not.toThrow();
});

test.each<[string, Partial<CollectorAgentProps>, string]>([
  ['the port of gRPC moved', { configOverrides: grpc({ endpoint: '127.0.0.1:4444' }) }, 'that takes gRPC at port 4317'],
  ['the health check gone', { configOverrides: { service: { extensions: [] } } }, 'must keep the extension health_check'],
  ['metrics that a monitor does not find', { podMonitor: true, configOverrides: reader({ host: '0.0.0.0', port: 1 }) }, 'keep a Prometheus reader at port 8889'],
  ['a component that the image does not have', { configOverrides: { exporters: { kafka: {} } } }, 'must have the exporter kafka'],
  ['a variable that nothing defines', { configOverrides: { exporters: { debug: { verbosity: '${env:TYPO}' } } } }, '${env:TYPO}'],
])('an agent fails with %s', (_what, props, message) => {
  expect(() => agentObjects(props)).toThrow(message);
});

describe('credentials over plain text', () => {
  const exporter = (config: object) => ({
    bind: () => ({
      exporterId: 'otlp_http/x', config, extensions: [{ extensionId: 'bearertokenauth' }], secretEnv: { KEY: SecretRef.fromSecretName('a', 'b') },
    }),
  });

  test.each<[string, object]>([
    ['a token', { endpoint: 'http://x', auth: { authenticator: 'bearertokenauth' } }],
    ['a header', { endpoint: 'http://x', headers: { 'x-api-key': '${env:KEY}' } }],
    ['a header of traces', { endpoint: 'https://x', traces_endpoint: 'http://x', headers: [{ name: 'x-api-key', value: '${env:KEY}' }] }],
  ])('are refused: %s', (_what, config) => {
    expect(() => collectorObjects({ exporters: [exporter(config)] })).toThrow('in plain text anybody on the way could read it');
  });

  test('are refused when an override takes TLS away', () => {
    const secure = SpanExporter.otlpGrpc('x', { endpoint: 'x:4317', bearerToken: SecretRef.fromSecretName('a', 'b') });
    expect(() => collectorObjects({ exporters: [secure], configOverrides: { exporters: { 'otlp_grpc/x': { tls: { insecure: true } } } } }))
      .toThrow("'configOverrides' (exporters.otlp_grpc/x.tls.insecure) must ask for TLS");
    expect(() => collectorObjects({ exporters: [secure], configOverrides: { exporters: { 'otlp_grpc/x': { endpoint: 'http://x:4317' } } } }))
      .toThrow("'configOverrides' (exporters.otlp_grpc/x.endpoint) must ask for TLS");
  });
});

test('a pod has the name of its node where the configuration asks for it', () => {
  const names = (props: CollectorProps) => podOf(collectorObjects(props)).containers[0].env.map(({ name }: { name: string }) => name);
  expect(names({})).not.toContain('NODE_NAME');
  expect(names({ configOverrides: { exporters: { debug: { verbosity: '${env:NODE_NAME:-x}${NODE_NAME}' } } } })).toContain('NODE_NAME');
});

describe('removeConfig', () => {
  const dropping: CollectorProps = { dropSpans: [SpanFilter.watches()] };

  test('takes out keys, with what they hold', () => {
    const config = configOf(collectorObjects({ removeConfig: ['receivers/otlp/protocols/grpc/keepalive', 'service/telemetry/logs'] }));
    expect(Object.keys(config.receivers.otlp.protocols.grpc)).toEqual(['endpoint', 'max_recv_msg_size_mib']);
    expect(Object.keys(config.service.telemetry)).toEqual(['metrics']);
  });

  test('knows names with a slash, and items of lists', () => {
    const config = configOf(collectorObjects({
      ...dropping, removeConfig: ['processors/transform~1identity', 'service/pipelines/traces/processors/transform~1identity', 'service/pipelines/traces/processors/1', 'processors/filter'],
    }));
    expect(Object.keys(config.processors)).toEqual(['memory_limiter']);
    expect(config.service.pipelines.traces.processors).toEqual(['memory_limiter']);
  });

  test('comes after the overrides', () => {
    const config = configOf(collectorObjects({ configOverrides: { exporters: { debug: { sampling_initial: 1 } } }, removeConfig: ['exporters/debug/sampling_initial'] }));
    expect(config.exporters.debug).not.toHaveProperty('sampling_initial');
  });

  test('takes out items by their number', () => {
    const config = configOf(collectorObjects({ removeConfig: ['service/telemetry/metrics/readers/0/pull/exporter/prometheus/without_units'] }));
    expect(config.service.telemetry.metrics.readers[0].pull.exporter.prometheus).not.toHaveProperty('without_units');
  });

  test('is what an agent has too', () => {
    expect(configOf(agentObjects({ removeConfig: ['service/telemetry/logs'] })).service.telemetry).not.toHaveProperty('logs');
  });

  test.each([
    ['what is not there', 'processors/filter', "'removeConfig' (processors/filter) must lead to something in the configuration: at filter there are only memory_limiter, transform~1identity"],
    ['what is below nothing', 'receivers/otlp/protocols/grpc/endpoint/x', 'there is nothing below it to call x'],
    ['an item that is not there', 'service/pipelines/traces/processors/7', 'at 7 there are only memory_limiter, transform~1identity'],
    ['the length of a list', 'service/pipelines/traces/processors/length', 'at length there are only'],
    ['what every object has', 'processors/constructor', 'at constructor there are only'],
    ['nothing', '', "'removeConfig' () must be keys"],
    ['a slash at the beginning', '/processors', "'removeConfig' (/processors) must be keys"],
    ['another escape', 'processors/transform~2x', 'In a key'.toLowerCase()],
    ['what a pipeline still needs', 'processors/transform~1identity', "'configOverrides' (transform/identity) must be defined among the processors"],
    ['what the probes need', 'service/extensions/health_check', 'must keep the extension health_check'],
  ])('refuses to take out %s', (_what, path, message) => {
    expect(() => collectorObjects({ removeConfig: [path] })).toThrow(message);
  });
});

test('a persistent queue is checked against its volume', () => {
  expect(() => collectorObjects(withTempo({ queueVolumeSize: Size.mebibytes(500), configOverrides: { exporters: { 'otlp_grpc/tempo': { sending_queue: { queue_size: 1_000_000 } } } } })))
    .toThrow("'queueVolumeSize' (500 MiB) larger");
});
