import { agentObjects, configOf, podOf } from './collector-objects';
import { Collector, CollectorAgent, CollectorAgentProps, CollectorProps, SpanExporter, TlsKeyPair, TracingStack, TracingStackProps, TrustedCa } from '../../../../src';
import { find, inventory, render } from '../rendering';

const secureGateway: CollectorProps = { receiverCertificate: TlsKeyPair.fromSecretName('gateway') };

describe('an agent', () => {
  const objects = agentObjects();
  const pod = podOf(objects);

  test('is a DaemonSet in kube-system, as Pod Security allows the network of the node nowhere else', () => {
    expect(inventory(objects)).toEqual([
      'ServiceAccount kube-system/control-plane-tracing-agent',
      'ConfigMap kube-system/control-plane-tracing-agent',
      'DaemonSet kube-system/control-plane-tracing-agent',
    ]);
  });

  test('is on every control-plane node, and in its network', () => {
    expect(pod).toMatchObject({
      hostNetwork: true,
      dnsPolicy: 'ClusterFirstWithHostNet',
      nodeSelector: { 'node-role.kubernetes.io/control-plane': '' },
      tolerations: [{ operator: 'Exists' }],
      priorityClassName: 'system-node-critical',
      automountServiceAccountToken: false,
    });
    expect(pod.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false, privileged: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] },
    });
  });

  test('listens on the loopback address only', () => {
    const config = configOf(objects);
    expect(config.receivers.otlp.protocols).toEqual({ grpc: { endpoint: '[127.0.0.1]:4317', max_recv_msg_size_mib: 16 } });
    expect(config.extensions.health_check.endpoint).toBe('[127.0.0.1]:13134');
    expect(config.service.telemetry.metrics.readers[0].pull.exporter.prometheus).toMatchObject({ host: '127.0.0.1', port: 8889 });
    expect(pod.containers[0].livenessProbe.httpGet).toEqual({ host: '127.0.0.1', path: '/', port: 'health' });
  });

  test('knows its node, and says it on every span', () => {
    expect(configOf(objects).processors['transform/identity'].trace_statements).toEqual(['set(resource.attributes["k8s.node.name"], "${env:NODE_NAME}")']);
    expect(pod.containers[0].env).toContainEqual({ name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } });
  });

  test('sends on to the Service of its gateway', () => {
    expect(configOf(objects).exporters['otlp_grpc/gateway']).toMatchObject({
      endpoint: 'control-plane-tracing-collector.control-plane-tracing.svc:4317', tls: { insecure: true }, sending_queue: { queue_size: 87381 },
    });
  });

  test('sends with TLS where the gateway takes it', () => {
    const tls = { gatewayCa: TrustedCa.fromConfigMapName('gateway-ca'), gatewayClientCertificate: TlsKeyPair.fromSecretName('agent') };
    expect(configOf(agentObjects(tls, secureGateway)).exporters['otlp_grpc/gateway'].tls).toMatchObject({
      insecure: false, ca_file: '/etc/otelcol/tls/cm-gateway-ca/ca.crt', cert_file: '/etc/otelcol/tls/secret-agent/tls.crt',
    });
  });

  test('is scraped on the address of the node', () => {
    const monitored = agentObjects({ podMonitor: true });
    expect(find(monitored, 'PodMonitor').metadata.namespace).toBe('kube-system');
    expect(configOf(monitored).service.telemetry.metrics.readers[0].pull.exporter.prometheus.host).toBe('${env:POD_IP}');
  });

  test.each<[string, Partial<CollectorAgentProps>, CollectorProps, string]>([
    ['nowhere to send to', { exporters: undefined, gateway: undefined }, {}, "'gateway' or 'exporters' must be given, and not both"],
    ['a CA for plain text', { gatewayCa: TrustedCa.fromSecretName('ca') }, {}, "'gatewayCa' must be left out unless the gateway takes TLS"],
    ['no CA for TLS', {}, secureGateway, "'gatewayCa' must be given where the gateway takes TLS"],
    ['no certificate where one is asked for', { gatewayCa: TrustedCa.fromSecretName('ca') }, { ...secureGateway, receiverClientCa: TrustedCa.fromSecretName('ca') }, "'gatewayClientCertificate' must be given"],
    ['an empty list of exporters', { exporters: [] }, {}, "'exporters' must have at least one exporter: with none, give a 'gateway' instead"],
    ['a port that needs root', { otlpGrpcPort: 80 }, {}, "'otlpGrpcPort' (80)"],
    ['one port for two things', { healthPort: 4317 }, {}, "'healthPort' (4317) must differ from 'otlpGrpcPort'"],
    ['a name that is too long', { name: 'a'.repeat(41) }, {}, "'name'"],
  ])('fails with %s', (what, props, gateway, message) => {
    expect(() => agentObjects(what.startsWith('nowhere') ? { ...props, exporters: undefined, gateway: undefined } : props, gateway)).toThrow(message);
  });

  test('fails with two destinations', () => {
    expect(() => render(chart => new CollectorAgent(chart, 'agent', { gateway: new Collector(chart, 'gateway'), exporters: [SpanExporter.debug()] })))
      .toThrow("'gateway' or 'exporters' must be given, and not both");
  });
});

describe('a stack', () => {
  const stack = (props: TracingStackProps) => render(chart => new TracingStack(chart, 'tracing', props));
  const specOf = (objects: any[]) => JSON.parse(find(objects, 'ConfigMap', 'control-plane-tracing-program').data['spec.json']);

  test('points the control plane at the agent', () => {
    const objects = stack({ agent: {}, patchNamespace: 'control-plane' });
    expect(specOf(objects).collector).toEqual({ kind: 'endpoint', host: '127.0.0.1', port: 4317 });
    expect(find(objects, 'DaemonSet').metadata.namespace).toBe('control-plane');
    expect(find(objects, 'ConfigMap', 'control-plane-tracing-config').data['tracing-config.yaml']).toContain('endpoint: 127.0.0.1:4317');
    expect(specOf(stack({ agent: { otlpGrpcPort: 14317 } })).collector.port).toBe(14317);
  });

  test('fails with TLS that the control plane itself cannot send', () => {
    const secured = (agent?: object) => () => render(chart => {
      new TracingStack(chart, 'tracing', { collector: new Collector(chart, 'gateway', secureGateway), agent });
    });
    expect(secured()).toThrow("'componentTls' or 'agent' must be given where the collector takes TLS");
    expect(secured({ gatewayCa: TrustedCa.fromSecretName('ca') })).not.toThrow();
  });
});
