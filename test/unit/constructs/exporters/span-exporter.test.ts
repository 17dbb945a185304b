import { Duration, Size } from 'cdk8s';
import {
  CollectorDistribution, CollectorVolume, ExporterCompression, HoneycombRegion, ISpanExporter, NewRelicRegion, QueueSizer, SecretRef, SpanExporter,
  SpanExporterConfig, SpanSampling, TlsKeyPair, TrustedCa,
} from '../../../../src';
import { collectorObjects, configOf, podOf } from '../collector/collector-objects';

const configurationOf = (exporter: ISpanExporter) => configOf(collectorObjects({ exporters: [exporter] }));
const exporterOf = (exporter: ISpanExporter, id: string) => configurationOf(exporter).exporters[id];
const grpc = (options: object = {}) => SpanExporter.otlpGrpc('x', { endpoint: 'x.example.com:4317', ...options });
const http = (options: object = {}) => SpanExporter.otlpHttp('x', { endpoint: 'https://x.example.com', ...options });
const secret = SecretRef.fromSecretName('backend', 'token');

describe('endpoints', () => {
  test.each<[string, object, object]>([
    ['tempo:4317', {}, { endpoint: 'tempo:4317', tls: { insecure: false } }],
    ['tempo:4317', { insecure: true }, { endpoint: 'tempo:4317', tls: { insecure: true } }],
    ['https://tempo:4317', {}, { endpoint: 'tempo:4317', tls: { insecure: false } }],
    ['http://tempo:4317', {}, { endpoint: 'tempo:4317', tls: { insecure: true } }],
    ['[fd00::1]:4317', {}, { endpoint: '[fd00::1]:4317' }],
  ])('of gRPC are hosts and ports: %s', (endpoint, options, expected) => {
    expect(exporterOf(grpc({ endpoint, ...options }), 'otlp_grpc/x')).toMatchObject(expected);
  });

  test.each<[string, object]>([
    ['https://otlp.example.com', { endpoint: 'https://otlp.example.com' }],
    ['https://otlp.example.com/otlp/', { endpoint: 'https://otlp.example.com/otlp' }],
    ['https://otlp.example.com/v1/traces', { traces_endpoint: 'https://otlp.example.com/v1/traces' }],
    ['http://otlp.example.com:4318', { endpoint: 'http://otlp.example.com:4318', tls: { insecure: true } }],
  ])('of HTTP are URLs: %s', (endpoint, expected) => {
    expect(exporterOf(http({ endpoint }), 'otlp_http/x')).toMatchObject(expected);
  });

  test.each<[string, string]>([
    ['tempo', "'endpoint' (tempo) must be host:port"],
    ['tempo:0', "'endpoint' (tempo:0)"],
    ['tempo:70000', "'endpoint' (tempo:70000)"],
    ['tempo:4317/v1/traces', "'endpoint'"],
    ['grpc://tempo:4317', "'endpoint' (grpc://tempo:4317) must be host:port, https://host:port or http://host:port"],
    ['fd00::1:4317', "'endpoint'"],
    ['${env:HOST}:4317', "'endpoint'"],
    ['user:hunter2@tempo:4317', "'endpoint' must hold no user or password"],
  ])('of gRPC fail as %s', (endpoint, message) => {
    expect(() => grpc({ endpoint })).toThrow(message);
  });

  test.each<[string, string]>([
    ['otlp.example.com', "'endpoint' (otlp.example.com) must be a URL"],
    ['ftp://otlp.example.com', "'endpoint'"],
    ['https://otlp.example.com?x=1', "'endpoint'"],
    ['https://user:hunter2@otlp.example.com', "'endpoint' must hold no user or password"],
    ['https://${env:HOST}', "'endpoint'"],
  ])('of HTTP fail as %s', (endpoint, message) => {
    expect(() => http({ endpoint })).toThrow(message);
    expect(() => http({ endpoint })).not.toThrow('hunter2');
  });

  test('and their scheme say the same as insecure', () => {
    expect(() => grpc({ endpoint: 'https://x:1', insecure: true })).toThrow("'insecure' (true) must be left out");
    expect(() => grpc({ endpoint: 'http://x:1', insecure: false })).toThrow("'insecure' (false) must be left out");
  });
});

