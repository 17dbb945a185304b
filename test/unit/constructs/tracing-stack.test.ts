import { ApiObject, App, Chart, Duration, JsonPatch, LazyResolver, ResolutionContext } from 'cdk8s';
import { configOf } from './collector/collector-objects';
import { find, inventory, render, Rendered } from './rendering';
import {
  Collector, CollectorAddress, CollectorAgent, ControlPlaneComponent, SpanExporter, TlsKeyPair, TracingConfig, TracingStack, TracingStackProps,
  TracingState, TrustedCa,
} from '../../../src';

const stackObjects = (props?: TracingStackProps, namespace?: string) =>
  render(chart => new TracingStack(chart, 'tracing', props), namespace);
const specOf = (objects: Rendered[]) => JSON.parse(find(objects, 'ConfigMap', 'control-plane-tracing-program').data['spec.json']);

describe('with no props', () => {
  test('declares everything that the guide needs', () => {
    expect(inventory(stackObjects())).toEqual([
      'Namespace /control-plane-tracing',
      'ServiceAccount control-plane-tracing/control-plane-tracing-collector',
      'ConfigMap control-plane-tracing/control-plane-tracing-collector',
      'Service control-plane-tracing/control-plane-tracing-collector',
      'Deployment control-plane-tracing/control-plane-tracing-collector',
      'ConfigMap kube-system/control-plane-tracing-config-*',
      'ServiceAccount kube-system/control-plane-tracing',
      'Role kube-system/control-plane-tracing',
      'RoleBinding kube-system/control-plane-tracing',
      'Role kube-system/control-plane-tracing-static-pods',
      'RoleBinding kube-system/control-plane-tracing-static-pods',
      'Role control-plane-tracing/control-plane-tracing-collector-address',
      'RoleBinding control-plane-tracing/control-plane-tracing-collector-address',
      'ClusterRole /control-plane-tracing',
      'ClusterRoleBinding /control-plane-tracing',
      'ConfigMap kube-system/control-plane-tracing-program-*',
      'Job kube-system/control-plane-tracing-*',
    ]);
  });

  test('sends the spans to the Service of the collector', () => {
    const objects = stackObjects();
    const service = find(objects, 'Service');
    expect(specOf(objects).collector).toEqual({
      kind: 'service', namespace: service.metadata.namespace, name: service.metadata.name, port: service.spec.ports[0].port, clusterIP: null,
    });
  });
});

describe('parts', () => {
  test('are reachable by name', () => {
    render(chart => {
      const stack = new TracingStack(chart, 'tracing');
      expect(stack.node.children).toEqual([stack.namespace, stack.collector, stack.tracingConfig, stack.patch]);
      expect(stack.node.findAll().filter(child => ApiObject.isApiObject(child))).toHaveLength(17);
    });
  });

  test('get what they are concerned with', () => {
    const objects = stackObjects({
      name: 'cpt', clusterIP: '10.96.0.50', samplingRatePerMillion: 10_000, controlPlaneNodes: 3, patchNamespace: 'control-plane', soak: Duration.seconds(3),
    });
    expect(find(objects, 'Service').spec.clusterIP).toBe('10.96.0.50');
    expect(find(objects, 'ConfigMap', 'cpt-config').data['tracing-config.yaml']).toContain('endpoint: 10.96.0.50:4317\nsamplingRatePerMillion: 10000\n');
    expect(find(objects, 'Job').metadata.namespace).toBe('control-plane');
    expect(find(objects, 'Job').spec.completions).toBe(3);
    expect(JSON.parse(find(objects, 'ConfigMap', 'cpt-program').data['spec.json'])).toMatchObject({
      collector: { name: 'cpt-collector', clusterIP: '10.96.0.50' }, controlPlaneNodes: 3, timing: { soakSeconds: 3 },
    });
  });

  test('all carry the labels and annotations that are asked for', () => {
    const both = { labels: { team: 'platform' }, annotations: { 'example.com/contact': 'platform' } };
    for (const { kind, metadata } of stackObjects(both)) {
      expect([kind, metadata]).toEqual([
        kind, expect.objectContaining({ labels: expect.objectContaining(both.labels), annotations: expect.objectContaining(both.annotations) }),
      ]);
    }
  });

  test('can be had alone', () => {
    expect(render(chart => new Collector(chart, 'collector')).map(({ kind }) => kind)).not.toContain('Job');
    const config = render(chart => new TracingConfig(chart, 'config', { collector: CollectorAddress.endpoint('10.0.0.1:4317') }));
    expect(config).toHaveLength(1);
  });
});

