import { Size } from 'cdk8s';
import { collectorObjects, configOf, podOf } from './collector-objects';
import { Collector, CollectorNetworkPolicy, CollectorProps, SpanExporter, SpanFilter, SpanRedaction, SpanSampling, TlsKeyPair, TrustedCa } from '../../../../src';
import { find, inventory, render, Rendered } from '../rendering';

const LABEL = 'cdk8s-control-plane-tracing.github.io/collector';
const FIRST = { [LABEL]: 'control-plane-tracing' };
const SECOND = { [LABEL]: 'control-plane-tracing.sampler' };
const tempo = SpanExporter.otlpGrpc('tempo', { endpoint: 'tempo:4317', insecure: true });
const sampling = SpanSampling.tail({ restPercentage: 1 });

interface Stages {
  readonly first: Rendered[];
  readonly second: Rendered[];
  readonly all: Rendered[];
}

function stages(props: CollectorProps = {}): Stages {
  const all = collectorObjects({ sampling, replicas: 2, exporters: [tempo], ...props });
  return {
    all,
    first: all.filter(({ metadata }) => metadata.name === 'control-plane-tracing-collector'),
    second: all.filter(({ metadata }) => metadata.name === 'control-plane-tracing-sampler'),
  };
}

test('tail sampling in one pod is one stage', () => {
  expect(stages({ replicas: 1 }).second).toEqual([]);
  expect(stages({ sampling: SpanSampling.probabilistic(10), replicas: 5 }).second).toEqual([]);
});

test.each<[string, CollectorProps]>([
  ['tail sampling', {}],
  ['dropped traces', { sampling: undefined, dropTraces: [SpanFilter.leases()] }],
  ['an autoscaler', { replicas: undefined, autoscaled: true }],
])('%s in several pods makes two stages', (_what, props) => {
  const { all, first, second } = stages(props);
  expect(inventory(all)).toEqual([
    'ServiceAccount control-plane-tracing/control-plane-tracing-collector',
    ...['sampler', 'collector'].flatMap(role => ['ConfigMap', 'Service', 'Deployment', 'PodDisruptionBudget'].map(kind =>
      `${kind} control-plane-tracing/control-plane-tracing-${role}`)),
  ]);
  const pipelineOf = (objects: Rendered[]) => configOf(objects).service.pipelines.traces;
  expect(pipelineOf(first)).toEqual({ receivers: ['otlp'], processors: ['memory_limiter'], exporters: ['load_balancing'] });
  expect(pipelineOf(second).processors).toContain('tail_sampling');
  expect(pipelineOf(second).exporters).toEqual(['otlp_grpc/tempo']);
  expect([first, second].map(objects => find(objects, 'Deployment').spec.replicas)).toEqual(props.autoscaled ? [undefined, undefined] : [2, 2]);
});

test('the first stage sends all spans of a trace to one of the addresses that the headless Service has', () => {
  const { first, second } = stages();
  expect(configOf(first).exporters.load_balancing).toMatchObject({
    routing_key: 'traceID',
    resolver: { dns: { hostname: 'control-plane-tracing-sampler.control-plane-tracing.svc', port: '4317' } },
    protocol: { otlp: { tls: { insecure: true }, sending_queue: { enabled: false }, retry_on_failure: { enabled: false } } },
    retry_on_failure: { enabled: true, multiplier: 1.5, max_elapsed_time: '5m' },
    // Half of the memory, as in one stage.
    sending_queue: { queue_size: 174_762 },
  });
  expect(find(second, 'Service').spec).toEqual({
    type: 'ClusterIP', clusterIP: 'None', selector: SECOND, ports: [{ name: 'otlp-grpc', port: 4317, targetPort: 'otlp-grpc', protocol: 'TCP', appProtocol: 'grpc' }],
  });
  expect(find(first, 'Service').spec.selector).toEqual(FIRST);
  // Who asks DNS needs no token.
  expect(podOf(first).automountServiceAccountToken).toBe(false);
});

test('spans are filtered before they are sent on, and redacted after the decision', () => {
  const { first, second } = stages({ dropSpans: [SpanFilter.healthChecks()], redactions: [SpanRedaction.urlQueries()] });
  expect(configOf(first).service.pipelines.traces.processors).toEqual(['memory_limiter', 'filter']);
  expect(configOf(second).service.pipelines.traces.processors).toEqual(['memory_limiter', 'tail_sampling', 'transform/identity', 'transform/redaction']);
});

