import { Size } from 'cdk8s';
import { components } from './components';
import { ControlPlane } from './control-plane';
import { until } from './real-collector';
import { Scratch } from './scratch-directory';
import {
  Collector, CollectorAgent, CollectorNetworkPolicy, CollectorProps, SecretRef, SpanExporter, SpanSampling, TlsKeyPair, TrustedCa,
} from '../../../src';
import { customResourceDefinitions } from '../../support/components/custom-resources';
import { render, Rendered } from '../../unit/constructs/rendering';

jest.setTimeout(300_000);

const RESOURCES: { readonly [kind: string]: string } = {
  ServiceAccount: 'api/v1/serviceaccounts',
  ConfigMap: 'api/v1/configmaps',
  Service: 'api/v1/services',
  Pod: 'api/v1/pods',
  Deployment: 'apis/apps/v1/deployments',
  StatefulSet: 'apis/apps/v1/statefulsets',
  DaemonSet: 'apis/apps/v1/daemonsets',
  PodDisruptionBudget: 'apis/policy/v1/poddisruptionbudgets',
  NetworkPolicy: 'apis/networking.k8s.io/v1/networkpolicies',
  PodMonitor: 'apis/monitoring.coreos.com/v1/podmonitors',
  PrometheusRule: 'apis/monitoring.coreos.com/v1/prometheusrules',
  CiliumNetworkPolicy: 'apis/cilium.io/v2/ciliumnetworkpolicies',
};

const COLLECTORS: { readonly [name: string]: CollectorProps } = {
  'no-props': {},
  'large': {
    clusterIP: '10.96.0.50',
    replicas: 3,
    priorityClassName: 'system-cluster-critical',
    imagePullSecrets: ['mirror'],
    networkPolicy: CollectorNetworkPolicy.kubernetes({ nodeCidrs: ['192.0.2.0/28', 'fd00::/64'], metricsNamespace: 'monitoring' }),
    dashboard: true,
  },
  'two-stages': {
    replicas: 2,
    sampling: SpanSampling.tail({ restPercentage: 1 }),
    queueVolumeSize: Size.gibibytes(1),
    networkPolicy: CollectorNetworkPolicy.kubernetes({ nodeCidrs: ['192.0.2.0/28'] }),
  },
  'secure': {
    queueVolumeSize: Size.gibibytes(1),
    receiverCertificate: TlsKeyPair.fromSecretName('gateway.tls'),
    exporters: [
      SpanExporter.otlpGrpc('x', {
        endpoint: 'x:4317', ca: TrustedCa.fromConfigMapName('ca'), bearerToken: SecretRef.fromSecretName('a', 'b'), secretHeaders: { 'x-y': SecretRef.fromSecretName('c', 'd') },
      }),
      SpanExporter.file('f'),
    ],
  },
};

const scratch = new Scratch();
let controlPlane: ControlPlane;

beforeAll(async () => {
  controlPlane = new ControlPlane(await components('etcd', 'apiServer'), scratch);
  await controlPlane.start();
});

afterAll(async () => scratch.clear());

async function create(object: Rendered, dryRun = false): Promise<void> {
  const [group, resource] = RESOURCES[object.kind]!.split(/\/(?=[^/]+$)/);
  const { status, text, warning } = await controlPlane.ask(
    `/${group}/namespaces/${object.metadata.namespace}/${resource}?fieldValidation=Strict${dryRun ? '&dryRun=All' : ''}`, { method: 'POST', body: object },
  );
  expect({ of: `${object.kind} ${object.metadata.name}`, status, warning, text: status === 201 ? '' : text })
    .toEqual({ of: `${object.kind} ${object.metadata.name}`, status: 201, warning: undefined, text: '' });
}

async function createNamespace(name: string): Promise<void> {
  const labels = Object.fromEntries(['enforce', 'audit', 'warn'].map(level => [`pod-security.kubernetes.io/${level}`, 'restricted']));
  expect(await controlPlane.request('/api/v1/namespaces', { method: 'POST', body: { metadata: { name, labels } } })).toBe(201);
}

/** What the workload's controller would make. */
function podOf({ metadata, spec: { template, volumeClaimTemplates = [] } }: Rendered): Rendered {
  const claims = volumeClaimTemplates.map(({ metadata: { name } }: Rendered) => ({ name, persistentVolumeClaim: { claimName: `${name}-${metadata.name}-0` } }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${metadata.name}-0`, namespace: metadata.namespace, labels: template.metadata.labels, annotations: template.metadata.annotations },
    spec: { ...template.spec, volumes: [...template.spec.volumes, ...claims] },
  };
}

test.each(Object.entries(COLLECTORS))('all objects of a collector are taken, without a warning, where Pod Security is restricted: %s', async (namespace, props) => {
  await createNamespace(namespace);
  const objects = render(chart => new Collector(chart, 'collector', props), namespace);
  for (const object of objects) await create(object);
  for (const workload of objects.filter(({ kind }) => ['Deployment', 'StatefulSet'].includes(kind))) await create(podOf(workload), true);
});

test('all objects of an agent are taken in kube-system', async () => {
  const objects = render(chart => new CollectorAgent(chart, 'agent', { exporters: [SpanExporter.debug()] }));
  for (const object of objects) await create(object);
  await create(podOf(objects.find(({ kind }) => kind === 'DaemonSet')), true);
});

test('the custom resources are what the definitions of their projects ask for', async () => {
  for (const definition of customResourceDefinitions()) {
    const { name } = definition.metadata;
    const url = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    expect([name, await controlPlane.request(url, { method: 'POST', body: definition })]).toEqual([name, 201]);
    await until(async () => (await controlPlane.ask(`${url}/${name}`)).text.includes('"type":"Established","status":"True"'), `${name} is established`);
  }
  await createNamespace('custom');
  const objects = render(chart => new Collector(chart, 'collector', {
    queueVolumeSize: Size.gibibytes(1),
    podMonitor: true,
    prometheusRule: true,
    networkPolicy: CollectorNetworkPolicy.cilium({ metricsNamespace: 'monitoring' }),
  }), 'custom').filter(({ apiVersion }) => /coreos|cilium/.test(apiVersion));
  expect(objects.map(({ kind }) => kind).sort()).toEqual(['CiliumNetworkPolicy', 'PodMonitor', 'PrometheusRule']);
  for (const object of objects) {
    await until(async () => (await controlPlane.request(`/${RESOURCES[object.kind]!}`)) === 200, `${object.kind} is served`);
    await create(object);
  }
});
