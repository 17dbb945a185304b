import { distance } from '../../../src/patch-spec/distance';
import { EXIT, FINAL_EXIT_STATUSES } from '../../../src/patch-spec/exit-status';
import { certificateLease } from '../../../src/patch-spec/layout';
import { fixedEndpoint } from '../../../src/patch-spec/patch-spec';
import { tracingConfigurationText, yamlEndpoint } from '../../../src/patch-spec/tracing-configuration-text';

test.each([
  ['', '', 0], ['plan', 'plan', 0], ['', 'plan', 4], ['plan', '', 4], ['paln', 'plan', 2], ['pan', 'plan', 1], ['plaan', 'plan', 1], ['plen', 'plan', 1], ['kitten', 'sitting', 3], ['ab', 'ba', 2],
  ['abc', 'xyz', 3], ['status', 'stats', 1],
])('from %j to %j it is %i', (a, b, steps) => {
  expect([distance(a, b), distance(b, a)]).toEqual([steps, steps]);
});

test('a TracingConfiguration is four lines, or three where the address is known on the node only', () => {
  expect(tracingConfigurationText({ version: 'v1', endpoint: { host: '10.96.0.50', port: 4317 }, samplingRatePerMillion: 7 }))
    .toBe('apiVersion: apiserver.config.k8s.io/v1\nkind: TracingConfiguration\nendpoint: 10.96.0.50:4317\nsamplingRatePerMillion: 7\n');
  expect(tracingConfigurationText({ version: 'v1beta1', endpoint: undefined, samplingRatePerMillion: 0 }))
    .toBe('apiVersion: apiserver.config.k8s.io/v1beta1\nkind: TracingConfiguration\nsamplingRatePerMillion: 0\n');
});

test('an IPv6 address is quoted: brackets would begin a list', () => {
  expect(yamlEndpoint({ host: 'fd00::1', port: 4317 })).toBe('"[fd00::1]:4317"');
  expect(yamlEndpoint({ host: '10.0.0.1', port: 4317 })).toBe('10.0.0.1:4317');
});

test('the address of the collector is known where it is fixed', () => {
  expect(fixedEndpoint({ kind: 'endpoint', host: '10.0.0.1', port: 1 })).toEqual({ host: '10.0.0.1', port: 1 });
  expect(fixedEndpoint({ kind: 'service', namespace: 'n', name: 's', port: 2, clusterIP: '10.96.0.1' })).toEqual({ host: '10.96.0.1', port: 2 });
  expect(fixedEndpoint({ kind: 'service', namespace: 'n', name: 's', port: 2, clusterIP: null })).toBeUndefined();
});

test('a stop and a crash are no verdicts', () => {
  expect(FINAL_EXIT_STATUSES).toEqual([3, 10, 11, 12, 13]);
  expect(FINAL_EXIT_STATUSES).not.toContain(EXIT.stopped);
});

test('the Lease of the certificates lies beside the one of the turns', () => {
  expect(certificateLease({ namespace: 'kube-system', name: 'tracing' })).toEqual({ namespace: 'kube-system', name: 'tracing-certificates' });
});