test('each stage has pods, a budget and a spread of its own', () => {
  const { first, second } = stages({ priorityClassName: 'p', podLabels: { team: 'x' }, memoryLimit: Size.gibibytes(1) });
  for (const [objects, selector] of [[first, FIRST], [second, SECOND]] as const) {
    const { spec } = find(objects, 'Deployment');
    expect(spec.selector.matchLabels).toEqual(selector);
    expect(spec.template.metadata.labels).toMatchObject({ ...selector, team: 'x' });
    expect(spec.template.spec).toMatchObject({ priorityClassName: 'p', serviceAccountName: 'control-plane-tracing-collector' });
    expect(spec.template.spec.topologySpreadConstraints[0].labelSelector.matchLabels).toEqual(selector);
    expect(spec.template.spec.containers[0].resources.limits.memory).toBe('1024Mi');
    expect(find(objects, 'PodDisruptionBudget').spec.selector.matchLabels).toEqual(selector);
  }
});

test('persistent queues are those of the second stage', () => {
  const { first, second } = stages({ queueVolumeSize: Size.gibibytes(1) });
  expect(find(first, 'Deployment').spec.template.spec.volumes).toHaveLength(1);
  expect(configOf(first).exporters.load_balancing.sending_queue).not.toHaveProperty('storage');
  expect(find(second, 'StatefulSet').spec.serviceName).toBe('control-plane-tracing-sampler');
  expect(configOf(second).exporters['otlp_grpc/tempo'].sending_queue.storage).toBe('file_storage/queue');
});

test('what users change is the second stage, and its proxy is no matter of the first', () => {
  const { first, second } = stages({
    env: { HTTPS_PROXY: 'http://proxy:3128', GOGC: '50' },
    configOverrides: { service: { telemetry: { logs: { level: 'debug' } } } },
  });
  expect(configOf(second).service.telemetry.logs.level).toBe('debug');
  expect(configOf(first).service.telemetry.logs).not.toHaveProperty('level');
  const env = (objects: Rendered[]) => podOf(objects).containers[0].env.map(({ name }: { name: string }) => name);
  expect([env(first), env(second)]).toEqual([['POD_IP', 'GOMEMLIMIT', 'GOGC'], ['POD_IP', 'GOMEMLIMIT', 'HTTPS_PROXY', 'GOGC']]);
});

describe('TLS', () => {
  const tls = { receiverCertificate: TlsKeyPair.fromSecretName('pair'), samplerCa: TrustedCa.fromConfigMapName('ca') };
  const volumes = (objects: Rendered[]) => podOf(objects).volumes.map(({ name }: { name: string }) => name);

  test('goes from the first stage to the second, too', () => {
    const { first, second } = stages(tls);
    expect(configOf(first).exporters.load_balancing.protocol.otlp.tls).toEqual({
      insecure: false, ca_file: '/etc/otelcol/tls/cm-ca/ca.crt', server_name_override: 'control-plane-tracing-collector.control-plane-tracing.svc',
    });
    expect(configOf(second).receivers.otlp.protocols.grpc.tls).toEqual(configOf(first).receivers.otlp.protocols.grpc.tls);
    expect([volumes(first), volumes(second)]).toEqual([['config', 'cm-ca', 'secret-pair'], ['config', 'secret-pair']]);
  });

  test('is mutual where it is mutual before', () => {
    const { first, second } = stages({ ...tls, receiverClientCa: TrustedCa.fromConfigMapName('clients') });
    expect(configOf(first).exporters.load_balancing.protocol.otlp.tls).toMatchObject({ cert_file: '/etc/otelcol/tls/secret-pair/tls.crt' });
    expect(configOf(first).receivers.otlp.protocols.grpc.tls.client_ca_file).toBe('/etc/otelcol/tls/cm-clients/ca.crt');
    expect(configOf(second).receivers.otlp.protocols.grpc.tls.client_ca_file).toBe('/etc/otelcol/tls/cm-ca/ca.crt');
    expect(volumes(second)).toEqual(['config', 'secret-pair', 'cm-ca']);
  });
});

