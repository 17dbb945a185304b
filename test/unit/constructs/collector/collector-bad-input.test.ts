import { Duration, Size } from 'cdk8s';
import { collectorObjects } from './collector-objects';
import {
  Collector, CollectorComponentKind, CollectorDistribution, CollectorNetworkPolicy, CollectorProps, CollectorVolume, QueueSizer, SecretRef,
  SpanExporter, SpanFilter, SpanRedaction, SpanSampling, TlsKeyPair, TrustedCa,
} from '../../../../src';
import { render } from '../rendering';

const tail = SpanSampling.tail({ restPercentage: 1 });
const ca = TrustedCa.fromConfigMapName('ca');
const pair = TlsKeyPair.fromSecretName('pair');
const tempo = (options: object = {}) => SpanExporter.otlpGrpc('tempo', { endpoint: 'tempo:4317', ...options });

const telemetry = (otlp: object): CollectorProps => ({
  configOverrides: { service: { telemetry: { traces: { processors: [{ batch: { exporter: { otlp } } }] } } } },
});

const REFUSED: [string, CollectorProps, string][] = [
  ['an empty list of exporters', { exporters: [] }, "'exporters' must have at least one exporter"],
  ['two exporters of one name', { exporters: [tempo(), tempo()] }, "'exporters' (otlp_grpc/tempo) must have ids that differ"],
  ['a name that is too long', { name: 'a'.repeat(41) }, "'name'"],
  ['a namespace that Kubernetes refuses', { namespace: 'Tracing' }, "'namespace' (Tracing)"],
  ['a label that selects', { labels: { 'cdk8s-control-plane-tracing.github.io/collector': 'x' } }, "'labels'"],
  ['a monitoring label that selects', { monitoringLabels: { 'app.kubernetes.io/name': 'x' } }, "'monitoringLabels'"],
  ['no replicas', { replicas: 0 }, "'replicas' (0) must be a whole number from 1 to 100"],
  ['half a replica', { replicas: 1.5 }, "'replicas' (1.5)"],
  ['a cluster IP that is none', { clusterIP: '10.96.0' }, "'clusterIP' (10.96.0) must be an IP address"],
  ['a headless Service', { clusterIP: 'None' }, "'clusterIP' (None)"],
  ['a cluster name with a reference', { clusterName: '${env:X}' }, "'clusterName' (${env:X})"],
  ['an empty cluster name', { clusterName: '' }, "'clusterName' ()"],
  ['too little memory', { memoryLimit: Size.mebibytes(64) }, "'memoryLimit' (64 MiB) must be at least 128 MiB"],
  ['a request above the limit', { memoryRequest: Size.gibibytes(1) }, "'memoryRequest' (1024 MiB)"],
  ['no CPU', { cpuRequestMillis: 0 }, "'cpuRequestMillis' (0)"],
  ['an image that is none', { collectorImage: 'not an image' }, "'collectorImage' (not an image)"],
  ['a pull secret that Kubernetes refuses', { imagePullSecrets: ['Mirror'] }, "'imagePullSecrets' (Mirror)"],
  ['a version that is too old', { collectorVersion: '0.140.0' }, "'collectorVersion' (0.140.0) must be a version of the Collector from 0.156.0 on"],
  ['a version that is none', { collectorVersion: 'latest' }, "'collectorVersion' (latest)"],
  ['a build of which no image is known', { distribution: CollectorDistribution.CUSTOM }, "'collectorImage' must be given where 'distribution' is CUSTOM"],
  ['an age of connections that is none', { maxConnectionAge: Duration.seconds(1) }, "'maxConnectionAge' (1 s)"],
  ['no time to stop', { terminationGracePeriod: Duration.seconds(1) }, "'terminationGracePeriod' (1 s)"],
  ['a volume that is too small', { queueVolumeSize: Size.mebibytes(64) }, "'queueVolumeSize' (64 MiB) must be at least 128 MiB"],
  ['a storage class without a volume', { queueStorageClassName: 'fast' }, "'queueStorageClassName' (fast) must be left out"],
  ['a client CA without a certificate', { receiverClientCa: TrustedCa.fromSecretName('ca') }, "'receiverClientCa' must be left out"],
  ['an alert that nobody makes', { noSpansAlert: Duration.minutes(5) }, "'noSpansAlert' (300 s) must be left out unless 'prometheusRule' is true"],
  ['an alert that is too quick', { prometheusRule: true, noSpansAlert: Duration.seconds(299) }, "'noSpansAlert' (299 s) must be a whole number of seconds from 300 to 86400"],
  ['metrics that nobody may scrape', { podMonitor: true, networkPolicy: CollectorNetworkPolicy.cilium() }, "'podMonitor' (true) must be left out unless 'networkPolicy' has a 'metricsNamespace'"],
  ['alerts on metrics that nobody may scrape', { prometheusRule: true, networkPolicy: CollectorNetworkPolicy.cilium() }, "'prometheusRule' (true) must be left out"],
  ['a claim for several pods', { replicas: 2, exporters: [SpanExporter.file('a', { volume: CollectorVolume.fromPersistentVolumeClaimName('a', 'a', '/a') })] }, "'replicas' (2) must be 1 where an exporter brings a PersistentVolumeClaim, as in the volume a"],
  ['a CA for a second stage that is not there', { sampling: tail, samplerCa: ca }, "'samplerCa' must be left out where there is one stage"],
  ['a CA for a second stage without a certificate', { sampling: tail, replicas: 2, samplerCa: ca }, "'samplerCa' must be left out where 'receiverCertificate' is"],
  ['two stages that do not trust each other', { sampling: tail, autoscaled: true, receiverCertificate: pair }, "'samplerCa' must be given where 'receiverCertificate' is"],
  ['more traces than there is memory', { sampling: SpanSampling.tail({ restPercentage: 1, maxTraces: 50_000 }) }, "'maxTraces' (50000) must be smaller, or 'memoryLimit' (512 MiB) larger"],
  ['a queue for which there is no memory', { exporters: [tempo({ queueSize: 1_000_000 })] }, "'queueSize' (1000000) must be smaller, or 'memoryLimit' (512 MiB) larger"],
  ['a queue and traces for which there is no memory together', { exporters: [tempo({ queueSize: 174_000 })], sampling: SpanSampling.tail({ restPercentage: 1, maxTraces: 6553 }) }, "'queueSize' (174000) must be smaller, or 'maxTraces' smaller, or 'memoryLimit' (512 MiB) larger: full queues and the traces that wait take about 511 MiB together, and may take 384 MiB"],
  ['a queue of bytes for which there is no memory', { exporters: [tempo({ queueSizer: QueueSizer.BYTES, queueSize: 1e9 })] }, "'queueSize' (1000000000) must be smaller"],
  ['queues for which there is no disk', { exporters: [tempo({ queueSize: 1_000_000 })], queueVolumeSize: Size.mebibytes(500) }, "'queueVolumeSize' (500 MiB) larger"],
  ['a reference to nothing', { configOverrides: { service: { extensions: ['pprof'] } } }, "'configOverrides' (pprof) must be defined among the extensions"],
  ['a pipeline without exporters', { configOverrides: { service: { pipelines: { traces: { exporters: [] } } } } }, "'configOverrides' must leave exporters in the pipeline traces"],
  ['an exporter named twice', { configOverrides: { service: { pipelines: { traces: { exporters: ['file/stdout', 'file/stdout'] } } } } }, "'configOverrides' (file/stdout) must be once"],
  ['no memory limiter', { configOverrides: { service: { pipelines: { traces: { processors: [] } } } } }, 'must keep memory_limiter the first processor'],
  ['a secret in an override', { configOverrides: { exporters: { debug: { headers: { 'x-api-key': 'abc' } } } } }, "'exporters.debug.headers.x-api-key' must hold no secret"],
  ['a secret among the headers of its own telemetry', telemetry({ headers: { 'api-key': 's3cr3t' } }), "exporter.otlp.headers.api-key' must hold no secret"],
  ['a secret in a list of headers', telemetry({ headers: [{ name: 'api-key', value: 's3cr3t' }] }), "exporter.otlp.headers.0.value' must hold no secret"],
  ['a secret in a text of headers', telemetry({ headers_list: 'x=y,api-key=s3cr3t' }), "exporter.otlp.headers_list' must hold no secret"],
  ['a password in a URL', { configOverrides: { exporters: { debug: { a: [{ b: 'tcp://user:hunter2@clickhouse:9000' }] } } } }, "'exporters.debug.a.0.b' must hold no secret"],
  ['a password in a query', { configOverrides: { exporters: { debug: { a: 'tcp://clickhouse:9000?password=hunter2' } } } }, "'exporters.debug.a' must hold no secret"],
  ['a connection string', { configOverrides: { exporters: { debug: { connection_string: 'InstrumentationKey=1' } } } }, "'exporters.debug.connection_string' must hold no secret"],
  ['a DSN', { configOverrides: { exporters: { debug: { dsn: 'x' } } } }, "'exporters.debug.dsn' must hold no secret"],
  ['a secret in a receiver', { configOverrides: { receivers: { otlp: { token: 'x' } } } }, "'receivers.otlp.token' must hold no secret"],
  ['a secret in a list', { configOverrides: { exporters: { debug: { token: ['x'] } } } }, "'exporters.debug.token.0' must hold no secret"],
  ['a header that is set to a secret', { configOverrides: { extensions: { headers_setter: { headers: [{ key: 'Authorization', value: 'x' }] } } } }, "'extensions.headers_setter.headers.0.value' must hold no secret"],
];

