import { Duration } from 'cdk8s';
import { agentObjects, collectorObjects, configOf } from './collector-objects';
import {
  CollectorAgentProps, CollectorDistribution, CollectorProps, SecretRef, SpanExporter, SpanFilter, SpanRedaction, SpanSampling, TlsKeyPair, TrustedCa,
} from '../../../../src';

/** What the props refuse is refused as an override, too, and what they ask for is not taken out by one. */

const grpc = SpanExporter.otlpGrpc('a', { endpoint: 'a:4317' });
const http = SpanExporter.otlpHttp('a', { endpoint: 'https://a' });
const ofGrpc = (change: unknown): CollectorProps => ({ exporters: [grpc], configOverrides: { exporters: { 'otlp_grpc/a': change } } });
const ofHttp = (change: unknown): CollectorProps => ({ exporters: [http], configOverrides: { exporters: { 'otlp_http/a': change } } });
const ofProcessor = (id: string, change: unknown, props: CollectorProps = {}): CollectorProps =>
  ({ ...props, configOverrides: { processors: { [id]: change } } });
const ofTelemetry = (telemetry: unknown): CollectorProps => ({ configOverrides: { service: { telemetry } } });
const server = (change: unknown, props: CollectorProps = {}): CollectorProps => ({
  ...props, configOverrides: { receivers: { otlp: { protocols: { grpc: change } } } },
});
const processors = (list: string[], props: CollectorProps): CollectorProps => ({
  ...props, configOverrides: { service: { pipelines: { traces: { processors: list } } } },
});