describe('TLS', () => {
  const objects = collectorObjects({
    exporters: [grpc({
      ca: TrustedCa.fromConfigMapName('ca', 'bundle.pem'), clientCertificate: TlsKeyPair.fromSecretName('client'), serverName: 'backend.example.com',
    })],
  });

  test('takes certificates from Secrets and ConfigMaps, and reads them again', () => {
    expect(configOf(objects).exporters['otlp_grpc/x'].tls).toEqual({
      insecure: false,
      ca_file: '/etc/otelcol/tls/cm-ca/bundle.pem',
      cert_file: '/etc/otelcol/tls/secret-client/tls.crt',
      key_file: '/etc/otelcol/tls/secret-client/tls.key',
      reload_interval: '5m',
      server_name_override: 'backend.example.com',
    });
    expect(podOf(objects).volumes.slice(1)).toEqual([
      { name: 'cm-ca', configMap: { name: 'ca', defaultMode: 0o444 } },
      { name: 'secret-client', secret: { secretName: 'client', defaultMode: 0o444 } },
    ]);
    expect(podOf(objects).containers[0].volumeMounts.slice(1)).toEqual([
      { name: 'cm-ca', mountPath: '/etc/otelcol/tls/cm-ca', readOnly: true },
      { name: 'secret-client', mountPath: '/etc/otelcol/tls/secret-client', readOnly: true },
    ]);
  });

  test('mounts a Secret once that holds all of it', () => {
    const pod = podOf(collectorObjects({ exporters: [grpc({ ca: TrustedCa.fromSecretName('tls'), clientCertificate: TlsKeyPair.fromSecretName('tls') })] }));
    expect(pod.volumes.map(({ name }: { name: string }) => name)).toEqual(['config', 'secret-tls']);
  });

  test('has names for volumes that Kubernetes takes, whatever the Secret is called', () => {
    const [long, dotted, dashed] = ['a'.repeat(253), 'a.b', 'a-b'].map(name => TrustedCa.fromSecretName(name)._volume.name);
    expect(long).toMatch(/^[a-z0-9-]{1,63}$/);
    expect(dotted).toMatch(/^secret-a-b-[0-9a-f]{10}$/);
    expect(dashed).toBe('secret-a-b');
  });

  test.each<[string, object]>([
    ['ca', { ca: TrustedCa.fromSecretName('x') }],
    ['clientCertificate', { clientCertificate: TlsKeyPair.fromSecretName('x') }],
    ['serverName', { serverName: 'x' }],
    ['insecureSkipVerify', { insecureSkipVerify: true }],
    ['bearerToken', { bearerToken: secret }],
  ])('fails with %s in plain text', (prop, options) => {
    expect(() => grpc({ insecure: true, ...options })).toThrow(`'${prop}' must be left out where the spans are sent in plain text`);
  });

  test('fails where it verifies and does not', () => {
    expect(() => grpc({ insecureSkipVerify: true, serverName: 'x' })).toThrow("'insecureSkipVerify' (true) must be left out");
  });
});