test('what only names a header, an attribute or a way to route is no secret', () => {
  expect(() => collectorObjects({
    distribution: CollectorDistribution.CONTRIB,
    configOverrides: {
      extensions: { headers_setter: { headers: [{ key: 'X-Scope-OrgID', value: 'platform' }, { key: 'X-Api-Key', from_context: 'k' }] } },
      exporters: { 'load_balancing/a': { routing_key: 'traceID' }, 'kafka/a': { auth: { sasl: { password: '${env:KAFKA_PASSWORD:-}' } } } },
      processors: { attributes: { actions: [{ key: 'token', action: 'delete' }, { key: 'etcd.key', value: '-', action: 'update' }] } },
    },
  })).not.toThrow();
});

test.each<[string, CollectorProps]>([
  ['as many traces as may wait, beside the default queue', { sampling: SpanSampling.tail({ restPercentage: 1, maxTraces: 6553 }) }],
  ['the longest queue, beside the default traces', { exporters: [tempo({ queueSize: 174_000 })], sampling: tail }],
  ['traces beside a queue on disk', { exporters: [tempo({ queueSize: 174_000 })], queueVolumeSize: Size.gibibytes(1), sampling: SpanSampling.tail({ restPercentage: 1, maxTraces: 6553 }) }],
])('takes %s', (_what, props) => {
  expect(() => collectorObjects(props)).not.toThrow();
});