test.each<[string, CollectorProps, string]>([
  ['a URL without a host', ofHttp({ endpoint: 'https:x' }), "'configOverrides' (exporters.otlp_http/a.endpoint) must be a URL with https:// or http://, a host"],
  ['a URL without a scheme', ofHttp({ endpoint: 'a:4318' }), "'configOverrides' (exporters.otlp_http/a.endpoint) must be a URL"],
  ['a port that is none', ofGrpc({ endpoint: 'a:99999' }), "'configOverrides' (exporters.otlp_grpc/a.endpoint) must be host:port with a port from 1 to 65535"],
  ['a host without a port', ofGrpc({ endpoint: 'a' }), '(exporters.otlp_grpc/a.endpoint) must be host:port'],
  ['no destination', { exporters: [grpc], removeConfig: ['exporters/otlp_grpc~1a/endpoint'] }, "'removeConfig' (exporters/otlp_grpc~1a/endpoint) must leave a configuration that holds"],
  ['a compression that is none', ofHttp({ compression: 'brotli' }), '(exporters.otlp_http/a.compression) must be one of none, gzip,'],
  ['a time without a unit', ofHttp({ timeout: '10' }), '(exporters.otlp_http/a.timeout) must be a time with its unit, such as 10s'],
  ['a time that is a number', ofHttp({ timeout: 10 }), '(exporters.otlp_http/a.timeout: 10) must be a time with its unit'],
  ['a negative time', ofHttp({ timeout: '-1s' }), '(exporters.otlp_http/a.timeout) must be a time with its unit'],
  ['a time of the receiver that is none', server({ keepalive: { server_parameters: { max_connection_age: '1 minute' } } }), 'max_connection_age) must be a time with its unit'],
  ['nobody who sends', ofHttp({ sending_queue: { num_consumers: 0 } }), 'num_consumers: 0) must be a whole number from 1 to 1000'],
  ['a queue of another unit', ofHttp({ sending_queue: { sizer: 'byte' } }), '.sending_queue.sizer) must be one of items, bytes, requests'],
  ['a batch of another unit', ofHttp({ sending_queue: { batch: { sizer: 'spans' } } }), '.batch.sizer) must be one of items, bytes'],
  ['a batch that receivers refuse', ofHttp({ sending_queue: { batch: { max_size: 1e9 } } }), '.batch.max_size: 1000000000) must be a whole number from 0 to 67108864'],
  ['a batch that never fills', ofHttp({ sending_queue: { batch: { min_size: 9e6 } } }), 'must be at least min_size (9000000)'],
  ['retries that begin later than they end', ofHttp({ retry_on_failure: { initial_interval: '60s' } }), 'max_interval) must be a time of at least initial_interval (60s)'],
  ['a share above all', ofProcessor('probabilistic_sampler', { sampling_percentage: 150 }, { sampling: SpanSampling.probabilistic(5) }), 'sampling_percentage: 150) must be a number from 0.01 to 100'],
  ['a decision before spans come', ofProcessor('tail_sampling', { decision_wait: '1s' }, { sampling: SpanSampling.tail({ restPercentage: 1 }) }), 'decision_wait) must be from 6 s to 600 s'],
  ['a memory limiter above the limit', ofProcessor('memory_limiter', { limit_mib: 4000 }), 'limit_mib: 4000) must be a whole number from 1 to 512'],
  ['a memory limiter of 200 %', ofProcessor('memory_limiter', { limit_percentage: 200 }), 'limit_percentage: 200) must be a whole number from 1 to 100'],
  ['a spike above the limit', ofProcessor('memory_limiter', { spike_limit_percentage: 90 }), 'spike_limit_percentage: 90) must be a whole number from 0 to 79'],
  ['a mode of errors that is none', ofProcessor('transform/identity', { error_mode: 'ignor' }), 'error_mode) must be one of ignore, silent, propagate'],
  ['a verbosity that is none', { configOverrides: { exporters: { debug: { verbosity: 'verbose' } } } }, '(exporters.debug.verbosity) must be one of basic, normal, detailed'],
  ['a level of metrics that is none', ofTelemetry({ metrics: { level: 'verbose' } }), '(service.telemetry.metrics.level) must be one of'],
  ['a level of the log that is none', ofTelemetry({ logs: { level: 'loud' } }), '(service.telemetry.logs.level) must be one of'],
  ['an encoding of the log that is none', ofTelemetry({ logs: { encoding: 'xml' } }), '(service.telemetry.logs.encoding) must be one of json, console'],

  ['a text for a switch', ofGrpc({ tls: { insecure: 'true' } }), "'configOverrides' (exporters.otlp_grpc/a.tls.insecure) must be true or false"],
  ['a text for a switch of what is optional', ofHttp({ sending_queue: { enabled: 'false' } }), '(exporters.otlp_http/a.sending_queue.enabled) must be true or false'],
  ['a switch for a map', ofHttp({ sending_queue: true }), '(exporters.otlp_http/a.sending_queue: true) must be a map'],
  ['a list for a map', ofHttp({ sending_queue: [] }), '(exporters.otlp_http/a.sending_queue) must be a map'],
  ['a number for a text', ofHttp({ headers: { x: 5 } }), '(exporters.otlp_http/a.headers) must have texts as values: what is none belongs in quotes'],
  ['a number for a text, in a list', ofHttp({ headers: [{ name: 'x', value: 5 }] }), '(exporters.otlp_http/a.headers) must have texts as values'],
  ['a text for headers', ofHttp({ headers: 'a=b' }), '(exporters.otlp_http/a.headers) must be a map of names and texts'],
  ['a fraction of a whole number', ofHttp({ sending_queue: { num_consumers: 1.5 } }), 'num_consumers: 1.5) must be a whole number'],
  ['a text for a port', ofTelemetry({ metrics: { readers: [{ pull: { exporter: { prometheus: { host: '0.0.0.0', port: '8888' } } } }] } }), 'prometheus.port) must be a whole number'],
  ['a map for a list', ofTelemetry({ metrics: { readers: {} } }), '(service.telemetry.metrics.readers) must be a list'],
  ['a number in a list of maps', ofTelemetry({ metrics: { readers: [5] } }), '(service.telemetry.metrics.readers.0: 5) must be a map'],
  ['no reader of metrics', ofTelemetry({ metrics: { readers: [] } }), '(service.telemetry.metrics) must have a reader, or the level none'],
  ['a batch that never waits', ofHttp({ sending_queue: { batch: { flush_timeout: '0s' } } }), 'flush_timeout) must be from 0.001 s'],
  ['an age that Go cannot count', ofHttp({ timeout: '9999999h' }), '(exporters.otlp_http/a.timeout) must be a time with its unit'],
  ['retries that end before the longest wait', ofHttp({ retry_on_failure: { max_elapsed_time: '5s' } }), 'max_elapsed_time) must be at least max_interval (30s), or 0'],
  ['messages smaller than a batch', server({ max_recv_msg_size_mib: 1 }), 'max_recv_msg_size_mib: 1) must be a whole number from 4 to 1024'],
  ['a memory limiter without a limit', ofProcessor('memory_limiter', { limit_percentage: null }), '(processors.memory_limiter) must have limit_percentage or limit_mib'],
  ['a memory limiter that never looks', ofProcessor('memory_limiter', { check_interval: '0s' }), 'check_interval) must be from 0.001 s'],
  ['no attributes of a resource', { configOverrides: { processors: { resource: {} }, service: { pipelines: { traces: { processors: ['memory_limiter', 'resource', 'transform/identity'] } } } } }, '(processors.resource) must have attributes, and at least one'],
  ['a health check that is behind a feature gate', { configOverrides: { extensions: { health_check: { use_v2: true } } } }, '(extensions.health_check.use_v2) must be left out'],
  ['a certificate without its key', ofHttp({ tls: { cert_file: '/a' } }), '(exporters.otlp_http/a.tls) must have a certificate and its key, or neither'],
  ['a version of TLS that is none', ofHttp({ tls: { min_version: '1.4' } }), 'tls.min_version) must be one of 1.0, 1.1, 1.2, 1.3'],
  ['a server that has no certificate', { configOverrides: { receivers: { otlp: { protocols: { http: { endpoint: '0.0.0.0:4318', tls: { client_ca_file: '/a' } } } } } } }, 'protocols.http.tls) must have a certificate and its key'],
  ['files that are appended to and rotated', { configOverrides: { exporters: { 'file/stdout': { rotation: { max_megabytes: 1 } } } } }, '(exporters.file/stdout) must have append or rotation, and not both'],
  ['a sampler of another mode', ofProcessor('probabilistic_sampler', { mode: 'fair' }, { sampling: SpanSampling.probabilistic(5) }), 'mode) must be one of hash_seed, proportional, equalizing'],
  ['what a plain variable says', { ...ofHttp({ endpoint: '${env:BACKEND}' }), env: { BACKEND: 'a:4318' } }, '(exporters.otlp_http/a.endpoint) must be a URL'],
  ['the number that a plain variable says', { ...ofHttp({ sending_queue: { queue_size: '${env:SIZE}' } }), env: { SIZE: '1000000000' } }, "'queueSize' (1000000000) must be smaller"],

  ['views of metrics that the level does not have', ofTelemetry({ metrics: { views: [{ selector: { instrument_name: 'x' } }] } }), '(service.telemetry.metrics.views) must be left out, or level be detailed'],
  ['a number as an attribute of the Collector', ofTelemetry({ resource: { 'service.name': 5 } }), '(service.telemetry.resource.service.name: 5) must be a text'],
  ['attributes in a text', ofTelemetry({ resource: { attributes_list: 'a=b' } }), '(service.telemetry.resource.attributes_list) must be left out'],

  ['a Duration', ofProcessor('memory_limiter', { check_interval: Duration.seconds(1) }), "'configOverrides' (processors.memory_limiter.check_interval: a Duration) must be a map, a list, a text"],
  ['a function', ofProcessor('memory_limiter', { check_interval: () => '1s' }), '(processors.memory_limiter.check_interval: a function)'],
  ['a Map', { configOverrides: { processors: new Map([['a', {}]]) } }, "'configOverrides' (processors: a Map)"],
  ['no number', ofProcessor('tail_sampling', { expected_new_traces_per_sec: NaN }, { sampling: SpanSampling.tail({ restPercentage: 1 }) }), "'configOverrides' (processors.tail_sampling.expected_new_traces_per_sec: NaN) must be a number"],
  ['a key that JavaScript keeps for itself', { configOverrides: JSON.parse('{"processors":{"__proto__":{"a":1}}}') }, "'configOverrides' (processors: a map with the key __proto__)"],

  ['another listener at the port of metrics', { configOverrides: { receivers: { otlp: { protocols: { http: { endpoint: '0.0.0.0:8888' } } } } } }, 'port 8888) must be another port: receivers.otlp.protocols.http.endpoint has it'],
  ['another listener at the port of the health check', { configOverrides: { receivers: { otlp: { protocols: { http: { endpoint: '0.0.0.0:13133' } } } } } }, 'port 13133) must be another port'],
  ['TLS that senders do not know of', server({ tls: { cert_file: '/a', key_file: '/b' } }), "(receivers.otlp.protocols.grpc.tls) must be left out: for TLS give 'receiverCertificate'"],
  ['plain text where senders use TLS', server({ tls: null }, { receiverCertificate: TlsKeyPair.fromSecretName('t') }), "must be kept where 'receiverCertificate' is given"],
  ['anybody where clients show certificates', server({ tls: { client_ca_file: null } }, { receiverCertificate: TlsKeyPair.fromSecretName('t'), receiverClientCa: TrustedCa.fromSecretName('c') }), "must be kept where 'receiverClientCa' is given"],
  ['credentials that the components do not have', server({ auth: { authenticator: 'basicauth' } }), 'grpc.auth) must be left out: the components'],
  ['a connector that joins nothing', { configOverrides: { connectors: { forward: {} }, service: { pipelines: { traces: { exporters: ['forward'] } } } } }, '(connectors.forward) must be an exporter of one pipeline and a receiver of another one'],
  ['no redaction', processors(['memory_limiter', 'transform/identity'], { redactions: [SpanRedaction.userAgents()] }), "must have transform/redaction, or 'redactions' be left out"],
  ['no redaction in a second pipeline', { redactions: [SpanRedaction.userAgents()], configOverrides: { service: { pipelines: { 'traces/2': { receivers: ['otlp'], processors: ['memory_limiter'], exporters: ['file/stdout'] } } } } }, '(service.pipelines.traces/2.processors) must have transform/redaction'],
  ['no sampling', processors(['memory_limiter'], { sampling: SpanSampling.probabilistic(5) }), "must have probabilistic_sampler, or 'sampling' be left out"],
  ['no filter', processors(['memory_limiter'], { dropSpans: [SpanFilter.leases()] }), "must have filter, or 'dropSpans' be left out"],
  ['no filter of traces', processors(['memory_limiter'], { dropTraces: [SpanFilter.leases()] }), "must have tail_sampling, or 'dropTraces' be left out"],
])('an override to %s is refused', (_what, props, message) => {
  expect(() => collectorObjects(props)).toThrow(message);
});

