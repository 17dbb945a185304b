import { App, Chart, Duration, JsonPatch, Size } from 'cdk8s';
import { collectorObjects, configOf, podOf } from './collector-objects';
import { Collector, CollectorDistribution, CollectorVolume, SpanExporter } from '../../../../src';
import { find, inventory } from '../rendering';

describe('with no props', () => {
  const objects = collectorObjects();
  const pod = podOf(objects);
  const container = pod.containers[0];

  test('makes a ServiceAccount, a ConfigMap, a Service and a Deployment', () => {
    expect(inventory(objects)).toEqual([
      'ServiceAccount control-plane-tracing/control-plane-tracing-collector',
      'ConfigMap control-plane-tracing/control-plane-tracing-collector',
      'Service control-plane-tracing/control-plane-tracing-collector',
      'Deployment control-plane-tracing/control-plane-tracing-collector',
    ]);
  });

  test('writes spans to the log as lines that the report reads', () => {
    expect(configOf(objects).exporters).toEqual({ 'file/stdout': { path: '/dev/stdout', append: true } });
    expect(configOf(objects).service.pipelines).toEqual({
      traces: { receivers: ['otlp'], processors: ['memory_limiter', 'transform/identity'], exporters: ['file/stdout'] },
    });
  });

  test('meets the Pod Security level restricted', () => {
    expect(pod.hostNetwork ?? pod.hostPID ?? pod.hostIPC).toBeUndefined();
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false, privileged: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] },
    });
    expect(pod.volumes.every((volume: object) => ['configMap', 'secret', 'emptyDir'].some(kind => kind in volume))).toBe(true);
  });

  test('has no token for the API server', () => {
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(find(objects, 'ServiceAccount').automountServiceAccountToken).toBe(false);
  });

  test('runs on control-plane nodes too', () => {
    expect(pod.tolerations).toEqual([{ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' }]);
  });

  test('limits memory, and tells the runtime and the memory limiter', () => {
    expect(container.resources).toEqual({ requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } });
    expect(container.env).toContainEqual({ name: 'GOMEMLIMIT', value: '409MiB' });
    expect(configOf(objects).processors.memory_limiter).toEqual({ check_interval: '1s', limit_percentage: 80, spike_limit_percentage: 20 });
  });

  test('has a pinned image and three probes', () => {
    expect(container.image).toBe('ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-k8s:0.161.0');
    expect(container.imagePullPolicy).toBe('IfNotPresent');
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) expect(container[probe].httpGet).toEqual({ path: '/', port: 'health' });
    expect(container.ports).toContainEqual({ name: 'health', containerPort: 13133, protocol: 'TCP' });
  });

  test('listens on the address of its pod only, also where that is IPv6', () => {
    const config = configOf(objects);
    expect(config.receivers.otlp.protocols).toEqual({ grpc: expect.objectContaining({ endpoint: '[${env:POD_IP}]:4317' }) });
    expect(config.extensions.health_check.endpoint).toBe('[${env:POD_IP}]:13133');
    expect(container.env).toContainEqual({ name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } });
  });

  test('asks clients to connect anew, so that they find pods that were added', () => {
    expect(configOf(objects).receivers.otlp.protocols.grpc.keepalive.server_parameters.max_connection_age).toBe('60s');
  });

  test('is not touched by the substitution of Flux', () => {
    expect(find(objects, 'ConfigMap').metadata.annotations).toEqual({ 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' });
  });
});

describe('names', () => {
  test('do not depend on the place in the tree', () => {
    const app = new App();
    const [one, other] = ['one', 'other'].map(id => new Collector(new Chart(app, id), `collector-in-${id}`));
    expect(one!.node.root).toBe(other!.node.root);
    const [left, right] = [one!, other!]
      .map(({ deployment, service, configMap }) => [deployment!, service, configMap].map(object => object.toJson()));
    expect(left).toEqual(right);
  });

  test('of selectors are never a label that others write', () => {
    const objects = collectorObjects({ name: 'cpt' });
    const selector = { 'cdk8s-control-plane-tracing.github.io/collector': 'cpt' };
    expect(find(objects, 'Service').spec.selector).toEqual(selector);
    expect(find(objects, 'Deployment').spec.selector).toEqual({ matchLabels: selector });
    expect(find(objects, 'Deployment').spec.template.metadata.labels).toMatchObject(selector);
  });

  test('are what others need to know', () => {
    const chart = new Chart(new App(), 'tracing', { namespace: 'tracing' });
    const collector = new Collector(chart, 'collector', { name: 'cpt', clusterIP: 'fd00::50' });
    expect(collector).toMatchObject({ namespace: 'tracing', serviceName: 'cpt-collector', otlpGrpcPort: 4317, clusterIP: 'fd00::50', takesTls: false });
    expect(collector.service.toJson().spec.clusterIP).toBe('fd00::50');
  });

  test('have a namespace where the chart has none', () => {
    const chart = new Chart(new App(), 'tracing');
    new Collector(chart, 'collector');
    expect(chart.toJson().map(({ metadata }) => metadata.namespace)).toEqual(Array(4).fill('control-plane-tracing'));
  });
});

