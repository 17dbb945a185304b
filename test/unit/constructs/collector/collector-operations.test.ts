import { ApiObject, App, Chart, Duration, Size } from 'cdk8s';
import { collectorObjects, configOf, podOf } from './collector-objects';
import { Collector, CollectorAgent, CollectorNetworkPolicy, CollectorProps, CollectorVolume, ISpanExporter, SecretRef, SpanExporter, TlsKeyPair, TrustedCa } from '../../../../src';
import { METRICS } from '../../../../src/constructs/collector/metrics';
import { find, render } from '../rendering';

const selector = { 'cdk8s-control-plane-tracing.github.io/collector': 'control-plane-tracing' };
const tempo = SpanExporter.otlpGrpc('tempo', { endpoint: 'tempo:4317', insecure: true });

test('pods are spread over hosts and zones', () => {
  expect(podOf(collectorObjects()).topologySpreadConstraints).toEqual(['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map(topologyKey => ({
    maxSkew: 1, topologyKey, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: selector },
  })));
});

test('a disruption budget is there where it lets a node be drained', () => {
  expect(collectorObjects().some(({ kind }) => kind === 'PodDisruptionBudget')).toBe(false);
  const { spec } = find(collectorObjects({ replicas: 2 }), 'PodDisruptionBudget');
  expect(spec).toEqual({ maxUnavailable: 1, selector: { matchLabels: selector }, unhealthyPodEvictionPolicy: 'AlwaysAllow' });
  expect(collectorObjects({ replicas: 2, podDisruptionBudget: false }).some(({ kind }) => kind === 'PodDisruptionBudget')).toBe(false);
});

test('a pod that holds a claim goes before the next one comes', () => {
  const strategyOf = (exporter: ISpanExporter) => find(render(chart => new Collector(chart, 'collector').addExporter(exporter)), 'Deployment').spec.strategy;
  const claim = CollectorVolume.fromPersistentVolumeClaimName('spans', 'spans', '/var/lib/spans');
  expect(strategyOf(SpanExporter.file('spans', { volume: claim }))).toEqual({ type: 'Recreate' });
  expect(strategyOf(SpanExporter.file('spans'))).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } });
});

test('every object that is made is a member', () => {
  const chart = new Chart(new App(), 'tracing', { namespace: 'x' });
  const everything: CollectorProps = {
    replicas: 2, podMonitor: true, prometheusRule: true, dashboard: true, networkPolicy: CollectorNetworkPolicy.cilium({ metricsNamespace: 'monitoring' }),
  };
  const inMemory = new Collector(chart, 'memory', everything);
  const onDisk = new Collector(chart, 'disk', { ...everything, name: 'disk', queueVolumeSize: Size.gibibytes(1) });
  const agent = new CollectorAgent(chart, 'agent', { gateway: inMemory, podMonitor: true, prometheusRule: true });
  for (const part of [inMemory, onDisk, agent]) {
    const members = Object.values(part).filter(ApiObject.isApiObject);
    expect(part.node.findAll().filter(ApiObject.isApiObject).filter(object => !members.includes(object))).toEqual([]);
  }
  expect([inMemory.statefulSet, onDisk.deployment]).toEqual([undefined, undefined]);
  expect(inMemory.podSelector).toEqual(selector);
  expect(agent.daemonSet.toJson().spec.selector.matchLabels).toEqual(agent.podSelector);
  expect(agent.address.fixedEndpoint).toBe('127.0.0.1:4317');
  expect(new Collector(chart, 'fixed', { name: 'fixed', clusterIP: 'fd00::50' }).address.fixedEndpoint).toBe('[fd00::50]:4317');
});

