import { collectorObjects, configOf, podOf } from './collector-objects';
import { CollectorDistribution, CollectorProps, SecretRef, SpanExporter, SpanExporterConfig } from '../../../../src';

/** Credentials, and references to variables, however they come into a configuration. */

const secret = SecretRef.fromSecretName('backend', 'key');
const contrib = { distribution: CollectorDistribution.CONTRIB };
const exporting = (exporterId: string, config: object, more: Partial<SpanExporterConfig> = {}) =>
  ({ exporters: [{ bind: () => ({ exporterId, config, secretEnv: { KEY: secret }, ...more }) }] });
const authenticator = (id: string, config: object = {}) => ({ extensions: [{ extensionId: id, config }] });
const otlpHttp = (config: object, more: Partial<SpanExporterConfig> = {}) => exporting('otlp_http/a', { endpoint: 'http://a.example', ...config }, more);
const overriding = (exporter: ReturnType<typeof SpanExporter.debug>, id: string, change: object): CollectorProps =>
  ({ exporters: [exporter], configOverrides: { exporters: { [id]: change } } });
const telemetry = (otlp: object): CollectorProps => ({
  ...exporting('debug', {}),
  configOverrides: { service: { telemetry: { traces: { processors: [{ batch: { exporter: { otlp: { protocol: 'http/protobuf', ...otlp } } } }] } } } },
});