test('a JSON patch may add what the typed classes do not know, to every object', () => {
  const chart = new Chart(new App(), 'tracing');
  const { service, deployment, serviceAccount, configMap } = new Collector(chart, 'collector');
  for (const object of [service, deployment!, serviceAccount, configMap]) {
    object.addJsonPatch(JsonPatch.add('/newerThanTyped', 'x'));
    expect(object.toJson()).toHaveProperty('newerThanTyped', 'x');
  }
  service.addJsonPatch(JsonPatch.add('/spec/trafficDistribution', 'PreferClose'));
  expect(service.toJson().spec).toMatchObject({ type: 'ClusterIP', trafficDistribution: 'PreferClose' });
});

test('a volume of any kind is mounted as it was given', () => {
  const volume = CollectorVolume.custom('model', { image: { reference: 'example.com/x:1', pullPolicy: 'Always' } }, '/model');
  const exporter = { bind: () => ({ exporterId: 'nop', volumes: [volume, CollectorVolume.custom('tmp', { emptyDir: { sizeLimit: '64Mi' } }, '/x')] }) };
  const { volumes } = podOf(collectorObjects({ exporters: [exporter] }));
  expect(volumes).toContainEqual({ name: 'model', image: { reference: 'example.com/x:1', pullPolicy: 'Always' } });
  expect(volumes).toContainEqual({ name: 'tmp', emptyDir: { sizeLimit: '64Mi' } });
});

describe('rollout', () => {
  const checksumOf = (define?: (collector: Collector) => void) => {
    const chart = new Chart(new App(), 'tracing');
    const collector = new Collector(chart, 'collector');
    define?.(collector);
    return find(chart.toJson(), 'Deployment').spec.template.metadata.annotations['checksum/config'];
  };

  test('follows every change of the configuration, and nothing else', () => {
    expect(checksumOf()).toBe(checksumOf(collector => collector.service.addJsonPatch(JsonPatch.add('/metadata/labels/x', 'y'))));
    expect(checksumOf()).not.toBe(checksumOf(collector => collector.addExporter(SpanExporter.otlpGrpc('x', { endpoint: 'x:1' }))));
    expect(checksumOf()).not.toBe(checksumOf(collector => collector.configMap.addJsonPatch(JsonPatch.add('/data/more', 'x'))));
  });

  test('starts a new pod before an old one goes', () => {
    expect(find(collectorObjects(), 'Deployment').spec.strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } });
  });

  test('gives a pod time to send what it holds', () => {
    expect(podOf(collectorObjects()).terminationGracePeriodSeconds).toBe(60);
    expect(podOf(collectorObjects({ terminationGracePeriod: Duration.minutes(3) })).terminationGracePeriodSeconds).toBe(180);
  });
});

describe('props', () => {
  test('say what the pods are like', () => {
    const objects = collectorObjects({
      replicas: 2,
      cpuRequestMillis: 250,
      memoryLimit: Size.gibibytes(1),
      memoryRequest: Size.mebibytes(600),
      priorityClassName: 'system-cluster-critical',
      imagePullSecrets: ['mirror'],
      labels: { team: 'platform' },
      annotations: { 'example.com/owner': 'platform' },
      serviceAccountAnnotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/x' },
    });
    const pod = podOf(objects);
    expect(find(objects, 'Deployment').spec.replicas).toBe(2);
    expect(pod).toMatchObject({ priorityClassName: 'system-cluster-critical', imagePullSecrets: [{ name: 'mirror' }] });
    expect(pod.containers[0].resources).toEqual({ requests: { cpu: '250m', memory: '600Mi' }, limits: { memory: '1024Mi' } });
    expect(find(objects, 'ServiceAccount').metadata.annotations).toEqual({
      'example.com/owner': 'platform', 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/x',
    });
    for (const { metadata } of objects) {
      expect(metadata.labels).toMatchObject({ 'team': 'platform', 'app.kubernetes.io/component': 'collector' });
      expect(metadata.annotations).toMatchObject({ 'example.com/owner': 'platform' });
    }
  });

  test('choose the image', () => {
    const imageOf = (props: object) => podOf(collectorObjects(props)).containers[0].image;
    expect(imageOf({ distribution: CollectorDistribution.CONTRIB, collectorVersion: '0.160.0' }))
      .toBe('ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-contrib:0.160.0');
    expect(imageOf({ collectorImage: 'mirror.example.com/otelcol:1' })).toBe('mirror.example.com/otelcol:1');
  });

  test('override the configuration, and take things out of it', () => {
    const config = configOf(collectorObjects({
      configOverrides: {
        receivers: { otlp: { protocols: { grpc: { max_recv_msg_size_mib: null, max_concurrent_streams: 16 } } } },
        service: { telemetry: { logs: { level: 'warn' } } },
      },
    }));
    expect(config.receivers.otlp.protocols.grpc).not.toHaveProperty('max_recv_msg_size_mib');
    expect(config.receivers.otlp.protocols.grpc.max_concurrent_streams).toBe(16);
    expect(config.service.telemetry.logs).toEqual({ encoding: 'json', level: 'warn' });
  });
});