describe('a network policy', () => {
  const policy = CollectorNetworkPolicy.kubernetes({ nodeCidrs: ['192.168.0.0/28', 'fd00::/64'], metricsNamespace: 'monitoring' });

  test('lets nodes in by their addresses, and spans out by their ports', () => {
    expect(find(collectorObjects({ networkPolicy: policy, exporters: [tempo] }), 'NetworkPolicy').spec).toEqual({
      podSelector: { matchLabels: selector },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        { from: [{ ipBlock: { cidr: '192.168.0.0/28' } }, { ipBlock: { cidr: 'fd00::/64' } }], ports: [{ protocol: 'TCP', port: 4317 }] },
        { from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }], ports: [{ protocol: 'TCP', port: 8888 }] },
      ],
      egress: [{ ports: [{ protocol: 'UDP', port: 53 }, { protocol: 'TCP', port: 53 }] }, { ports: [{ protocol: 'TCP', port: 4317 }] }],
    });
  });

  test('knows the port of a URL', () => {
    const exporters = [
      SpanExporter.otlpHttp('a', { endpoint: 'https://a.example.com' }), SpanExporter.otlpHttp('b', { endpoint: 'http://b.example.com/v1/traces' }),
      SpanExporter.debug(),
    ];
    expect(find(collectorObjects({ networkPolicy: policy, exporters }), 'NetworkPolicy').spec.egress[1].ports.map(({ port }: { port: number }) => port)).toEqual([80, 443]);
  });

  test('lets everything out where it does not know the ports', () => {
    const third = { bind: () => ({ exporterId: 'nop' }) };
    const unknown = { bind: () => ({ exporterId: 'load_balancing', config: { resolver: {} } }) };
    expect(find(collectorObjects({ networkPolicy: policy, exporters: [third] }), 'NetworkPolicy').spec.policyTypes).toEqual(['Ingress', 'Egress']);
    expect(find(collectorObjects({ networkPolicy: policy, exporters: [unknown] }), 'NetworkPolicy').spec).not.toHaveProperty('egress');
  });

  describe('follows what the configuration finally is', () => {
    const portsWith = (configOverrides: object, networkPolicy = policy) =>
      find(collectorObjects({ networkPolicy, exporters: [tempo], configOverrides }), 'NetworkPolicy').spec.egress?.[1].ports.map(({ port }: { port: number }) => port);

    test.each<[string, object, number[] | undefined]>([
      ['an endpoint that is changed', { exporters: { 'otlp_grpc/tempo': { endpoint: 'tempo:14317' } } }, [14317]],
      ['an exporter that is added', { exporters: { 'otlp_http/more': { endpoint: 'https://more.example.com' } } }, [443, 4317]],
      ['an exporter of which no port is known', { exporters: { otelarrow: { endpoint: 'arrow:4317' } } }, undefined],
      ['an endpoint that the environment says', { exporters: { 'otlp_http/more': { endpoint: '${env:BACKEND:-https://a}' } } }, undefined],
      ['telemetry that is sent', {
        service: { telemetry: { traces: { processors: [{ batch: { exporter: { otlp: { endpoint: 'https://self.example.com:4318' } } } }] } } },
      }, [4317, 4318]],
      ['an extension that may talk to anybody', {
        extensions: { oauth2client: { client_id: 'a', token_url: 'https://login.example.com/token' } }, service: { extensions: ['health_check', 'oauth2client'] },
      }, undefined],
    ])('%s', (_what, configOverrides, ports) => {
      expect(portsWith(configOverrides)).toEqual(ports);
    });

    test('and the ports of pods behind a Service', () => {
      expect(portsWith({}, CollectorNetworkPolicy.kubernetes({ nodeCidrs: ['10.0.0.0/8'], extraEgressPorts: [9095, 4317] }))).toEqual([4317, 9095]);
    });
  });

  test('for Cilium finds nodes by what they are', () => {
    const { spec } = find(collectorObjects({ networkPolicy: CollectorNetworkPolicy.cilium(), exporters: [tempo] }), 'CiliumNetworkPolicy');
    expect(spec.ingress).toEqual([{ fromEntities: ['host', 'remote-node', 'kube-apiserver'], toPorts: [{ ports: [{ protocol: 'TCP', port: '4317' }] }] }]);
    expect(spec.egress[1].toPorts).toEqual([{ ports: [{ protocol: 'TCP', port: '4317' }] }]);
  });
});