test.each<[string, CollectorProps]>([
  ['what refers to the environment', ofHttp({ endpoint: 'https://${env:POD_IP}/x', timeout: '${env:POD_IP}' })],
  ['a text for a list of one', { configOverrides: { receivers: { otlp: { protocols: { http: { endpoint: '0.0.0.0:4318', compression_algorithms: 'gzip' } } } } } }],
  ['headers as a list', ofHttp({ headers: [{ name: 'x', value: 'y' }] })],
  ['fields of any kind in the log', ofTelemetry({ logs: { initial_fields: { a: 5 } } })],
  ['an attribute of the Collector taken out', ofTelemetry({ resource: { 'service.version': null } })],
  ['statements as texts', { configOverrides: { processors: { 'transform/identity': { trace_statements: ['set(span.name, "a")'] } } } }],
  ['a whole number that a plain variable says', { ...ofHttp({ sending_queue: { queue_size: '${env:SIZE}' } }), env: { SIZE: '1000' } }],
  ['a number that is a text elsewhere', { ...ofHttp({ headers: { x: '${env:NUMBER}' } }), env: { NUMBER: '5' } }],
  ['a resolver of gRPC', ofGrpc({ endpoint: 'dns:///a:4317' })],
  ['a URL of traces with a query', ofHttp({ traces_endpoint: 'https://a/v1/traces?x=y' })],
  ['times of several units', ofHttp({ timeout: '1m30s' })],
  ['no time', ofHttp({ retry_on_failure: { max_elapsed_time: 0 } })],
  ['milliseconds of the telemetry, which are numbers', ofTelemetry({ traces: { processors: [{ batch: { schedule_delay: 5000, exporter: { otlp: { protocol: 'grpc', endpoint: 'https://a:4317', timeout: 1000 } } } }] } })],
  ['batches of another exporter', { distribution: CollectorDistribution.CONTRIB, exporters: [{ bind: () => ({ exporterId: 'kafka', config: { timeout: '5s', sending_queue: { batch: { max_size: 100, min_size: 50 } } } }) }] }],
  ['a connector that joins two pipelines', { configOverrides: { connectors: { forward: {} }, service: { pipelines: { 'traces': { exporters: ['forward'] }, 'traces/2': { receivers: ['forward'], processors: ['memory_limiter'], exporters: ['file/stdout'] } } } } }],
  ['redaction before a connector', {
    redactions: [SpanRedaction.userAgents()],
    configOverrides: {
      connectors: { forward: {} },
      service: {
        pipelines: {
          'traces': { exporters: ['forward'], processors: ['memory_limiter'] }, 'traces/2': { receivers: ['forward'], processors: ['memory_limiter', 'transform/redaction'], exporters: ['file/stdout'] },
        },
      },
    },
  }],
])('an override takes %s', (_what, props) => {
  expect(() => collectorObjects(props)).not.toThrow();
});

