import { decodesAttributes, takesClientCertificate } from '../../../src/patch-spec/component-environment';
import { apiServerFlags, etcdFlagNames, etcdFlags, etcdHasRate, etcdObstacle, tracingApiVersions } from '../../../src/patch-spec/tracing-flags';
import { isAtLeast, parseVersion, Version } from '../../../src/patch-spec/version';

const v = (text: string): Version => parseVersion(text)!;

test.each([
  ['1.37.2', 1, 37, 2], ['v1.37.2', 1, 37, 2], ['3.5.15-0', 3, 5, 15], ['v1.29.6-custom.1', 1, 29, 6], ['1.2.3+build', 1, 2, 3], ['1.2.3_x', 1, 2, 3], ['1.2.3.4', 1, 2, 3],
])('%s is a version', (text, major, minor, patch) => {
  expect(parseVersion(text)).toEqual({ major, minor, patch, text: `${major}.${minor}.${patch}` });
});

test.each(['', '1.37', 'v1', 'latest', 'x1.2.3', '1.2.3x', '1..3', '1.2.', '20240101', '12345.0.0', '1.2.3 ', 'vv1.2.3', '1.2.3:4'])('%p is none', text => {
  expect(parseVersion(text)).toBeUndefined();
});

test.each<[string, number, number, number, boolean]>([
  ['1.37.2', 1, 37, 2, true], ['1.37.2', 1, 37, 1, true], ['1.37.2', 1, 37, 3, false], ['1.37.2', 1, 36, 9, true], ['1.37.2', 1, 38, 0, false], ['2.0.0', 1, 99, 99, true], ['1.99.99', 2, 0, 0, false],
])('%s is at least %i.%i.%i: %s', (text, major, minor, patch, is) => {
  expect(isAtLeast(v(text), major, minor, patch)).toBe(is);
});

test('a minor stands for its first patch', () => {
  expect([isAtLeast(v('1.37.0'), 1, 37), isAtLeast(v('1.36.99'), 1, 37)]).toEqual([true, false]);
});

test.each<[string, boolean]>([['1.28.15', false], ['1.29.0', true], ['1.37.2', true]])('kube-apiserver %s decodes attributes and takes a client certificate: %s', (text, takes) => {
  expect([decodesAttributes('kube-apiserver', v(text)), takesClientCertificate('kube-apiserver', v(text))]).toEqual([takes, takes]);
});

test.each<[string, boolean]>([['3.5.10', false], ['3.5.11', true], ['3.6.0', true]])('etcd %s decodes attributes, takes a client certificate and has a sampling rate: %s', (text, takes) => {
  expect([decodesAttributes('etcd', v(text)), takesClientCertificate('etcd', v(text)), etcdHasRate(v(text))]).toEqual([takes, takes, takes]);
});

test.each([['1.26.15', ['v1alpha1']], ['1.27.0', ['v1alpha1', 'v1beta1']], ['1.33.9', ['v1alpha1', 'v1beta1']], ['1.34.0', ['v1alpha1', 'v1beta1', 'v1']]])('%s reads TracingConfigurations of %j', (text, versions) => {
  expect(tracingApiVersions(v(text))).toEqual(versions);
});

test('the API server takes the file, the gate where tracing is off without, and the log level that is asked for', () => {
  const verbosity = { level: 6, replaceExisting: true };
  expect(apiServerFlags(v('1.26.15'), { verbosity }, '/f')).toEqual({ file: { name: 'tracing-config-file', value: '/f' }, gate: 'APIServerTracing=true', verbosity });
  expect(apiServerFlags(v('1.27.0'), { verbosity: null }, '/f')).toEqual({ file: { name: 'tracing-config-file', value: '/f' }, gate: undefined, verbosity: null });
});

test.each<[string, RegExp | undefined]>([
  ['3.4.27', /^etcd 3\.4\.27 has no tracing/], ['3.5.0', /^etcd 3\.5\.0 would record every request/], ['3.5.4', /would record every request and leak memory/], ['3.5.5', undefined], ['3.7.3', undefined],
])('etcd %s: %s', (text, obstacle) => {
  if (obstacle) expect(etcdObstacle(v(text))).toMatch(obstacle);
  else expect(etcdObstacle(v(text))).toBeUndefined();
});

const STABLE = ['enable-distributed-tracing', 'distributed-tracing-address', 'distributed-tracing-service-name', 'distributed-tracing-instance-id', 'distributed-tracing-sampling-rate'];
const EXPERIMENTAL = STABLE.map(name => `experimental-${name}`);

test('etcd’s flags lost their prefix in 3.6', () => {
  expect(etcdFlagNames(v('3.5.99'))).toEqual({ own: EXPERIMENTAL, others: STABLE });
  expect(etcdFlagNames(v('3.6.0'))).toEqual({ own: STABLE, others: EXPERIMENTAL });
});

test.each<[string, number, (boolean | undefined)[]]>([
  ['3.5.10', 0, [false, false, false, false]], ['3.5.10', 10, [false, false, false, false]], ['3.5.11', 0, [false, false, false, false, true]], ['3.6.0', 10, [false, false, false, false, false]],
])('etcd %s with a rate of %i', (text, samplingRatePerMillion, defaults) => {
  const flags = etcdFlags(v(text), { serviceName: 'etcd', samplingRatePerMillion }, { host: 'fd00::1', port: 4317 }, 'cp1');
  expect(flags.map(({ value }) => value)).toEqual(['true', '[fd00::1]:4317', 'etcd', 'cp1', String(samplingRatePerMillion)].slice(0, defaults.length));
  expect(flags.map(({ isDefault }) => isDefault)).toEqual(defaults);
});