test.each(REFUSED)('fails with %s', (_what, props, message) => {
  expect(() => collectorObjects(props)).toThrow(message);
});

test.each([
  '^/openapi/', '(?i)^kube-probe/', '(?P<a>x)(?<b>y)', '(?i-s:x)', '[[:alpha:]]+', '[]a]', '[(?=)]', '\\Q(?=\\E', '\\A\\pL\\p{Greek}\\z', '\\(\\?=', 'a{2,1000}', 'x{,5}', '\\\\1',
])('takes the regular expression %s', pattern => {
  expect(() => [SpanFilter.paths(pattern), SpanFilter.userAgents(pattern), SpanRedaction.replace('x', pattern, '')]).not.toThrow();
});

const REFUSED_PARTS: [string, () => unknown, string][] = [
  ['a Secret that Kubernetes refuses', () => SecretRef.fromSecretName('No Secret', 'key'), "'secretName' (No Secret)"],
  ['a key that Kubernetes refuses', () => SecretRef.fromSecretName('secret', 'a/b'), "'key' (a/b)"],
  ['a key that leaves the directory', () => TrustedCa.fromSecretName('secret', '..'), "'key' (..)"],
  ['a volume at the root', () => CollectorVolume.fromEmptyDir('x', '/'), "'mountPath' (/)"],
  ['a volume at a relative path', () => CollectorVolume.fromEmptyDir('x', 'y'), "'mountPath' (y)"],
  ['a volume without a name', () => CollectorVolume.fromEmptyDir('', '/y'), "'name' ()"],
  ['sampling nothing', () => SpanSampling.probabilistic(0), "'percentage' (0) must be from 0.01 to 100"],
  ['sampling what the Collector rounds to nothing', () => SpanSampling.probabilistic(0.006), "'percentage' (0.006) must be from 0.01 to 100"],
  ['sampling more than all', () => SpanSampling.probabilistic(101), "'percentage' (101)"],
  ['sampling what is no number', () => SpanSampling.probabilistic(NaN), "'percentage' (NaN)"],
  ['a rest above all', () => SpanSampling.tail({ restPercentage: 101 }), "'restPercentage' (101)"],
  ['a decision before spans come', () => SpanSampling.tail({ restPercentage: 1, decisionWait: Duration.seconds(5) }), "'decisionWait' (5000 ms)"],
  ['slower than requests get', () => SpanSampling.tail({ restPercentage: 1, keepSlowerThan: Duration.minutes(1) }), "'keepSlowerThan' (60000 ms)"],
  ['too few traces', () => SpanSampling.tail({ restPercentage: 1, maxTraces: 1 }), "'maxTraces' (1)"],
  ['a filter of everything', () => SpanFilter.paths(' '), "'pattern'"],
  ['an empty condition', () => SpanFilter.ottl(''), "'condition'"],
  ['a condition without a context', () => SpanFilter.ottl('attributes["a"] == "b"'), "'condition' (attributes[\"a\"] == \"b\") must name what it is about with its context, as span.name"],
  ['a condition in single quotes', () => SpanFilter.ottl("span.name == 'a'"), "such as ' at position 14; texts are in double quotes"],
  ['a condition without an end', () => SpanFilter.ottl('span.name == "a" and'), 'must go on after and'],
  ['a condition that is not closed', () => SpanFilter.ottl('(span.name == "a"'), 'must close what it opens with ('],
  ['a condition that is not opened', () => SpanFilter.ottl('span.name == "a")'), 'must open what it closes with )'],
  ['a condition that asks nothing', () => SpanFilter.ottl('span.name'), 'must compare something, or call a function'],
  ['a condition that is a statement', () => SpanFilter.ottl('set(span.name, "x")'), 'must compare something, or call a function'],
  ['a condition with a pattern that is none', () => SpanFilter.ottl('IsMatch(span.name, "[")'), "'condition' ([) must be a regular expression (RE2)"],
  ['a singular name of a resource', () => SpanRedaction.objectNames('secret'), "'resources' (secret) must be secrets: the plural name"],
  ['another singular name of a resource', () => SpanRedaction.objectNames('ingress'), "'resources' (ingress) must be ingresses"],
  ['an attribute without a name', () => SpanRedaction.remove(''), "'attribute'"],
  ['an empty expression', () => SpanRedaction.replace('x', '', ''), "'pattern'"],
  ['a path that is no expression', () => SpanFilter.paths('('), "'pattern' (() must be a regular expression (RE2)"],
  ['a user agent that is no expression', () => SpanFilter.userAgents('a**'), "'pattern' (a**) must be a regular expression (RE2); it is not: Nothing to repeat"],
  ['looking ahead', () => SpanRedaction.replace('http.target', '(?=x)', 'y'), "'pattern' ((?=x)) must do without look-around ((?=)"],
  ['looking behind', () => SpanFilter.paths('a(?<!x)'), "'pattern' (a(?<!x)) must do without look-around"],
  ['a back-reference', () => SpanFilter.paths('(a)\\1'), 'must do without back-references (\\1)'],
  ['an escape that is none', () => SpanFilter.paths('a\\Z'), 'must do without \\Z, which RE2 does not know'],
  ['a class without an end', () => SpanFilter.paths('[a'), 'must be a regular expression (RE2)'],
  ['too many repetitions', () => SpanFilter.paths('a{1001}'), 'must repeat nothing more often than 1000 times ({1001})'],
  ['a policy for nobody', () => CollectorNetworkPolicy.kubernetes({ nodeCidrs: [] }), "'nodeCidrs' must have at least one CIDR"],
  ['a CIDR that is none', () => CollectorNetworkPolicy.kubernetes({ nodeCidrs: ['10.0.0.0/33'] }), "'nodeCidrs' (10.0.0.0/33)"],
  ['an address that is no CIDR', () => CollectorNetworkPolicy.kubernetes({ nodeCidrs: ['10.0.0.1'] }), "'nodeCidrs' (10.0.0.1)"],
  ['a port that is none', () => CollectorNetworkPolicy.cilium({ extraEgressPorts: [0] }), "'extraEgressPorts' (0)"],
  ['a key pair from no Secret', () => TlsKeyPair.fromSecretName(''), "'secretName' ()"],
];