describe('headers and tokens', () => {
  test('come from Secrets', () => {
    const objects = collectorObjects({ exporters: [http({ secretHeaders: { 'x-api-key': secret }, plainHeaders: { 'x-dataset': 'cp' } })] });
    expect(configOf(objects).exporters['otlp_http/x'].headers).toEqual({ 'x-dataset': 'cp', 'x-api-key': '${env:SECRET_X_X_API_KEY}' });
    expect(podOf(objects).containers[0].env).toContainEqual({
      name: 'SECRET_X_X_API_KEY', valueFrom: { secretKeyRef: { name: 'backend', key: 'token' } },
    });
  });

  test('of the kind bearer are read from a file, so that they can be renewed', () => {
    const objects = collectorObjects({ exporters: [grpc({ bearerToken: secret })] });
    expect(configOf(objects).extensions['bearertokenauth/x']).toEqual({ filename: '/etc/otelcol/tokens/x/token' });
    expect(configOf(objects).exporters['otlp_grpc/x'].auth).toEqual({ authenticator: 'bearertokenauth/x' });
    expect(configOf(objects).service.extensions).toEqual(['health_check', 'bearertokenauth/x']);
    expect(podOf(objects).volumes).toContainEqual({ name: 'token-x', secret: { secretName: 'backend', defaultMode: 0o444 } });
  });

  test.each([
    ['Authorization', 'x'], ['api-key', 'x'], ['X-API-Key', 'x'], ['x-honeycomb-team', 'x'], ['dd-api-key', 'x'], ['X-SF-TOKEN', 'x'], ['cookie', 'x'],
    ['x-custom', 'Bearer abc'], ['x-custom', 'Basic YTpi'], ['x-custom', 'eyJhbGciOi.x'], ['x-custom', '${env:HOME}'],
  ])('fail when they are written literally: %s: %s', (name, value) => {
    expect(() => grpc({ plainHeaders: { [name]: value } })).toThrow(`'plainHeaders' must hold no secret, and '${name}' is or looks like one`);
  });

  test.each([['X-Scope-OrgID', 'tenant-1'], ['x-honeycomb-dataset', 'cp'], ['stream-name', 'default'], ['x-keyspace', 'a']])('may say what is no secret: %s', (name, value) => {
    expect(() => grpc({ plainHeaders: { [name]: value } })).not.toThrow();
  });

  test('reach the backend with the dollars that they have', () => {
    const [exporter] = Object.values<any>(configOf(collectorObjects({ exporters: [http({ plainHeaders: { 'x-a': 'a$$b$c' } })] })).exporters);
    expect(exporter.headers).toEqual({ 'x-a': 'a$$$$b$$c' });
  });

  test('fail when they are no header, or there twice', () => {
    expect(() => grpc({ plainHeaders: { 'a b': 'x' } })).toThrow("'plainHeaders' (a b)");
    expect(() => grpc({ plainHeaders: { a: 'x\ny' } })).toThrow("'plainHeaders.a' must be printable ASCII");
    expect(() => grpc({ plainHeaders: { 'x-a': 'x' }, secretHeaders: { 'X-A': secret } })).toThrow("'secretHeaders' (X-A) must appear once");
    expect(() => grpc({ bearerToken: secret, secretHeaders: { authorization: secret } })).toThrow("'secretHeaders' (authorization) must be left out");
    expect(() => grpc({ secretHeaders: { a: 'literal' } })).toThrow("'secretHeaders.a' must come from a Secret");
    expect(() => grpc({ bearerToken: 'literal' })).toThrow("'bearerToken' must come from a Secret");
  });
});