describe('the namespace', () => {
  test('enforces the Pod Security level restricted, and belongs to no namespace', () => {
    const { metadata } = find(stackObjects({ createNamespace: true }, 'telemetry'), 'Namespace');
    expect(metadata.namespace).toBeUndefined();
    expect(metadata.name).toBe('telemetry');
    expect(metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted', 'pod-security.kubernetes.io/audit': 'restricted', 'pod-security.kubernetes.io/warn': 'restricted',
    });
  });

  test('is control-plane-tracing where the chart has none', () => {
    const chart = new Chart(new App(), 'chart');
    new TracingStack(chart, 'tracing');
    expect(find(chart.toJson(), 'Namespace').metadata.name).toBe('control-plane-tracing');
    expect(find(chart.toJson(), 'Deployment').metadata.namespace).toBe('control-plane-tracing');
  });

  test.each<[TracingStackProps, string]>([
    [{ createNamespace: false }, 'control-plane-tracing'],
    // Not the library's own: it may hold what is somebody else's.
    [{}, 'telemetry'],
    [{ name: 'telemetry' }, 'telemetry'],
    [{ collectorAddress: CollectorAddress.endpoint('10.0.0.1:4317') }, 'telemetry'],
    [{}, 'kube-system'],
    [{}, 'default'],
  ])('is not made for %j in %s', (props, namespace) => {
    expect(stackObjects(props, namespace).map(({ kind }) => kind)).not.toContain('Namespace');
  });

  test('is written on every object that has one, and on no other', () => {
    for (const { kind, metadata } of stackObjects()) {
      expect([kind, metadata.namespace === undefined]).toEqual([kind, ['Namespace', 'ClusterRole', 'ClusterRoleBinding'].includes(kind)]);
    }
  });
});

describe('two in one chart', () => {
  const duplicates = (objects: Rendered[]) => inventory(objects).filter((line, i, all) => all.indexOf(line) !== i);

  test('share the namespace, and nothing else, where their names differ', () => {
    const objects = render(chart => {
      const [first, second] = [undefined, 'other'].map(name => new TracingStack(chart, `stack-${name}`, { name }));
      expect(second!.namespace === first!.namespace).toBe(true);
    });
    expect(duplicates(objects)).toEqual([]);
    expect(objects.filter(({ kind }) => kind === 'Namespace')).toHaveLength(1);
  });

  test('use the namespace that the chart brings', () => {
    const objects = render(chart => {
      const namespace = new ApiObject(chart, 'own', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'control-plane-tracing' } });
      expect(new TracingStack(chart, 'tracing').namespace === namespace).toBe(true);
    });
    expect(objects.filter(({ kind }) => kind === 'Namespace')).toHaveLength(1);
  });

  test('have names of their own in all namespaces that they share', () => {
    expect(duplicates(render(chart => {
      new TracingStack(chart, 'a', { collectorAddress: CollectorAddress.endpoint('10.0.0.1:4317') });
      new TracingStack(chart, 'b', { collectorAddress: CollectorAddress.endpoint('10.0.0.1:4317'), patchNamespace: 'elsewhere' });
    }))).toEqual([]);
  });

  const rule = "'name' (control-plane-tracing) must differ from that of the other one in the chart, which has the object";
  test.each<[string, (chart: Chart, id: string) => void, string]>([
    ['stacks', (chart, id) => new TracingStack(chart, id), 'ServiceAccount control-plane-tracing/control-plane-tracing-collector'],
    ['collectors', (chart, id) => new Collector(chart, id), 'ServiceAccount control-plane-tracing/control-plane-tracing-collector'],
    ['agents', (chart, id) => new CollectorAgent(chart, id, { exporters: [SpanExporter.debug()] }), 'ServiceAccount kube-system/control-plane-tracing-agent'],
    ['patches', (chart, id) => new TracingStack(chart, id, { collectorAddress: CollectorAddress.endpoint('10.0.0.1:4317') }), 'ServiceAccount kube-system/control-plane-tracing'],
  ])('fail as %s of one name', (_what, make, object) => {
    expect(() => render(chart => ['a', 'b'].forEach(id => make(chart, id)))).toThrow(`${rule} ${object} already`);
  });
});