test.each(REFUSED_PARTS)('fails with %s', (_what, make, message) => {
  expect(make).toThrow(message);
});

describe('a third party\'s exporter', () => {
  const bound = (config: object, props: CollectorProps = {}) =>
    () => collectorObjects({ ...props, exporters: [{ bind: () => ({ exporterId: 'awsxray', ...config }) }] });
  const contrib = { distribution: CollectorDistribution.CONTRIB };

  test.each<[string, () => unknown, string]>([
    ['that its distribution does not have', bound({}), "'distribution' (K8S) must have the exporter awsxray; 'distribution' CONTRIB has it"],
    ['that no distribution has', bound({ exporterId: 'mine' }), "no distribution is known to have it: set 'collectorImage' to a build that has, and 'distribution' to CUSTOM"],
    ['of a deprecated name', bound({ exporterId: 'otlphttp/x' }), "'exporters' (otlphttp) must name the exporter otlp_http: the old name is deprecated"],
    ['with an extension that its distribution does not have', bound({ exporterId: 'otlp_http/x', extensions: [{ extensionId: 'sigv4auth' }] }), 'must have the extension sigv4auth'],
    ['with a component that its distribution does not have', bound({ exporterId: 'otlp_http/x', components: [{ kind: CollectorComponentKind.PROCESSOR, typeName: 'span' }] }), 'must have the processor span'],
    ['with an id that is none', bound({ exporterId: 'aws xray' }, contrib), "'exporters' (aws xray) must have ids of the form type or type/name"],
    ['with an authenticator that nobody brings', bound({ config: { auth: { authenticator: 'sigv4auth' } } }, contrib), "'exporters' (sigv4auth) must be defined among the extensions, because awsxray"],
    ['with a storage that nobody brings', bound({ config: { sending_queue: { storage: 'file_storage' } } }, contrib), "'exporters' (file_storage) must be defined"],
    ['with a literal secret', bound({ config: { password: 'hunter2' } }, contrib), "'exporters.awsxray.password' must hold no secret"],
    ['with a literal secret deep inside', bound({ config: { a: [{ headers: { Authorization: 'Bearer abc' } }] } }, contrib), 'Authorization\' must hold no secret'],
    ['with a secret that nobody brings', bound({ config: { password: '${env:SECRET_X}' } }, contrib), "'exporters' (${env:SECRET_X}) must be among the environment variables"],
    ['with a variable that is none', bound({ secretEnv: { 'A-B': SecretRef.fromSecretName('a', 'b') } }, contrib), "'exporters' (A-B)"],
  ])('fails %s', (_what, make, message) => {
    expect(make).toThrow(message);
  });

  test('fails when it shares a name but not the meaning', () => {
    const exporter = (id: string, volume: CollectorVolume, secret: string) => ({
      bind: () => ({ exporterId: id, volumes: [volume], secretEnv: { X: SecretRef.fromSecretName(secret, 'x') } }),
    });
    const props = (left: string, right: string, secret: string) => ({
      exporters: [exporter('nop/1', CollectorVolume.fromEmptyDir('a', left), 's'), exporter('nop/2', CollectorVolume.fromEmptyDir('a', right), secret)],
    });
    expect(() => collectorObjects(props('/a', '/a', 's'))).not.toThrow();
    expect(() => collectorObjects(props('/a', '/b', 's'))).toThrow("'exporters' (a) must agree on what the volume is");
    expect(() => collectorObjects(props('/a', '/a', 't'))).toThrow("'exporters' (X) must agree on what the environment variable is");
  });

  test('fails when it mounts what another one mounts', () => {
    const exporter = (id: string, name: string) => ({ bind: () => ({ exporterId: id, volumes: [CollectorVolume.fromEmptyDir(name, '/a')] }) });
    expect(() => collectorObjects({ exporters: [exporter('nop/1', 'a'), exporter('nop/2', 'b')] })).toThrow("'exporters' (/a) must be mounted once");
  });

  test.each<[string, object, string]>([
    ['the volume of the configuration', { volumes: [CollectorVolume.fromEmptyDir('config', '/a')] }, "'exporters' (config) must be another volume"],
    ['the volume of queues', { volumes: [CollectorVolume.fromEmptyDir('queue', '/a')] }, "'exporters' (queue) must be another volume"],
    ['where the configuration is', { volumes: [CollectorVolume.fromEmptyDir('a', '/etc/otelcol/config')] }, "'exporters' (/etc/otelcol/config) must be another mount path"],
    ['below where the configuration is', { volumes: [CollectorVolume.fromEmptyDir('a', '/etc/otelcol/config/x')] }, "'exporters' (/etc/otelcol/config/x)"],
    ['what is above where the configuration is', { volumes: [CollectorVolume.fromEmptyDir('a', '/etc')] }, "'exporters' (/etc) must be another mount path"],
    ['what is above where queues are', { volumes: [CollectorVolume.fromEmptyDir('a', '/var/lib/otelcol')] }, "'exporters' (/var/lib/otelcol) must be another mount path"],
    ['what is above the certificates of the image', { volumes: [CollectorVolume.fromSecretName('a', 'b', '/etc/ssl')] }, "'exporters' (/etc/ssl) must be another mount path"],
    ['a place in what is read-only', { volumes: [CollectorVolume.fromSecretName('a', 'b', '/a'), CollectorVolume.fromEmptyDir('b', '/a/b')] }, "'exporters' (/a/b) must not be below /a, which the volume a makes read-only"],
    ['where queues are', { volumes: [CollectorVolume.fromEmptyDir('a', '/var/lib/otelcol/queue')] }, "'exporters' (/var/lib/otelcol/queue)"],
    ...['POD_IP', 'NODE_NAME', 'GOMEMLIMIT'].map((name): [string, object, string] =>
      [name, { secretEnv: { [name]: SecretRef.fromSecretName('a', 'b') } }, `'exporters' (${name}) must be another environment variable`]),
  ])('fails when it takes %s', (_what, config, message) => {
    expect(bound({ exporterId: 'nop', ...config })).toThrow(message);
  });

  test('fails when it names a volume of the receiver otherwise', () => {
    const exporters = [{ bind: () => ({ exporterId: 'nop', volumes: [CollectorVolume.fromEmptyDir('secret-tls', '/a')] }) }];
    expect(() => collectorObjects({ exporters, receiverCertificate: TlsKeyPair.fromSecretName('tls') })).toThrow("'exporters' (secret-tls) must agree on what the volume is");
  });

  test('is checked when it is added too', () => {
    expect(() => render(chart => new Collector(chart, 'collector').addExporter(SpanExporter.stdout()))).toThrow("'exporters' (file/stdout) must have ids that differ");
  });
});

test.each([
  'span.name == "a" and not IsRootSpan()', 'IsMatch(span.attributes["http.target"], "^/a\\\\.b")', 'span.kind == SPAN_KIND_SERVER or span.attributes["n"] >= -1.5', 'IsRootSpan()',
  'resource.attributes["service.name"] != nil', 'span.attributes["a"]["b"] == true', '(spanevent.name == "it\'s \\"it\\"") == false', 'Len(span.name) > 3 * (2 + 1)',
])('the condition %s is taken', condition => {
  expect(() => SpanFilter.ottl(condition)).not.toThrow();
});

test.each(['endpoints', 'kafka', 'prometheus', 'seccompprofiles', 'events'])('%s may be a resource', resource => {
  expect(() => SpanRedaction.objectNames(resource)).not.toThrow();
});