describe('queues', () => {
  const queueOf = (options: object, props: object = {}) => configOf(collectorObjects({ exporters: [grpc(options)], ...props })).exporters['otlp_grpc/x'];

  test('batch in the exporter, and are as long as half of the memory allows', () => {
    expect(queueOf({})).toMatchObject({
      compression: 'gzip',
      timeout: '10s',
      retry_on_failure: { enabled: true, initial_interval: '1s', max_interval: '30s' },
      sending_queue: { sizer: 'items', queue_size: 174762, num_consumers: 10, batch: { sizer: 'bytes', min_size: 2_097_152, max_size: 3_145_728, flush_timeout: '200ms' } },
    });
    expect(queueOf({}, { memoryLimit: Size.gibibytes(2) }).sending_queue.queue_size).toBe(699050);
  });

  test('share the memory', () => {
    const config = configOf(collectorObjects({ exporters: [grpc(), http(), SpanExporter.debug()], memoryLimit: Size.mebibytes(128) }));
    expect(Object.values(config.exporters).map((exporter: any) => exporter.sending_queue.queue_size)).toEqual([14563, 14563, 14563]);
  });

  test('leave room to those that say how large they are', () => {
    const config = configOf(collectorObjects({ exporters: [grpc({ queueSize: 100_000 }), http()] }));
    expect(Object.values(config.exporters).map((exporter: any) => exporter.sending_queue.queue_size)).toEqual([100_000, 74_762]);
  });

  test('leave room to traces that wait for their decision', () => {
    const sampling = SpanSampling.tail({ restPercentage: 1 });
    expect(queueOf({}, { sampling }).sending_queue.queue_size).toBe(87381);
  });

  test('make no batch that a backend would not take, unless they are told to', () => {
    expect(queueOf({}, { memoryLimit: Size.mebibytes(128) }).sending_queue.batch).toMatchObject({ sizer: 'bytes', max_size: 3_145_728 });
    expect(queueOf({ batchMaxBytes: Size.mebibytes(1) }).sending_queue.batch).toMatchObject({ sizer: 'bytes', min_size: 699_050, max_size: 1_048_576 });
    expect(queueOf({ batchMaxBytes: Size.kibibytes(64) }).sending_queue.batch).toMatchObject({ sizer: 'bytes', min_size: 43_690, max_size: 65_536 });
    expect(queueOf({ batchMinSize: 5000 }).sending_queue.batch).toMatchObject({ sizer: 'items', min_size: 5000, max_size: 5000 });
  });

  test('count what they are told to', () => {
    expect(queueOf({ queueSizer: QueueSizer.BYTES, queueSize: 1e7 }).sending_queue).toMatchObject({ sizer: 'bytes', queue_size: 1e7, batch: { sizer: 'bytes' } });
    expect(queueOf({ queueSizer: QueueSizer.REQUESTS, queueSize: 100 }).sending_queue).toMatchObject({ sizer: 'requests', queue_size: 100 });
    expect(queueOf({ queueSize: 100, batchMaxSize: 200 }).sending_queue.batch.min_size).toBe(100);
    expect(queueOf({ batchMaxSize: 512 }).sending_queue.batch).toMatchObject({ min_size: 512, max_size: 512 });
  });

  test('are on a volume where there is one, without giving up', () => {
    const objects = collectorObjects({ exporters: [grpc()], queueVolumeSize: Size.gibibytes(2), queueStorageClassName: 'fast' });
    const config = configOf(objects);
    expect(config.exporters['otlp_grpc/x']).toMatchObject({
      sending_queue: { storage: 'file_storage/queue', queue_size: 786432 }, retry_on_failure: { max_elapsed_time: '0s' },
    });
    expect(config.extensions['file_storage/queue']).toMatchObject({ directory: '/var/lib/otelcol/queue', max_size: 1024 * 1024 * 1024 });
    const statefulSet = objects.find(({ kind }) => kind === 'StatefulSet');
    expect(statefulSet.spec).toMatchObject({
      serviceName: 'control-plane-tracing-collector',
      volumeClaimTemplates: [{
        metadata: { name: 'queue' },
        spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'fast', resources: { requests: { storage: '2048Mi' } } },
      }],
    });
    expect(podOf(objects).securityContext.fsGroup).toBe(10001);
    expect(podOf(objects).containers[0].volumeMounts).toContainEqual({ name: 'queue', mountPath: '/var/lib/otelcol/queue' });
  });

  test.each<[string, object, string]>([
    ['bytes without a size', { queueSizer: QueueSizer.BYTES }, "'queueSize' (undefined) must be given where 'queueSizer' is bytes"],
    ['an empty queue', { queueSize: 0 }, "'queueSize' (0)"],
    ['no consumers', { queueConsumers: 0 }, "'queueConsumers' (0)"],
    ['batches larger than the queue', { queueSize: 100, batchMinSize: 101 }, "'batchMinSize' (101) must be at most 'queueSize' (100)"],
    ['a maximum below the minimum', { batchMinSize: 10, batchMaxSize: 9 }, "'batchMaxSize' (9) must be at least 'batchMinSize' (10)"],
    ['no timeout', { timeout: Duration.millis(0) }, "'timeout' (0 ms)"],
    ['no flush', { batchFlushTimeout: Duration.millis(0) }, "'batchFlushTimeout' (0 ms)"],
    ['a shrinking interval', { retryInitialInterval: Duration.seconds(40) }, "'retryMaxInterval' (30000 ms) must be at least 'retryInitialInterval' (40000 ms)"],
    ['an end before the second attempt', { retryMaxElapsedTime: Duration.seconds(20) }, "'retryMaxElapsedTime' (20000 ms) must be at least 'retryMaxInterval' (30000 ms)"],
    ['batches of bytes and of spans', { batchMaxBytes: Size.mebibytes(1), batchMaxSize: 10 }, "'batchMaxBytes' must be left out where 'batchMaxSize' is given"],
    ['batches that are too small', { batchMaxBytes: Size.kibibytes(63) }, "'batchMaxBytes' (64512 bytes) must be a whole number of bytes from 65536"],
    ['batches of no number', { batchMaxBytes: Size.mebibytes(NaN) }, "'batchMaxBytes' (NaN bytes)"],
    ['batches of a part of a byte', { batchMaxBytes: Size.kibibytes(100.0001) }, "'batchMaxBytes' (102400.1024 bytes)"],
    ['batches of text', { batchMaxBytes: '1Mi' }, "'batchMaxBytes' (a string) must be a Size"],
    ['a sizer that is none', { queueSizer: 'spans' }, "'queueSizer' (\"spans\") must be one of \"items\", \"bytes\", \"requests\""],
    ['a size that is no number', { queueSize: NaN }, "'queueSize' (NaN) must be a whole number"],
    ['a size in text', { queueSize: '100' }, "'queueSize' (\"100\") must be a whole number"],
    ['a part of a consumer', { queueConsumers: 1.5 }, "'queueConsumers' (1.5) must be a whole number"],
    ['a timeout that is a number', { timeout: 10 }, "'timeout' (a number) must be a Duration"],
    ['a timeout that is none', { timeout: Duration.seconds(NaN) }, "'timeout' (NaN ms) must be a whole number of milliseconds"],
    ['a timeout without end', { timeout: Duration.seconds(Infinity) }, "'timeout' (Infinity ms)"],
    ['a part of a millisecond', { batchFlushTimeout: Duration.millis(0.5) }, "'batchFlushTimeout' (0.5 ms)"],
    ['an interval in text', { retryInitialInterval: '1s' }, "'retryInitialInterval' (a string) must be a Duration"],
    ['a name that is none', {}, "'name' (X)"],
  ])('fail with %s', (what, options, message) => {
    expect(() => SpanExporter.otlpGrpc(what.startsWith('a name') ? 'X' : 'x', { endpoint: 'x:1', ...options })).toThrow(message);
  });
});

