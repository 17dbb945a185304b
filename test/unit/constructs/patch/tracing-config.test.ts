import { JsonPatch } from 'cdk8s';
import { parse } from 'yaml';
import { CollectorAddress } from '../../../../src/constructs/kit/collector-address';
import { TracingConfig, TracingConfigProps } from '../../../../src/constructs/patch/tracing-config';
import { find, render } from '../rendering';

const SERVICE = CollectorAddress.service({ namespace: 'telemetry', name: 'collector' });

function configMap(props: Partial<TracingConfigProps> = {}, edit?: (config: TracingConfig) => void) {
  const objects = render(chart => {
    const config = new TracingConfig(chart, 'config', { collector: SERVICE, ...props });
    edit?.(config);
  });
  return find(objects, 'ConfigMap');
}

function file(props: Partial<TracingConfigProps> = {}) {
  return parse(configMap(props).data['tracing-config.yaml']);
}

describe('the ConfigMap', () => {
  test('is immutable, and lives beside the Job', () => {
    const { immutable, metadata } = configMap();
    expect(immutable).toBe(true);
    expect(metadata.namespace).toBe('kube-system');
    expect(metadata.name).toMatch(/^control-plane-tracing-config-[0-9a-f]{10}$/);
  });

  test('is named after its data', () => {
    expect(configMap({ labels: { team: 'platform' } }).metadata.name).toBe(configMap().metadata.name);
    expect(configMap({ samplingRatePerMillion: 1 }).metadata.name).not.toBe(configMap().metadata.name);
  });

  test('is named after what a patch makes of its data', () => {
    const patched = configMap({}, config => config.configMap.addJsonPatch(JsonPatch.add('/data/more', '1')));
    expect(patched.metadata.name).not.toBe(configMap().metadata.name);
  });
});

describe('the file', () => {
  test('has no endpoint where the address is known only to the cluster', () => {
    expect(file()).toEqual({ apiVersion: 'apiserver.config.k8s.io/v1beta1', kind: 'TracingConfiguration', samplingRatePerMillion: 1_000_000 });
  });

  test.each([
    [CollectorAddress.service({ namespace: 'n', name: 's', clusterIP: '10.96.0.50' }), '10.96.0.50:4317'],
    [CollectorAddress.service({ namespace: 'n', name: 's', clusterIP: 'fd00::50', port: 14317 }), '[fd00::50]:14317'],
    [CollectorAddress.endpoint('127.0.0.1:4317'), '127.0.0.1:4317'],
    [CollectorAddress.endpoint('[::1]:4317'), '[::1]:4317'],
  ])('has the endpoint that is known (%#)', (collector, endpoint) => {
    expect(file({ collector }).endpoint).toBe(endpoint);
  });

  test('has the sampling rate, also where it is 0', () => {
    expect(file({ samplingRatePerMillion: 0 }).samplingRatePerMillion).toBe(0);
  });
});

describe('bad input', () => {
  test.each<[Partial<TracingConfigProps>, string]>([
    [{ samplingRatePerMillion: -1 }, "'samplingRatePerMillion' (-1) must be a whole number from 0 to 1000000"],
    [{ samplingRatePerMillion: 0.5 }, "'samplingRatePerMillion' (0.5) must be a whole number from 0 to 1000000"],
    [{ samplingRatePerMillion: NaN }, "'samplingRatePerMillion' (NaN) must be a whole number from 0 to 1000000"],
    [{ namespace: 'Kube' }, "'namespace' (Kube) must have 1 to 63 lower-case letters"],
    [{ name: '-x' }, "'name' (-x) must have 1 to 40"],
    [{ labels: { '': 'x' } }, "'labels' () must have keys that Kubernetes takes"],
    [{ annotations: { '/x': 'x' } }, "'annotations' (/x) must have keys that Kubernetes takes"],
  ])('fails for %j', (props, message) => {
    expect(() => configMap(props)).toThrow(message);
  });

  test.each([
    'https://10.0.0.1:4317', 'collector:4317', '10.0.0.1', '10.0.0.1:0', '10.0.0.1:65536', '10.0.0:4317', 'fd00::1:4317', '[10.0.0.1]:4317',
    '0.0.0.0:4317', '[::]:4317', '[fe80::1%eth0]:4317', '[fd00::1]', '',
  ])('fails for the endpoint "%s"', endpoint => {
    expect(() => CollectorAddress.endpoint(endpoint)).toThrow(`'endpoint' (${endpoint}) must `);
  });

  test('fails for a Service that cannot be', () => {
    const service = { namespace: 'n', name: 's' };
    expect(() => CollectorAddress.service({ ...service, clusterIP: 'None' })).toThrow("'clusterIP' (None) must be an IP address, such as 10.96.0.50");
    expect(() => CollectorAddress.service({ ...service, clusterIP: '0.0.0.0' })).toThrow("'clusterIP' (0.0.0.0) must be an IP address");
    expect(() => CollectorAddress.service({ ...service, clusterIP: '10.96.0.0/12' })).toThrow("'clusterIP' (10.96.0.0/12) must be an IP address");
    expect(() => CollectorAddress.service({ ...service, port: 0 })).toThrow("'port' (0) must be a whole number from 1 to 65535");
    expect(() => CollectorAddress.service({ ...service, name: 's.t' })).toThrow("'name' (s.t) must have");
    expect(() => CollectorAddress.service({ ...service, namespace: '' })).toThrow("'namespace' () must have");
  });
});