describe('a collector that is there already', () => {
  test('is used by its address, and none is made', () => {
    const objects = stackObjects({ collectorAddress: CollectorAddress.endpoint('10.0.0.1:4317') });
    expect(objects.map(({ kind }) => kind)).not.toContain('Deployment');
    expect(specOf(objects).collector).toEqual({ kind: 'endpoint', host: '10.0.0.1', port: 4317 });
  });

  test('hears the name of the cluster from the components', () => {
    const objects = stackObjects({ collectorAddress: CollectorAddress.endpoint('10.0.0.1:4317'), clusterName: 'prod', resourceAttributes: { team: 'a' } });
    expect(specOf(objects).identity).toEqual({ nodeName: true, attributes: { 'k8s.cluster.name': 'prod', 'team': 'a' } });
    expect(specOf(stackObjects({ nodeNameAttribute: false })).identity).toEqual({ nodeName: false, attributes: {} });
  });

  test('is used as the construct that it is', () => {
    const objects = render(chart => {
      const collector = new Collector(chart, 'own', { namespace: 'telemetry', name: 'shared', clusterIP: '10.96.0.60' });
      const stack = new TracingStack(chart, 'tracing', { collector });
      expect(stack.collector).toBe(collector);
      expect(stack.namespace).toBeUndefined();
    });
    expect(objects.filter(({ kind }) => kind === 'Deployment')).toHaveLength(1);
    expect(specOf(objects).collector).toEqual({ kind: 'service', namespace: 'telemetry', name: 'shared-collector', port: 4317, clusterIP: '10.96.0.60' });
  });

  test('gets its namespace made where that is asked for', () => {
    const objects = render(chart => new TracingStack(chart, 'tracing', {
      collector: new Collector(chart, 'own', { namespace: 'telemetry' }), createNamespace: true,
    }));
    expect(find(objects, 'Namespace').metadata.name).toBe('telemetry');
  });
});

describe('the output', () => {
  test('has no label in a selector that depends on the construct\'s path', () => {
    expect(JSON.stringify(stackObjects())).not.toContain('cdk8s.io/metadata.addr');
  });

  test('is the same for the same input, whatever the constructs are called', () => {
    const elsewhere = render(chart => new TracingStack(chart, 'elsewhere'));
    expect(JSON.stringify(elsewhere)).toBe(JSON.stringify(stackObjects()));
  });

  test('changes only where a prop matters', () => {
    const changed = (props: TracingStackProps) => {
      const before = new Set(stackObjects().map(object => JSON.stringify(object)));
      return inventory(stackObjects(props).filter(object => !before.has(JSON.stringify(object))));
    };
    expect(changed({ runId: '2' })).toEqual(['ConfigMap kube-system/control-plane-tracing-program-*', 'Job kube-system/control-plane-tracing-*']);
    expect(changed({ state: TracingState.DISABLED })).toEqual(changed({ runId: '2' }));
    expect(changed({ clusterName: 'prod' })).toEqual([
      'ConfigMap control-plane-tracing/control-plane-tracing-collector', 'Deployment control-plane-tracing/control-plane-tracing-collector',
      'ConfigMap kube-system/control-plane-tracing-program-*', 'Job kube-system/control-plane-tracing-*',
    ]);
    expect(changed({ resourceAttributes: { team: 'a' } })).toEqual(changed({ runId: '2' }));
  });

  test('follows resolvers of the app, the Job\'s name included', () => {
    class Mirror extends LazyResolver {
      public override resolve(context: ResolutionContext): void {
        if (context.key.at(-1) === 'image' && !String(context.value).startsWith('mirror.example.com/')) {
          context.replaceValue(`mirror.example.com/${context.value}`);
        }
      }
    }
    const chart = new Chart(new App({ resolvers: [new Mirror()] }), 'tracing', { namespace: 'control-plane-tracing' });
    new TracingStack(chart, 'tracing');
    const job = find(chart.toJson(), 'Job');
    expect(job.spec.template.spec.containers[0].image).toBe('mirror.example.com/node:24-alpine');
    expect(job.metadata.name).not.toBe(find(stackObjects(), 'Job').metadata.name);
  });

  test('can be patched, the Job\'s name included', () => {
    const objects = render(chart => {
      const stack = new TracingStack(chart, 'tracing');
      ApiObject.of(stack.patch).addJsonPatch(JsonPatch.add('/spec/template/spec/runtimeClassName', 'runc'));
    });
    expect(find(objects, 'Job').spec.template.spec.runtimeClassName).toBe('runc');
    expect(find(objects, 'Job').metadata.name).not.toBe(find(stackObjects(), 'Job').metadata.name);
  });

  test('holds several clusters, a chart each', () => {
    const app = new App();
    for (const clusterName of ['a', 'b']) {
      new TracingStack(new Chart(app, clusterName, { namespace: 'control-plane-tracing' }), 'tracing', { clusterName });
    }
    const [a, b] = app.charts.map(chart => chart.toJson());
    expect(inventory(a!)).toEqual(inventory(b!));
    expect([a!, b!].map(objects => specOf(objects).identity.attributes)).toEqual([{ 'k8s.cluster.name': 'a' }, { 'k8s.cluster.name': 'b' }]);
  });
});

