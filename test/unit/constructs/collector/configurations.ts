import { Chart, Duration, Size, Testing } from 'cdk8s';
import {
  Collector, CollectorAgent, CollectorProps, CollectorVolume, DebugVerbosity, ExporterCompression, HoneycombRegion, NewRelicRegion, QueueSizer,
  SecretRef, SpanExporter, SpanFilter, SpanRedaction, SpanSampling, TlsKeyPair, TrustedCa,
} from '../../../../src';

const TEMPO = { endpoint: 'tempo-distributor.observability:4317', insecure: true };

const COLLECTORS: { readonly [name: string]: CollectorProps } = {
  'default': {},
  'debug': { exporters: [SpanExporter.debug()] },
  'debug-normal': { exporters: [SpanExporter.debug({ verbosity: DebugVerbosity.NORMAL })] },
  'jaeger': { exporters: [SpanExporter.jaeger('jaeger', { endpoint: 'jaeger-collector.observability:4317', insecure: true })] },
  'tempo-tenant': { clusterName: 'prod-eu-1', exporters: [SpanExporter.tempo('tempo', { ...TEMPO, tenant: 'platform' })] },
  'grafana-cloud': {
    exporters: [SpanExporter.grafanaCloud('grafana', {
      endpoint: 'https://otlp-gateway-prod-eu-west-2.grafana.net/otlp', instanceId: '123456', token: SecretRef.fromSecretName('grafana', 'token'),
    })],
  },
  'honeycomb': { exporters: [SpanExporter.honeycomb('honeycomb', { apiKey: SecretRef.fromSecretName('honeycomb', 'key'), region: HoneycombRegion.EU })] },
  'dynatrace': {
    exporters: [SpanExporter.dynatrace('dynatrace', {
      environmentUrl: 'https://abc12345.live.dynatrace.com', apiToken: SecretRef.fromSecretName('dynatrace', 'token'),
    })],
  },
  'new-relic': { exporters: [SpanExporter.newRelic('newrelic', { licenseKey: SecretRef.fromSecretName('newrelic', 'key'), region: NewRelicRegion.EU })] },
  'file': { exporters: [SpanExporter.file('spans')] },
  'mutual-tls-and-token': {
    exporters: [SpanExporter.otlpGrpc('secure', {
      endpoint: 'backend.observability:4317',
      ca: TrustedCa.fromSecretName('backend-ca'),
      clientCertificate: TlsKeyPair.fromSecretName('collector-client'),
      serverName: 'backend.example.com',
      bearerToken: SecretRef.fromSecretName('backend-token', 'token'),
    })],
  },
  'http-with-everything': {
    exporters: [SpanExporter.otlpHttp('http', {
      endpoint: 'https://otlp.example.com/custom/v1/traces',
      ca: TrustedCa.fromConfigMapName('example-ca', 'bundle.pem'),
      secretHeaders: { 'x-api-key': SecretRef.fromSecretName('example', 'key') },
      plainHeaders: { 'x-dataset': 'control-plane' },
      compression: ExporterCompression.ZSTD,
      queueSizer: QueueSizer.BYTES,
      queueSize: 32 * 1024 * 1024,
      queueConsumers: 4,
      batchMinSize: 512,
      batchMaxSize: 1024,
      batchFlushTimeout: Duration.seconds(1),
      timeout: Duration.seconds(20),
      retryInitialInterval: Duration.millis(500),
      retryMaxInterval: Duration.seconds(10),
      retryMaxElapsedTime: Duration.seconds(0),
    })],
  },
  'requests-queue': { exporters: [SpanExporter.otlpGrpc('tempo', { ...TEMPO, queueSizer: QueueSizer.REQUESTS, queueSize: 1000 })] },
  'several': {
    exporters: [SpanExporter.tempo('eu', TEMPO), SpanExporter.tempo('us', { ...TEMPO, tenant: 'us' }), SpanExporter.debug(), SpanExporter.file('copy', {
      volume: CollectorVolume.fromPersistentVolumeClaimName('copies', 'span-copies', '/var/lib/otelcol/copies'),
      rotationSize: Size.mebibytes(8),
    })],
  },
  'persistent': { exporters: [SpanExporter.otlpGrpc('tempo', TEMPO), SpanExporter.tempo('other', TEMPO)], queueVolumeSize: Size.gibibytes(1) },
  'probabilistic': { exporters: [SpanExporter.otlpGrpc('tempo', TEMPO)], sampling: SpanSampling.probabilistic(12.5), replicas: 3 },
  'tail': {
    clusterName: 'it\'s "quoted" \\ here',
    exporters: [SpanExporter.otlpGrpc('tempo', TEMPO)],
    sampling: SpanSampling.tail({ restPercentage: 1, keepSlowerThan: Duration.millis(300) }),
  },
  'noise': {
    exporters: [SpanExporter.otlpGrpc('tempo', TEMPO)],
    dropTraces: [
      SpanFilter.healthChecks(), SpanFilter.metricsScrapes(), SpanFilter.leases(), SpanFilter.watches(), SpanFilter.loneAuthentication(),
      SpanFilter.userAgents('^kube-probe/'), SpanFilter.paths('^/openapi/'),
    ],
    dropSpans: [SpanFilter.ottl('span.name == "SerializeObject"'), SpanFilter.ottl('IsMatch(span.name, "^audit$")'), SpanFilter.watches()],
    redactions: [
      SpanRedaction.clientAddresses(), SpanRedaction.userAgents(), SpanRedaction.urlQueries(), SpanRedaction.remove('audit-id'),
      SpanRedaction.hash('key'), SpanRedaction.replace('http.target', '/secrets/([^/?]+)', '/secrets/$1-redacted$'),
    ],
  },
  'mutual-tls-receiver': {
    exporters: [SpanExporter.otlpGrpc('tempo', TEMPO)],
    receiverCertificate: TlsKeyPair.fromSecretName('gateway-certificate'),
    receiverClientCa: TrustedCa.fromSecretName('gateway-client-ca'),
  },
  'overridden': {
    exporters: [SpanExporter.otlpGrpc('tempo', TEMPO)],
    configOverrides: {
      receivers: { otlp: { protocols: { http: { endpoint: '[${env:POD_IP}]:4318' }, grpc: { max_recv_msg_size_mib: null } } } },
      service: { telemetry: { logs: { level: 'debug' } } },
    },
  },
};

/** Every kind of configuration that this library writes, as it is synthesized. */
export function configurations(): Map<string, string> {
  const all = new Map<string, string>();
  for (const [name, props] of Object.entries(COLLECTORS)) all.set(name, text(new Collector(Testing.chart(), name, props)));
  const chart = Testing.chart();
  all.set('agent', text(new CollectorAgent(chart, 'agent', { gateway: new Collector(chart, 'gateway'), clusterName: 'prod' })));
  all.set('agent-with-tls', text(secureAgent(Testing.chart())));
  return all;
}

function secureAgent(chart: Chart): CollectorAgent {
  const gateway = new Collector(chart, 'gateway', {
    receiverCertificate: TlsKeyPair.fromSecretName('gateway-certificate'), receiverClientCa: TrustedCa.fromSecretName('gateway-client-ca'),
  });
  return new CollectorAgent(chart, 'agent', {
    gateway, gatewayCa: TrustedCa.fromConfigMapName('gateway-ca'), gatewayClientCertificate: TlsKeyPair.fromSecretName('agent-certificate'), podMonitor: true,
  });
}

function text(collector: Collector | CollectorAgent): string {
  return collector.configMap.toJson().data['config.yaml'];
}