describe('presets', () => {
  const token = { token: secret, instanceId: '123', endpoint: 'https://otlp-gateway-prod-eu-west-2.grafana.net/otlp' };

  test('know protocol, endpoint and header of their backend', () => {
    expect(exporterOf(SpanExporter.jaeger('j', { endpoint: 'jaeger-collector.obs:4317', insecure: true }), 'otlp_grpc/j').endpoint).toBe('jaeger-collector.obs:4317');
    expect(exporterOf(SpanExporter.tempo('t', { endpoint: 'tempo:4317', tenant: 'a|b'.replace('|', '-') }), 'otlp_grpc/t').headers).toEqual({ 'X-Scope-OrgID': 'a-b' });
    expect(exporterOf(SpanExporter.honeycomb('h', { apiKey: secret }), 'otlp_grpc/h'))
      .toMatchObject({ endpoint: 'api.honeycomb.io:443', tls: { insecure: false }, headers: { 'x-honeycomb-team': '${env:SECRET_H_X_HONEYCOMB_TEAM}' } });
    expect(exporterOf(SpanExporter.honeycomb('h', { apiKey: secret, region: HoneycombRegion.EU, dataset: 'cp' }), 'otlp_grpc/h'))
      .toMatchObject({ endpoint: 'api.eu1.honeycomb.io:443', headers: { 'x-honeycomb-dataset': 'cp' } });
    expect(exporterOf(SpanExporter.dynatrace('d', { environmentUrl: 'https://abc.live.dynatrace.com/', apiToken: secret }), 'otlp_http/d'))
      .toMatchObject({ endpoint: 'https://abc.live.dynatrace.com/api/v2/otlp', headers: { Authorization: 'Api-Token ${env:SECRET_D_TOKEN}' } });
    expect(exporterOf(SpanExporter.newRelic('n', { licenseKey: secret }), 'otlp_http/n'))
      .toMatchObject({ endpoint: 'https://otlp.nr-data.net', headers: { 'api-key': '${env:SECRET_N_API_KEY}' } });
    expect(exporterOf(SpanExporter.newRelic('n', { licenseKey: secret, region: NewRelicRegion.EU }), 'otlp_http/n').endpoint).toBe('https://otlp.eu01.nr-data.net');
    const grafana = configurationOf(SpanExporter.grafanaCloud('g', token));
    expect(grafana.exporters['otlp_http/g']).toMatchObject({ endpoint: token.endpoint, auth: { authenticator: 'basicauth/g' } });
    expect(grafana.extensions['basicauth/g']).toEqual({ client_auth: { username: '123', password_file: '/etc/otelcol/tokens/g/token' } });
  });

  test('write files on a volume that is as large as they get', () => {
    const objects = collectorObjects({ exporters: [SpanExporter.file('f', { rotationSize: Size.mebibytes(10), rotationBackups: 3 })] });
    expect(configOf(objects).exporters['file/f']).toEqual({
      path: '/var/lib/otelcol/files/f/traces.json', rotation: { max_megabytes: 10, max_backups: 3 },
    });
    expect(podOf(objects).volumes).toContainEqual({ name: 'file-f', emptyDir: { sizeLimit: '50Mi' } });
  });

  test.each<[string, () => unknown, string]>([
    ['a tenant that is none', () => SpanExporter.tempo('t', { endpoint: 'x:1', tenant: 'a/b' }), "'tenant' (a/b)"],
    ['a stack\'s name for its id', () => SpanExporter.grafanaCloud('g', { ...token, instanceId: 'my-stack' }), "'instanceId' (my-stack)"],
    ['a token in plain text', () => SpanExporter.grafanaCloud('g', { ...token, endpoint: 'http://x' }), "'endpoint' (http://x) must begin with https://"],
    ['an API token in plain text', () => SpanExporter.dynatrace('d', { environmentUrl: 'http://x', apiToken: secret }), "'environmentUrl' (http://x)"],
    ['a literal key', () => SpanExporter.honeycomb('h', { apiKey: 'hcaik_x' as any }), "'apiKey' must come from a Secret"],
    ['a literal licence', () => SpanExporter.newRelic('n', { licenseKey: 'NRAK' as any }), "'licenseKey' must come from a Secret"],
    ['files of no size', () => SpanExporter.file('f', { rotationSize: Size.kibibytes(1) }), "'rotationSize' (0.0009765625 MiB) must be a whole number of MiB"],
    ['no backups', () => SpanExporter.file('f', { rotationBackups: 0 }), "'rotationBackups' (0)"],
  ])('fail with %s', (_what, make, message) => {
    expect(make).toThrow(message);
  });
});