describe('the collector', () => {
  const service = CollectorAddress.service({ namespace: 'telemetry', name: 'gateway', port: 14317 });
  const exporterOf = (objects: Rendered[]) => configOf(objects).exporters['otlp_grpc/gateway'];

  test('gets everything that a collector can have', () => {
    const objects = stackObjects({ clusterName: 'prod', imagePullSecrets: ['a'], collectorOptions: { replicas: 2, imagePullSecrets: ['b'] } });
    const { spec } = find(objects, 'Deployment');
    expect(spec.replicas).toBe(2);
    expect(spec.template.spec.imagePullSecrets).toEqual([{ name: 'b' }]);
    expect(find(objects, 'Job').spec.template.spec.imagePullSecrets).toEqual([{ name: 'a' }]);
  });

  test('may be a Service that is there already', () => {
    const objects = stackObjects({ collectorAddress: service });
    expect(objects.map(({ kind }) => kind)).not.toContain('Deployment');
    expect(specOf(objects).collector).toMatchObject({ kind: 'service', namespace: 'telemetry', name: 'gateway', port: 14317 });
  });

  test('may be a Service or an address behind an agent, which says what the cluster is called', () => {
    const objects = stackObjects({ collectorAddress: service, agent: {}, clusterName: 'prod' });
    expect(exporterOf(objects)).toMatchObject({ endpoint: 'gateway.telemetry.svc:14317', tls: { insecure: true } });
    expect(JSON.stringify(configOf(objects).processors)).toContain('prod');
    expect(specOf(objects).collector).toMatchObject({ kind: 'endpoint', host: '127.0.0.1' });
    const secure = stackObjects({ collectorAddress: CollectorAddress.endpoint('[fd00::1]:4317'), agent: { gatewayCa: TrustedCa.fromConfigMapName('ca'), gatewayServerName: 'x' } });
    expect(exporterOf(secure)).toMatchObject({ endpoint: '[fd00::1]:4317', tls: { insecure: false, server_name_override: 'x' } });
  });

  test('may be a construct of one\'s own', () => {
    const objects = stackObjects({ collector: { address: service, namespace: 'telemetry' } });
    expect(objects.map(({ kind }) => kind)).not.toContain('Deployment');
    expect(specOf(objects).collector).toMatchObject({ namespace: 'telemetry', name: 'gateway' });
  });
});