describe('a network policy', () => {
  test('lets nodes into the first stage, and only the first stage into the second', () => {
    const { first, second } = stages({ networkPolicy: CollectorNetworkPolicy.kubernetes({ nodeCidrs: ['192.0.2.0/28'] }), exporters: [SpanExporter.debug()] });
    const policies = [first, second].map(objects => find(objects, 'NetworkPolicy').spec);
    expect(policies.map(({ podSelector }) => podSelector.matchLabels)).toEqual([FIRST, SECOND]);
    expect(policies.map(({ ingress }) => ingress[0].from)).toEqual([[{ ipBlock: { cidr: '192.0.2.0/28' } }], [{ podSelector: { matchLabels: FIRST } }]]);
    expect(policies.map(({ egress }) => egress.slice(1))).toEqual([[{ ports: [{ protocol: 'TCP', port: 4317 }] }], []]);
  });

  test('of Cilium does, too', () => {
    const { first, second } = stages({ networkPolicy: CollectorNetworkPolicy.cilium() });
    const [ofFirst, ofSecond] = [first, second].map(objects => find(objects, 'CiliumNetworkPolicy').spec.ingress[0]);
    expect(ofFirst.fromEntities).toContain('remote-node');
    expect(Object.keys(ofSecond)).toEqual(['fromEndpoints', 'toPorts']);
    expect(ofSecond.fromEndpoints).toEqual([{ matchLabels: FIRST }]);
  });
});

test.each(['podMonitor', 'serviceMonitor'] as const)('a %s finds both stages', prop => {
  const { all, second } = stages({ [prop]: true });
  const { selector } = find(all, prop === 'podMonitor' ? 'PodMonitor' : 'ServiceMonitor').spec;
  expect(selector).toEqual({ matchExpressions: [{ key: LABEL, operator: 'In', values: [FIRST[LABEL], SECOND[LABEL]] }] });
  expect(find(second, 'Service').spec.ports.map(({ name }: { name: string }) => name)).toEqual(prop === 'serviceMonitor' ? ['otlp-grpc', 'metrics'] : ['otlp-grpc']);
});

test('alerts are on both stages, and the dashboard counts what comes in once', () => {
  const { all } = stages({ podMonitor: true, prometheusRule: true, dashboard: true });
  const rules: { alert: string; expr: string }[] = find(all, 'PrometheusRule').spec.groups[0].rules;
  const expr = (name: string) => rules.find(({ alert }) => alert === `ControlPlaneTracing${name}`)!.expr;
  expect(expr('SamplerDown')).toContain('pod=~"control-plane-tracing-sampler-.+"');
  expect(expr('ReplicaDown').match(/< 2\b/g)).toHaveLength(2);
  expect(expr('SpansRefused')).toContain('pod=~"(control-plane-tracing-collector|control-plane-tracing-sampler)-.+"');
  expect(expr('NoSpans')).not.toContain('sampler');
  const dashboard = find(all, 'ConfigMap', 'control-plane-tracing-collector-dashboard').data['control-plane-tracing.json'];
  expect(dashboard).toMatch(/otelcol_receiver_accepted_spans\{namespace=\\"control-plane-tracing\\",pod=~\\"control-plane-tracing-collector-.\+\\"/);
  expect(dashboard).toMatch(/otelcol_exporter_queue_size\{namespace=\\"control-plane-tracing\\",pod=~\\"\(control-plane-tracing-collector\|/);
});

test('every object is a member', () => {
  let collector!: Collector;
  render(chart => { collector = new Collector(chart, 'c', { sampling, replicas: 2, networkPolicy: CollectorNetworkPolicy.cilium() }); });
  const { samplerConfigMap, samplerService, samplerWorkload, samplerPodDisruptionBudget, samplerNetworkPolicy } = collector;
  expect([samplerConfigMap, samplerService, samplerWorkload, samplerPodDisruptionBudget, samplerNetworkPolicy].map(object => object?.kind))
    .toEqual(['ConfigMap', 'Service', 'Deployment', 'PodDisruptionBudget', 'CiliumNetworkPolicy']);
  expect(collector.podSelector).toEqual(FIRST);
});

test('an exporter that is added is one of the second stage', () => {
  const objects = render(chart => new Collector(chart, 'c', { sampling, replicas: 2 }).addExporter(tempo));
  const second = objects.filter(({ metadata }) => metadata.name.endsWith('-sampler'));
  expect(configOf(second).service.pipelines.traces.exporters).toEqual(['file/stdout', 'otlp_grpc/tempo']);
});