describe('a credential over plain text is refused', () => {
  test.each<[string, CollectorProps, string]>([
    ['in a header', otlpHttp({ headers: { x: '${env:KEY}' } }), 'exporters.otlp_http/a.headers.x be left out'],
    ['in a header, without a scheme', otlpHttp({ headers: { x: '${KEY}' } }), 'exporters.otlp_http/a.headers.x be left out'],
    ['in a header, with a default', otlpHttp({ headers: { x: 'Bearer ${env:KEY:-}' } }), 'exporters.otlp_http/a.headers.x be left out'],
    ['in a header, from a file', otlpHttp({ headers: { x: '${file:/etc/key}' } }), 'exporters.otlp_http/a.headers.x be left out'],
    ['in a list of headers', otlpHttp({ headers: [{ name: 'x', value: '${env:KEY}' }] }), 'exporters.otlp_http/a.headers.x.value be left out'],
    ['where the scheme is in upper case', otlpHttp({ endpoint: 'HTTP://a.example', headers: { x: '${env:KEY}' } }), 'exporters.otlp_http/a.headers.x be left out'],
    ['to where a plain variable says', { ...otlpHttp({ endpoint: '${env:BACKEND}', headers: { x: '${env:KEY}' } }), env: { BACKEND: 'http://a.example' } }, '(exporters.otlp_http/a.endpoint) must ask for TLS'],
    ['to where a default says', otlpHttp({ endpoint: '${env:BACKEND:-http://a.example}', headers: { x: '${env:KEY}' } }), '(exporters.otlp_http/a.endpoint) must ask for TLS'],
    ['where a variable takes TLS away', { ...exporting('otlp_grpc/a', { endpoint: 'a:4317', tls: { insecure: '${env:PLAIN}' }, headers: { x: '${env:KEY}' } }), env: { PLAIN: 'true' } }, '(exporters.otlp_grpc/a.tls.insecure) must ask for TLS'],
    ['as a user of the URL', otlpHttp({ endpoint: 'http://u:${env:KEY}@a.example' }), 'exporters.otlp_http/a.endpoint be left out'],
    ['as a user of the URL that is no Secret', otlpHttp({ endpoint: 'http://${env:POD_IP}@a.example' }), 'exporters.otlp_http/a.endpoint be left out'],
    ['in the query of the URL', otlpHttp({ endpoint: 'http://a.example/?key=${env:KEY}' }), 'exporters.otlp_http/a.endpoint be left out'],
    ['in the URL of traces alone', otlpHttp({ endpoint: 'https://a', traces_endpoint: 'http://a/v1/traces', headers: { x: '${env:KEY}' } }), '(exporters.otlp_http/a.traces_endpoint) must ask for TLS'],
    ['by basicauth', otlpHttp({ auth: { authenticator: 'basicauth/a' } }, authenticator('basicauth/a')), 'exporters.otlp_http/a.auth be left out'],
    ['by an authenticator of a cloud', { ...otlpHttp({ auth: { authenticator: 'googleclientauth' } }, authenticator('googleclientauth')), ...contrib }, 'exporters.otlp_http/a.auth be left out'],
    ['to the server that issues tokens', {
      ...otlpHttp({ endpoint: 'https://a', auth: { authenticator: 'oauth2client/a' } }, authenticator('oauth2client/a', { client_id: 'x', client_secret: '${env:KEY}', token_url: 'http://a/token' })), ...contrib,
    }, '(extensions.oauth2client/a.token_url) must ask for TLS'],
    ['in a field of another exporter', { ...exporting('elasticsearch/a', { endpoints: ['http://a:9200'], user: 'x', password: '${env:KEY}' }), ...contrib }, '(exporters.elasticsearch/a.endpoints.0) must ask for TLS'],
    ['deep in another exporter', { ...exporting('load_balancing/a', { protocol: { otlp: { tls: { insecure: true }, headers: { x: '${env:KEY}' } } } }), ...contrib }, '(exporters.load_balancing/a.protocol.otlp.tls.insecure) must ask for TLS'],
    ['to Kafka', { ...exporting('kafka/a', { brokers: ['a:9092'], auth: { sasl: { mechanism: 'PLAIN', username: 'x', password: '${env:KEY}' } } }), ...contrib }, '(exporters.kafka/a.brokers) must ask for TLS'],
    ['where an override takes TLS away', overriding(SpanExporter.otlpGrpc('a', { endpoint: 'a:4317', bearerToken: secret }), 'otlp_grpc/a', { tls: { insecure: true } }), "'configOverrides' (exporters.otlp_grpc/a.tls.insecure) must ask for TLS"],
    ['where an override changes the URL', overriding(SpanExporter.newRelic('a', { licenseKey: secret }), 'otlp_http/a', { endpoint: 'http://proxy:4318' }), "'configOverrides' (exporters.otlp_http/a.endpoint) must ask for TLS"],
    ['with what the Collector says about itself', telemetry({ endpoint: 'http://a', headers: [{ name: 'x', value: '${env:KEY}' }] }), 'exporter.otlp.headers.x.value be left out'],
    ['with what it says about itself, as the prop of gRPC has it', telemetry({ protocol: 'grpc', endpoint: 'a:4317', insecure: true, headers: [{ name: 'x', value: '${env:KEY}' }] }), 'exporter.otlp.insecure) must ask for TLS'],
  ])('%s', (_where, props, message) => {
    expect(() => collectorObjects(props)).toThrow(message);
  });

  test.each<[string, CollectorProps]>([
    ['plain headers over plain text', otlpHttp({ headers: { 'x-tenant': 'a', 'x-node': '${env:NODE_NAME}' } })],
    ['what a dollar sign makes a text', otlpHttp({ headers: { x: '$${env:KEY}' } })],
    ['a signature', { ...otlpHttp({ auth: { authenticator: 'sigv4auth' } }, authenticator('sigv4auth', { region: 'a' })), ...contrib }],
    ['a URL for traces beside another one', otlpHttp({ endpoint: 'http://a', traces_endpoint: 'https://a/v1/traces', headers: { x: '${env:KEY}' } })],
    ['a proxy without TLS', otlpHttp({ endpoint: 'https://a', proxy_url: 'http://proxy:3128', headers: { x: '${env:KEY}' } })],
    ['a header that holds a URL', otlpHttp({ endpoint: 'https://a', headers: { referer: 'http://a', x: '${env:KEY}' } })],
    ['gRPC with TLS by its scheme', exporting('otlp_grpc/a', { endpoint: 'https://a:4317', tls: { insecure: true }, headers: { x: '${env:KEY}' } })],
  ])('but not %s', (_what, props) => {
    expect(() => collectorObjects(props)).not.toThrow();
  });
});

