import { Chart } from 'cdk8s';
import { patchObjects, specOf } from './patch-objects';
import { Collector, CollectorAddress, CollectorAgentOptions, CollectorOptions, TlsKeyPair, TracingStack, TracingState, TrustedCa } from '../../../../src';
import { find, render } from '../rendering';

const FIXED = { config: { collector: CollectorAddress.endpoint('10.96.0.50:4317') } };
const CA = TrustedCa.fromConfigMapName('internal-ca', 'bundle.pem');
const CLIENT = TlsKeyPair.fromSecretName('components-tls');

const tlsOf = (objects: any[]) => {
  const { containers: [container], volumes } = find(objects, 'Job').spec.template.spec;
  return [volumes, container.volumeMounts].map(list => list.find(({ name }: { name: string }) => name === 'component-tls'));
};

test('the Job mounts the certificates, and says what it waits for where they are missing', () => {
  expect(tlsOf(patchObjects({ ...FIXED, componentTls: { ca: CA, clientCertificate: CLIENT } }))).toEqual([
    {
      name: 'component-tls',
      projected: {
        defaultMode: 0o400,
        sources: [
          { configMap: { name: 'internal-ca', items: [{ key: 'bundle.pem', path: 'ca.crt' }], optional: true } },
          { secret: { name: 'components-tls', items: [{ key: 'tls.crt', path: 'tls.crt' }, { key: 'tls.key', path: 'tls.key' }], optional: true } },
        ],
      },
    },
    { name: 'component-tls', mountPath: '/opt/cdk8s-control-plane-tracing-tls', readOnly: true },
  ]);
});

test('the spec says whether there is a client certificate, and no more', () => {
  expect(specOf({ ...FIXED, componentTls: { ca: CA, clientCertificate: CLIENT } }).componentTls).toEqual({ clientCertificate: true });
  expect(specOf({ ...FIXED, componentTls: { ca: CA } }).componentTls).toEqual({ clientCertificate: false });
  expect(specOf(FIXED)).not.toHaveProperty('componentTls');
  expect(tlsOf(patchObjects(FIXED))).toEqual([undefined, undefined]);
});

test('nothing is mounted where tracing is switched off', () => {
  expect(tlsOf(patchObjects({ ...FIXED, state: TracingState.DISABLED, componentTls: { ca: CA } }))).toEqual([undefined, undefined]);
});

test.each<[unknown, string]>([
  [{}, "'componentTls.ca' (undefined) must be a TrustedCa"],
  [{ ca: 'ca.crt' }, "'componentTls.ca' (a string) must be a TrustedCa"],
  [{ ca: CA, clientCertificate: 'tls' }, "'componentTls.clientCertificate' (a string) must be a TlsKeyPair"],
  ['ca', "'componentTls' (\"ca\") must be"],
])('fails for %j', (componentTls, message) => {
  expect(() => patchObjects({ ...FIXED, componentTls: componentTls as never })).toThrow(message);
});

test('fails where the address of the collector is not fixed', () => {
  expect(() => patchObjects({ componentTls: { ca: CA } })).toThrow("'clusterIP' must be given where 'componentTls' is");
});

describe('kubeadm\'s configuration', () => {
  const upkeep = { kubeadmConfig: true, schedule: '0 3 * * 6' };

  test('fails where it would be written: a node that joins has no certificates', () => {
    expect(() => patchObjects({ ...FIXED, componentTls: { ca: CA }, upkeep })).toThrow("'upkeep.kubeadmConfig' (true) must be false where 'componentTls' is given");
  });

  test('is cleaned where tracing is switched off, or kept for a schedule alone', () => {
    expect(specOf({ ...FIXED, componentTls: { ca: CA }, upkeep, state: TracingState.DISABLED }).kubeadmConfig).toBe('remove');
    expect(specOf({ ...FIXED, componentTls: { ca: CA }, upkeep: { ...upkeep, kubeadmConfig: false } }).kubeadmConfig).toBe('remove');
    expect(specOf({ ...FIXED, componentTls: { ca: CA }, upkeep: { schedule: upkeep.schedule } }).kubeadmConfig).toBe('compare');
  });
});