test('what is undefined in an override changes nothing', () => {
  expect(configOf(collectorObjects({ configOverrides: { processors: undefined } }))).toEqual(configOf(collectorObjects()));
});

test('a number with a zero before it is no place in a list', () => {
  expect(() => collectorObjects({ removeConfig: ['service/pipelines/traces/processors/01'] })).toThrow("'removeConfig' (service/pipelines/traces/processors/01) must lead to something");
});

test('what goes wrong without a part is said of the prop that takes it out', () => {
  expect(() => collectorObjects({ removeConfig: ['processors/memory_limiter'] }))
    .toThrow("'removeConfig' (processors/memory_limiter) must leave a configuration that holds: without these, 'configOverrides' (memory_limiter) must be defined");
  expect(() => collectorObjects({ removeConfig: ['service/telemetry/logs'], configOverrides: { exporters: { kafka: {} } } })).toThrow("'distribution' (K8S)");
});

describe('an agent', () => {
  const exporters = [SpanExporter.otlpHttp('a', { endpoint: 'https://a', bearerToken: SecretRef.fromSecretName('a', 'b') })];
  test.each<[string, CollectorAgentProps, string]>([
    ['takes spans from its node only', { exporters, configOverrides: { receivers: { otlp: { protocols: { grpc: { endpoint: '0.0.0.0:4317' } } } } } }, "that takes gRPC at port 4317 of the node's loopback address"],
    ['takes no port of the control plane', { exporters, configOverrides: { receivers: { otlp: { protocols: { http: { endpoint: '127.0.0.1:10250' } } } } } }, 'port 10250) must be another port: a control-plane node has kubelet there'],
  ])('%s', (_what, props, message) => {
    expect(() => agentObjects(props)).toThrow(message);
  });
});