describe('a reference', () => {
  const to = (value: string, props: CollectorProps = {}) => () => collectorObjects({ ...otlpHttp({ endpoint: 'https://a', headers: { x: value } }), ...props });

  test.each<[string, string]>([
    ['${TYPO}', '(${env:TYPO}) must be among the environment variables'],
    ['a ${env:KEY} b ${env:TYPO}', '(${env:TYPO}) must be among'],
    ['$$${env:TYPO}', '(${env:TYPO}) must be among'],
    ['${env:KEY:-${env:TYPO}}', '(${env:TYPO}) must be among'],
    ['${env:${env:KEY}}', '(${env:…}) must name an environment variable'],
    ['${env:a-b}', '(${env:a-b}) must name an environment variable'],
    ['${env: KEY}', '(${env: KEY}) must name an environment variable'],
    ['${1X}', '(${1X}) must name an environment variable'],
    ['${}', '(${}) must name an environment variable'],
    ['${ENV:KEY}', '(${ENV:KEY}) must begin with one of env:, file:'],
    ['${vault:KEY}', '(${vault:KEY}) must begin with one of env:, file:'],
    ['$KEY', "'exporters' (exporters.otlp_http/a.headers.x) must name the variable as ${env:KEY}, or have $$ for a dollar sign"],
    ['a $(KEY)', '(exporters.otlp_http/a.headers.x) must name the variable as ${env:KEY}'],
    ['${env:KEY', '(exporters.otlp_http/a.headers.x) must close ${env:KEY by "}"'],
    ['${env:KEY} and ${env:', '(exporters.otlp_http/a.headers.x) must close ${env: by "}"'],
  ])('%s is refused, as the Collector would not start or send nothing', (value, message) => {
    expect(to(value)).toThrow(message);
  });

  test('of a scheme that another build may have is left to that', () => {
    expect(to('${vault:KEY}', contrib)).not.toThrow();
    expect(to('${Env:KEY}', contrib)).toThrow('(${Env:KEY}) must begin with one of');
  });

  test('to the name of the node brings the variable, also with a default', () => {
    const objects = collectorObjects(otlpHttp({ headers: { 'x-node': '${env:NODE_NAME:-unknown}' } }));
    expect(podOf(objects).containers[0].env.map(({ name }: { name: string }) => name)).toContain('NODE_NAME');
  });
});

describe('headers after the merge', () => {
  const tempo = SpanExporter.tempo('a', { endpoint: 'a:4317', insecure: true, tenant: 'b' });
  const withToken = SpanExporter.otlpHttp('a', { endpoint: 'https://a', bearerToken: secret });
  test.each<[string, CollectorProps, string]>([
    ['differ in case only', otlpHttp({ headers: { 'X-Tenant': 'a', 'x-tenant': 'b' } }), "'exporters' (exporters.otlp_http/a.headers.x-tenant) must appear once"],
    ['differ in case only, in a list', otlpHttp({ headers: [{ name: 'X-Tenant', value: 'a' }, { name: 'x-tenant', value: 'b' }] }), 'must appear once'],
    ['name the tenant twice', overriding(tempo, 'otlp_grpc/a', { headers: { 'x-scope-orgid': 'c' } }), "'configOverrides' (exporters.otlp_grpc/a.headers.x-scope-orgid) must appear once"],
    ['authorize twice', overriding(withToken, 'otlp_http/a', { headers: { authorization: '${env:KEY:-}' } }), "'configOverrides' (exporters.otlp_http/a.headers.authorization) must be left out where exporters.otlp_http/a.auth is given"],
    ['have no name that HTTP knows', otlpHttp({ headers: [{ name: 'a b', value: 'x' }] }), '(exporters.otlp_http/a.headers.a b) must be the name of a header'],
    ['have no name that gRPC knows', exporting('otlp_grpc/a', { endpoint: 'a:4317', headers: { 'a!': 'x' } }), '(exporters.otlp_grpc/a.headers.a!) must be the name of a header'],
    ['have a reference for a name', otlpHttp({ headers: { '${env:KEY}': 'x' } }), 'references are not resolved there'],
    ['are those of the exporter', otlpHttp({ headers: { 'Content-Type': 'text/plain' } }), '(exporters.otlp_http/a.headers.Content-Type) must be left out: the exporter writes'],
  ])('are refused where they %s', (_why, props, message) => {
    expect(() => collectorObjects(props)).toThrow(message);
  });

  test.each(['content-encoding', 'Transfer-Encoding', 'grpc-timeout', 'User-Agent'])('%s is not a header of one\'s own by gRPC', header => {
    expect(() => SpanExporter.otlpGrpc('a', { endpoint: 'a:4317', plainHeaders: { [header]: 'x' } })).toThrow(`'plainHeaders' (${header}) must be left out`);
  });

  test('a user agent is, by HTTP', () => {
    const objects = collectorObjects({ exporters: [SpanExporter.otlpHttp('a', { endpoint: 'https://a', plainHeaders: { 'User-Agent': 'x' } })] });
    expect(configOf(objects).exporters['otlp_http/a'].headers).toEqual({ 'User-Agent': 'x' });
  });
});