describe('a stack', () => {
  const receiver: CollectorOptions = { receiverCertificate: TlsKeyPair.fromSecretName('collector-tls'), receiverClientCa: CA };
  const stack = (props: object) => () => render(chart => new TracingStack(chart, 'tracing', { clusterIP: '10.96.0.50', ...props }));

  test('speaks TLS from the components to its collector', () => {
    expect(tlsOf(stack({ collectorOptions: receiver, componentTls: { ca: CA, clientCertificate: CLIENT } })())[0]).toBeDefined();
  });

  test('fails with an agent beside, with a collector that takes plain text, and without either side of TLS', () => {
    const agent: CollectorAgentOptions = {};
    expect(stack({ agent, collectorOptions: receiver, componentTls: { ca: CA } })).toThrow("'componentTls' must be left out where 'agent' is given: the components send to the node's own loopback address");
    expect(stack({ componentTls: { ca: CA } })).toThrow("'collectorOptions.receiverCertificate' must be given where 'componentTls' is");
    expect(stack({ collectorOptions: receiver })).toThrow("'componentTls' or 'agent' must be given where the collector takes TLS");
    expect(stack({ collectorOptions: receiver, componentTls: { ca: CA } })).toThrow("'componentTls.clientCertificate' must be given where the collector asks for one, by 'collectorOptions.receiverClientCa'");
  });

  test.each<[CollectorOptions, string]>([
    [{}, "'receiverCertificate' of the collector must be given where 'componentTls' is"],
    [receiver, "'componentTls.clientCertificate' must be given where the collector asks for one, by 'receiverClientCa' of the collector"],
  ])('fails alike with a collector of the user\'s own: %#', (options, message) => {
    expect(() => render(chart => new TracingStack(chart, 'tracing', {
      collector: new Collector(chart, 'own', { clusterIP: '10.96.0.50', ...options }), componentTls: { ca: CA },
    }))).toThrow(message);
  });
});

describe('from plain text to TLS', () => {
  const first = { clusterName: 'prod', clusterIP: '10.96.0.50' };
  const secured = (chart: Chart) => new Collector(chart, 'secured', {
    name: 'tracing-tls', clusterIP: '10.96.0.51', receiverCertificate: TlsKeyPair.fromSecretName('collector-tls'), receiverClientCa: CA,
  });
  const stages = [
    (chart: Chart) => new TracingStack(chart, 'tracing', first),
    (chart: Chart) => {
      secured(chart);
      return new TracingStack(chart, 'tracing', first);
    },
    (chart: Chart) => {
      new Collector(chart, 'collector', first);
      return new TracingStack(chart, 'tracing', {
        clusterName: 'prod', createNamespace: true, collector: secured(chart), componentTls: { ca: CA, clientCertificate: CLIENT },
      });
    },
  ].map(stage => render(stage));
  const named = (objects: any[], name: string) => objects.filter(({ metadata: { labels = {}, ...metadata } }) => labels['app.kubernetes.io/component'] === 'collector' && metadata.name.startsWith(name))
    .map(object => JSON.stringify(object)).sort();
  const endpoint = (objects: any[]) => JSON.parse(find(objects, 'ConfigMap', 'control-plane-tracing-program').data['spec.json']).collector.clusterIP;

  test('both collectors stay as they are while the components move from one to the other', () => {
    const [before, both, moved] = stages.map(objects => named(objects, 'control-plane-tracing'));
    expect(before!.length).toBeGreaterThanOrEqual(4);
    expect([both, moved]).toEqual([before, before]);
    expect(named(stages[1]!, 'tracing-tls')).toEqual(named(stages[2]!, 'tracing-tls'));
    expect(stages.map(endpoint)).toEqual(['10.96.0.50', '10.96.0.50', '10.96.0.51']);
    expect(new Set(stages.map(objects => JSON.stringify(find(objects, 'Namespace')))).size).toBe(1);
  });

  test('the Job runs when they move, and not before', () => {
    const [before, both, moved] = stages.map(objects => find(objects, 'Job').metadata.name);
    expect(both).toBe(before);
    expect(moved).not.toBe(before);
  });
});