describe('bad input', () => {
  const exporters = [SpanExporter.debug()];
  test.each<[TracingStackProps, string]>([
    [{ samplingRatePerMillion: 1_000_001 }, "'samplingRatePerMillion' (1000001) must be a whole number from 0 to 1000000"],
    [{ controlPlaneNodes: 0 }, "'controlPlaneNodes' (0) must be"],
    [{ collectorAddress: '10.0.0.1:4317' as any }, "'collectorAddress' (a string) must be a CollectorAddress: CollectorAddress.service(...) or CollectorAddress.endpoint("],
    [{ collectorOptions: { replicas: 0 } }, "'replicas' (0)"],
    [{ collectorOptions: { exporters } }, "'collectorOptions.exporters' must be left out: the stack itself has the prop 'exporters'"],
    [{ collectorOptions: { clusterName: 'a' } }, "'collectorOptions.clusterName' must be left out: the stack itself has the prop 'clusterName'"],
    [{ collectorOptions: { labels: { a: 'b' } } as any }, "'collectorOptions.labels' must be left out: the stack itself has the prop 'labels'"],
    [{ collectorOptions: { namespace: 'a' } as any }, "'collectorOptions.namespace' must be left out: the stack itself has the namespace of its chart"],
    [{ agent: { namespace: 'a' } as any }, "'agent.namespace' must be left out: the stack itself has the prop 'patchNamespace'"],
    [{ agent: { exporters } as any }, "'agent.exporters' must be left out: the stack itself has the prop 'exporters'"],
    [{ collectorOptions: { receiverCertificate: TlsKeyPair.fromSecretName('tls') } }, "'componentTls' or 'agent' must be given where the collector takes TLS"],
    [{ collectorAddress: CollectorAddress.endpoint('10.0.0.1:4317'), collectorOptions: {} }, "'collectorOptions' must be left out where 'collectorAddress' is given"],
    [{ components: [ControlPlaneComponent.ETCD], samplingRatePerMillion: 5 }, "'samplingRatePerMillion' (5) must be left out where 'components' has no API server"],
    [{ components: [ControlPlaneComponent.ETCD], apiServerVerbosity: 5 }, "'apiServerVerbosity' (5) must be left out where 'components' has no API server"],
    [{ components: [ControlPlaneComponent.ETCD], keepApiServerVerbosity: true }, "'keepApiServerVerbosity' (true) must be left out where 'components' has no API server"],
    [{ components: [ControlPlaneComponent.API_SERVER], etcdSamplingRatePerMillion: 5 }, "'etcdSamplingRatePerMillion' (5) must be left out where 'components' has no etcd"],
    [{ controlPlaneNodes: 3, drain: Duration.seconds(2) }, "'drain' (2 s) must be left out where 'controlPlaneNodes' is more than 1"],
    [5 as any, "'props' (5) must be an object"],
    [{ exporters: 'x' as any }, "'exporters' (\"x\") must be a list"],
    [{ exporters: [{}] as any }, "'exporters[0]' (a plain object) must be an exporter"],
    [{ components: ['apiserver'] as any }, "'components[0]' (\"apiserver\") must be one of \"kube-apiserver\", \"etcd\""],
    [{ createNamespace: 'yes' as any }, "'createNamespace' (\"yes\") must be true or false"],
    [{ agent: true as any }, "'agent' (true) must be an object"],
    [{ collectorOptions: true as any }, "'collectorOptions' (true) must be an object"],
    [{ collector: { namespace: 'a' } as any }, "'collector' (a plain object) must be a Collector"],
    [{ collector: { namespace: 'a', address: '10.0.0.1:4317' } as any }, "'collector.address' (a string) must be a CollectorAddress"],
    [{ patchNamespace: 5 as any }, "'patchNamespace' (5) must be a string"],
    [{ collectorAddress: CollectorAddress.endpoint('10.0.0.1:4317'), exporters }, "'exporters' must be left out where 'collectorAddress' is given"],
    [{ collectorAddress: CollectorAddress.endpoint('10.0.0.1:4317'), clusterIP: '10.96.0.50' }, "'clusterIP' must be left out where 'collectorAddress' is given"],
    [{ collectorAddress: CollectorAddress.endpoint('10.0.0.1:4317'), createNamespace: true }, "'createNamespace' (true) must be left out where 'collectorAddress' is given"],
    [{ patchNamespace: 'Kube' }, "'patchNamespace' (Kube) must have 1 to 63 lower-case letters"],
    [{ exporters: [] }, "'exporters'"],
    [{ clusterIP: 'auto' }, "'clusterIP' (auto) must be an IP address"],
    [{ name: 'A' }, "'name' (A) must have"],
  ])('fails for %j', (props, message) => {
    expect(() => stackObjects(props)).toThrow(message);
  });

  test('fails for a namespace that Kubernetes made itself', () => {
    expect(() => stackObjects({ createNamespace: true }, 'kube-system')).toThrow("'createNamespace' (true) must be false for kube-system");
  });

  test('fails for two collectors', () => {
    const both = () => render(chart => new TracingStack(chart, 'tracing', { collector: new Collector(chart, 'own'), collectorAddress: CollectorAddress.endpoint('10.0.0.1:4317') }));
    expect(both).toThrow("'collectorAddress' must be left out where 'collector' is given");
  });
});