describe('monitoring', () => {
  const objects = collectorObjects({
    podMonitor: true, prometheusRule: true, dashboard: true, noSpansAlert: Duration.minutes(30), monitoringLabels: { release: 'prometheus' },
  });

  test('scrapes the port that shows metrics', () => {
    const monitor = find(objects, 'PodMonitor');
    expect(monitor.metadata.labels.release).toBe('prometheus');
    expect(monitor.spec).toEqual({ selector: { matchLabels: selector }, podMetricsEndpoints: [{ port: 'metrics', path: '/metrics', interval: '30s' }] });
    expect(podOf(objects).containers[0].ports).toContainEqual({ name: 'metrics', containerPort: 8888, protocol: 'TCP' });
  });

  test('asks for metrics by the names that alerts and dashboard use', () => {
    expect(configOf(objects).service.telemetry.metrics.readers[0].pull.exporter.prometheus).toEqual({
      host: '${env:POD_IP}', port: 8888, without_scope_info: true, without_type_suffix: true, without_units: true,
    });
    const names = JSON.stringify([find(objects, 'PrometheusRule').spec, find(objects, 'ConfigMap', 'control-plane-tracing-collector-dashboard').data])
      .match(/otelcol_[a-z_]+/g)!;
    expect(new Set(names)).toEqual(new Set(Object.values(METRICS)));
  });

  test('alerts when nothing comes, and when something is lost', () => {
    const [{ rules }] = find(objects, 'PrometheusRule').spec.groups;
    expect(rules.map(({ alert }: { alert: string }) => alert)).toEqual([
      'ControlPlaneTracingCollectorDown', 'ControlPlaneTracingReplicaDown', 'ControlPlaneTracingNoSpans', 'ControlPlaneTracingSpansRefused',
      'ControlPlaneTracingExportFails', 'ControlPlaneTracingQueueFull', 'ControlPlaneTracingQueueFillsUp',
    ]);
    expect(rules[2].expr).toBe(
      '(sum(increase(otelcol_receiver_accepted_spans{namespace="control-plane-tracing",pod=~"control-plane-tracing-collector-.+"}[1800s])) or vector(0)) == 0'
      + ' and on() count(otelcol_process_uptime{namespace="control-plane-tracing",pod=~"control-plane-tracing-collector-.+"} offset 1800s) > 0');
  });

  test('has a dashboard that Grafana finds', () => {
    const configMap = find(objects, 'ConfigMap', 'control-plane-tracing-collector-dashboard');
    expect(configMap.metadata.labels).toMatchObject({ grafana_dashboard: '1', release: 'prometheus' });
    const { panels, templating } = JSON.parse(configMap.data['control-plane-tracing.json']);
    expect(panels).toHaveLength(10);
    expect(new Set(panels.map(({ id }: { id: number }) => id)).size).toBe(10);
    expect(templating.list.map(({ name }: { name: string }) => name)).toEqual(['tempo', 'prometheus']);
  });

  describe('has panels over spans', () => {
    interface Target { readonly queryType?: string; readonly query: string }
    interface Panel { readonly title: string; readonly description: string; readonly targets: readonly Target[] }
    const configMap = find(objects, 'ConfigMap', 'control-plane-tracing-collector-dashboard');
    const panels: readonly Panel[] = JSON.parse(configMap.data['control-plane-tracing.json']).panels;
    const overSpans = panels.filter(({ targets }) => targets[0]!.queryType === 'traceql');
    const queriesOf = (title: RegExp) => panels.find(panel => title.test(panel.title))!.targets.map(({ query }) => query);

    test('that tell webhooks apart', () => {
      expect(queriesOf(/webhooks/)).toEqual(['{ name =~ "Call (mutating|validating) webhook.*" } | quantile_over_time(duration, .99) by (span.webhook)']);
    });

    test('that leave watches and streams out of percentiles', () => {
      const excluded = (query: string) => new RegExp(/!~ "(.*?)"/.exec(query)![1]!);
      const [requests] = queriesOf(/^Latency/);
      expect(['watch=true', 'watch=1', 'watch=t', 'watch=True&x=y'].filter(query => !excluded(requests!).test(`/api/v1/pods?a=b&${query}`))).toEqual([]);
      expect(excluded(requests!).test('/api/v1/namespaces/watch/pods?limit=500&watch=false')).toBe(false);
      for (const query of queriesOf(/^Time in etcd/)) {
        expect(excluded(query).test('etcdserverpb.Watch/Watch')).toBe(true);
        expect(excluded(query).test('etcdserverpb.KV/Range')).toBe(false);
      }
    });

    test('that show 4xx beside 5xx, by the names of old and new releases', () => {
      expect(queriesOf(/failed/).map(query => /&& (\S+) >= 400 .*by \(name, (\S+)\)$/.exec(query)!.slice(1))).toEqual(
        ['span.http.response.status_code', 'span.http.status_code'].map(code => [code, code]));
    });

    test('that call a rate of samples so, and say what Tempo needs', () => {
      const rates = overSpans.filter(({ targets }) => targets.some(({ query }) => query.includes('rate()')));
      expect(rates.filter(({ title, description }) => !title.startsWith('Sampled') || !description.includes('samplingRatePerMillion'))).toEqual([]);
      expect(overSpans).toHaveLength(6);
      expect(overSpans.filter(({ description }) => !description.includes('local-blocks'))).toEqual([]);
    });
  });
});

describe('a receiver with TLS', () => {
  const objects = collectorObjects({
    exporters: [SpanExporter.otlpGrpc('tempo', { endpoint: 'tempo:4317', ca: TrustedCa.fromSecretName('gateway'), bearerToken: SecretRef.fromSecretName('t', 't') })],
    receiverCertificate: TlsKeyPair.fromSecretName('gateway', { certificateKey: 'c.pem', privateKeyKey: 'k.pem' }),
    receiverClientCa: TrustedCa.fromConfigMapName('clients'),
  });

  test('shows a certificate, asks for one, and reads both again', () => {
    expect(configOf(objects).receivers.otlp.protocols.grpc.tls).toEqual({
      cert_file: '/etc/otelcol/tls/secret-gateway/c.pem',
      key_file: '/etc/otelcol/tls/secret-gateway/k.pem',
      reload_interval: '5m',
      client_ca_file: '/etc/otelcol/tls/cm-clients/ca.crt',
      client_ca_file_reload: true,
    });
    expect(podOf(objects).volumes.map(({ name }: { name: string }) => name)).toEqual(['config', 'secret-gateway', 'token-tempo', 'cm-clients']);
  });
});
