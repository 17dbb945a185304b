import { SecretRef, SpanExporter } from '../../../../src';
import { collectorObjects, configOf, podOf } from '../collector/collector-objects';

const secret = SecretRef.fromSecretName('backend', 'token');
const other = SecretRef.fromSecretName('other', 'token');
const grpc = (options: object = {}) => SpanExporter.otlpGrpc('x', { endpoint: 'x.example.com:4317', ...options });
const http = (options: object = {}) => SpanExporter.otlpHttp('x', { endpoint: 'https://x.example.com', ...options });
const tempo = (options: object = {}) => SpanExporter.tempo('x', { endpoint: 'tempo:4317', ...options });
const only = (exporter: ReturnType<typeof http>) => Object.values<any>(configOf(collectorObjects({ exporters: [exporter] })).exporters)[0];

describe('endpoints', () => {
  test.each([
    ['TEMPO.Example.COM:04317', 'tempo.example.com:4317'],
    ['HTTPS://tempo:4317', 'tempo:4317'],
    ['10.0.0.1:4317', '10.0.0.1:4317'],
    ['[FD00:0::0001]:4317', '[fd00::1]:4317'],
    ['my_backend:4317', 'my_backend:4317'],
    ['tempo.:4317', 'tempo.:4317'],
  ])('of gRPC are emitted as they were understood: %s', (endpoint, emitted) => {
    expect(only(grpc({ endpoint })).endpoint).toBe(emitted);
  });

  test.each([
    ['HTTPS://Otlp.Example.COM/', 'https://otlp.example.com'],
    ['https://otlp.example.com:04318/otlp//', 'https://otlp.example.com:4318/otlp'],
    ['https://[FD00::0001]:4318', 'https://[fd00::1]:4318'],
    ['https://example.com/a%20b/~c', 'https://example.com/a%20b/~c'],
  ])('of HTTP are emitted as they were understood: %s', (endpoint, emitted) => {
    expect(only(http({ endpoint })).endpoint).toBe(emitted);
  });

  test.each([
    '[:::::]:1', '[]:1', '[fe80::1%eth0]:4317', '[10.0.0.1]:4317', '[::]:4317', '0.0.0.0:4317', '256.0.0.1:4317', '1.2.3:4317', '-a:4317', 'a-:4317', 'a..b:4317', '.a:4317', ':4317',
    'a b:4317', 'tempo:4317 ', '\ntempo:4317', 'tempo:4317\n', 'tempo:', 'tempo:65536', 'tempo:+1', 'tempo:1e3', `${'a'.repeat(64)}:4317`, `${'a.'.repeat(127)}:4317`, 'dns:///tempo:4317',
    'https://tempo', 'https://tempo:4317/', 'ténor:4317', '',
  ])('of gRPC fail as %p', endpoint => {
    expect(() => grpc({ endpoint })).toThrow(/^'endpoint' \(/);
  });

  test.each([
    'https:x', 'https:/x', 'https:///x', 'https://', 'https://x:0', 'https://x:', 'https://x:65536', 'https://[:::::]', 'https://1.2.3', 'https://0x7f.1', 'https://256.0.0.1', 'https://-a',
    'https://a..b', 'https://a b', ' https://x', 'https://x\n', 'https://x\\y', 'https://x/a//b', 'https://x/../y', 'https://x/%zz', 'https://x/a$b', 'https://x?', 'https://x#', 'https://x/?',
    'https://x/v1/metrics', 'https://x/v1/logs', 'x:4318', '',
  ])('of HTTP fail as %p', endpoint => {
    expect(() => http({ endpoint })).toThrow(/^'endpoint' \(/);
  });

  test('are not repeated where they may hold a secret', () => {
    expect(() => http({ endpoint: 'https://x/?api_key=hunter2' })).toThrow("'endpoint' (https://x/…) must be a URL");
    expect(() => http({ endpoint: 'HTTPS://u:hunter2@x' })).toThrow("'endpoint' must hold no user or password");
    expect(() => grpc({ endpoint: 'https://u:hunter2@x:1' })).toThrow("'endpoint' must hold no user or password");
  });

  test.each([
    ['https://abc.live.dynatrace.com', 'https://abc.live.dynatrace.com/api/v2/otlp'],
    ['https://abc.live.dynatrace.com/api/v2/otlp', 'https://abc.live.dynatrace.com/api/v2/otlp'],
    ['https://abc.live.dynatrace.com/api/v2/otlp/v1/traces/', 'https://abc.live.dynatrace.com/api/v2/otlp'],
    ['https://activegate:9999/e/abc/', 'https://activegate:9999/e/abc/api/v2/otlp'],
    ['https://activegate:9999/e/abc/api/v2/otlp/', 'https://activegate:9999/e/abc/api/v2/otlp'],
  ])('of Dynatrace get their path once: %s', (environmentUrl, emitted) => {
    expect(only(SpanExporter.dynatrace('d', { environmentUrl, apiToken: secret })).endpoint).toBe(emitted);
  });

  test.each<[string, () => unknown, string]>([
    ['the web interface of Dynatrace', () => SpanExporter.dynatrace('d', { environmentUrl: 'https://abc.apps.dynatrace.com', apiToken: secret }), "'environmentUrl' (https://abc.apps.dynatrace.com) must be https://abc.live.dynatrace.com"],
    ['half of the path of traces', () => SpanExporter.otlpHttp('h', { endpoint: 'https://x.example/otlp/v1' }), "'endpoint' (https://x.example/otlp/v1) must be https://x.example/otlp/v1/traces, or https://x.example/otlp"],
    ['another path at Dynatrace', () => SpanExporter.dynatrace('d', { environmentUrl: 'https://abc.live.dynatrace.com/api/v2', apiToken: secret }), "'environmentUrl' (https://abc.live.dynatrace.com/api/v2) must have no path"],
    ['no path at Grafana Cloud', () => SpanExporter.grafanaCloud('g', { endpoint: 'https://otlp-gateway-x.grafana.net', instanceId: '1', token: secret }), "'endpoint' (https://otlp-gateway-x.grafana.net) must end with /otlp"],
  ])('fail with %s', (_what, make, message) => {
    expect(make).toThrow(message);
  });
});

describe('headers', () => {
  test('never share a variable', () => {
    const objects = collectorObjects({ exporters: [http({ secretHeaders: { 'x-api-key': secret, 'x_api_key': other, 'x.api.key': secret } })] });
    const { headers } = Object.values<any>(configOf(objects).exporters)[0];
    const variables = podOf(objects).containers[0].env;
    const valueOf = (header: string) => variables.find(({ name }: any) => headers[header] === `\${env:${name}}`).valueFrom.secretKeyRef.name;
    expect(new Set(Object.values(headers)).size).toBe(3);
    expect([valueOf('x-api-key'), valueOf('x_api_key'), valueOf('x.api.key')]).toEqual(['backend', 'other', 'backend']);
    expect(Object.values<string>(headers).every(reference => /^\$\{env:[A-Za-z_][A-Za-z0-9_]*\}$/.test(reference))).toBe(true);
  });

  test.each<[string, () => unknown, string]>([
    ['plain ones that differ in case', () => http({ plainHeaders: { a: '1', A: '2' } }), "'plainHeaders' (A) must appear once: headers that differ in case are the same"],
    ['secret ones that differ in case', () => http({ secretHeaders: { 'x-a': secret, 'X-A': secret } }), "'secretHeaders' (X-A) must appear once: headers that differ in case are the same"],
    ['a tenant beside the header', () => tempo({ tenant: 'a', plainHeaders: { 'x-scope-orgid': 'b' } }), "'tenant' (a) must be left out where the header X-Scope-OrgID is given"],
    ['a tenant beside the secret header', () => tempo({ tenant: 'a', secretHeaders: { 'X-SCOPE-ORGID': secret } }), "'tenant' (a) must be left out where the header X-Scope-OrgID is given"],
    ['a tenant of dots', () => tempo({ tenant: '..' }), "'tenant' (..)"],
    ['secret ones over HTTP', () => http({ endpoint: 'http://x', secretHeaders: { 'x-a': secret } }), "'secretHeaders' must be left out where the spans are sent in plain text"],
    ['secret ones over gRPC', () => grpc({ insecure: true, secretHeaders: { 'x-a': secret } }), "'secretHeaders' must be left out where the spans are sent in plain text"],
    ['secret ones to Tempo', () => tempo({ insecure: true, secretHeaders: { 'x-a': secret } }), "'secretHeaders' must be left out where the spans are sent in plain text"],
    ['names that gRPC does not take', () => grpc({ plainHeaders: { 'a!': 'x' } }), "'plainHeaders' (a!) must have keys of letters, digits"],
    ['one that is called public and is not there', () => http({ notSecret: ['x-a'] }), "'notSecret' (x-a) must be the name of one of 'plainHeaders'"],
    ['one that looks secret', () => http({ plainHeaders: { 'x-session-key': 'blue' } }), "or name it in 'notSecret' where anybody may read it"],
  ])('fail with %s', (_what, make, message) => {
    expect(make).toThrow(message);
  });

  test('that only look secret are sent where they are named as public', () => {
    expect(only(http({ endpoint: 'http://x', plainHeaders: { 'X-Session-Key': 'blue' }, notSecret: ['x-session-key'] })).headers).toEqual({ 'X-Session-Key': 'blue' });
  });
});

test('fields of other exporters and of overrides that only look secret are named as public', () => {
  const exporters = (notSecret?: string[]) => [{ bind: () => ({ exporterId: 'nop', config: { session_key: 'blue' }, notSecret }) }];
  expect(() => collectorObjects({ exporters: exporters() })).toThrow("'exporters.nop.session_key' must hold no secret, and it looks like one");
  expect(() => collectorObjects({ exporters: exporters(['session_key']) })).not.toThrow();
  expect(() => collectorObjects({ exporters: exporters(), notSecret: ['session_key'] })).not.toThrow();
});

test.each<[string, () => unknown, string]>([
  ['no options', () => SpanExporter.otlpGrpc('x', undefined as any), "'options' (undefined) must be an object"],
  ['no options of a preset', () => SpanExporter.newRelic('x', undefined as any), "'options' (undefined) must be an object"],
  ['no options of a file', () => SpanExporter.file('x', 'y' as any), "'options' (\"y\") must be an object"],
  ['an endpoint', () => grpc({ endpoint: 4317 }), "'endpoint' (4317) must be a string"],
  ['a URL', () => http({ endpoint: new URL('https://x') }), "'endpoint' (a URL) must be a string"],
  ['a name', () => SpanExporter.otlpGrpc(5 as any, { endpoint: 'x:1' }), "'name' (5) must be a string"],
  ['insecure', () => grpc({ insecure: 'yes' }), "'insecure' (\"yes\") must be true or false"],
  ['insecureSkipVerify', () => grpc({ insecureSkipVerify: 1 }), "'insecureSkipVerify' (1) must be true or false"],
  ['compression', () => grpc({ compression: 'GZIP' }), "'compression' (\"GZIP\") must be one of \"none\", \"gzip\", \"snappy\", \"zstd\""],
  ['ca', () => grpc({ ca: 'ca.crt' }), "'ca' (a string) must be a TrustedCa"],
  ['clientCertificate', () => grpc({ clientCertificate: {} }), "'clientCertificate' (a plain object) must be a TlsKeyPair"],
  ['serverName', () => grpc({ serverName: 5 }), "'serverName' (5) must be a string"],
  ['plainHeaders', () => http({ plainHeaders: 'a: b' }), "'plainHeaders' (\"a: b\") must be an object"],
  ['a value of plainHeaders', () => http({ plainHeaders: { a: 5 } }), "'plainHeaders.a' (5) must be a string"],
  ['secretHeaders', () => http({ secretHeaders: [secret] }), "'secretHeaders' (a list) must be an object"],
  ['notSecret', () => http({ notSecret: 'a' }), "'notSecret' (\"a\") must be a list"],
  ['region of New Relic', () => SpanExporter.newRelic('n', { licenseKey: secret, region: 'EU' as any }), "'region' (\"EU\") must be one of \"us\", \"eu\""],
  ['region of Honeycomb', () => SpanExporter.honeycomb('h', { apiKey: secret, region: 'eu1' as any }), "'region' (\"eu1\") must be one of \"us\", \"eu\""],
  ['dataset', () => SpanExporter.honeycomb('h', { apiKey: secret, dataset: 5 as any }), "'dataset' (5) must be a string"],
  ['tenant', () => tempo({ tenant: 5 }), "'tenant' (5) must be a string"],
  ['instanceId', () => SpanExporter.grafanaCloud('g', { endpoint: 'https://x', instanceId: 5 as any, token: secret }), "'instanceId' (5) must be a string"],
  ['verbosity', () => SpanExporter.debug({ verbosity: 'DETAILED' as any }), "'verbosity' (\"DETAILED\") must be one of"],
  ['a volume', () => SpanExporter.file('f', { volume: {} as any }), "'volume' (a plain object) must be a CollectorVolume"],
])('a wrong type is refused by name of the option: %s', (_what, make, message) => {
  expect(make).toThrow(message);
});