describe('a third party\'s exporter', () => {
  class XRay implements ISpanExporter {
    public bind(): SpanExporterConfig {
      return {
        exporterId: 'otlp_http/xray',
        config: {
          traces_endpoint: 'https://xray.eu-west-1.amazonaws.com/v1/traces',
          compression: ExporterCompression.GZIP,
          auth: { authenticator: 'sigv4auth/xray' },
          sending_queue: { batch: { max_size: 10_000 } },
        },
        extensions: [{ extensionId: 'sigv4auth/xray', config: { region: 'eu-west-1', service: 'xray' } }],
        secretEnv: { AWS_WEB_IDENTITY_HINT: secret },
        volumes: [CollectorVolume.custom('aws-token', { projected: { sources: [] } }, '/var/run/secrets/aws')],
      };
    }
  }

  test('brings all that it needs, and names the distribution that has it', () => {
    const objects = collectorObjects({ exporters: [new XRay()], distribution: CollectorDistribution.CONTRIB });
    expect(configOf(objects).extensions['sigv4auth/xray']).toEqual({ region: 'eu-west-1', service: 'xray' });
    expect(configOf(objects).exporters['otlp_http/xray'].sending_queue).toEqual({ sizer: 'items', queue_size: 174762, batch: { min_size: 8192, max_size: 10_000 } });
    expect(podOf(objects).containers[0].volumeMounts).toContainEqual({ name: 'aws-token', mountPath: '/var/run/secrets/aws' });
    expect(podOf(objects).containers[0].image).toContain('opentelemetry-collector-contrib:');
    expect(() => collectorObjects({ exporters: [new XRay()] }))
      .toThrow("'distribution' (K8S) must have the extension sigv4auth; 'distribution' CONTRIB has it");
  });

  test('may use what a build of one\'s own has', () => {
    const exporters = [{ bind: () => ({ exporterId: 'mine' }) }];
    const image = { collectorImage: 'registry.example.com/otelcol-mine:1' };
    expect(() => collectorObjects({ exporters, ...image, distribution: CollectorDistribution.CUSTOM })).not.toThrow();
    expect(() => collectorObjects({ exporters, ...image, imageComponents: [{ kind: 'exporter' as any, typeName: 'mine' }] })).not.toThrow();
  });
});
