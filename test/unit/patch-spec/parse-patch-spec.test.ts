import { readFileSync } from 'fs';
import { join } from 'path';
import { parsePatchSpec } from '../../../src/patch-spec/parse-patch-spec';

const TEXT = readFileSync(join(__dirname, '../../support/fixtures/spec-v3.json'), 'utf8');

/** The frozen spec with one value replaced, added, or (undefined) removed. */
function withValue(path: string, value: unknown): string {
  const spec = JSON.parse(TEXT);
  const keys = path.split('.');
  const last = keys.pop()!;
  keys.reduce((object, key) => object[key], spec)[last] = value;
  return JSON.stringify(spec);
}

test('reads the frozen version as it is', () => {
  expect(parsePatchSpec(TEXT)).toEqual(JSON.parse(TEXT));
});

test.each<[string, unknown]>([
  ['state', 'disabled'], ['apiServer', null], ['etcd', null], ['apiServer.verbosity', null], ['collector.clusterIP', '10.96.0.50'], ['collector.clusterIP', 'fd00::50'],
  ['collector', { kind: 'endpoint', host: 'fd00::1', port: 4317 }], ['etcd.samplingRatePerMillion', 0], ['etcd.samplingRatePerMillion', 1_000_000],
  ['identity', { nodeName: false, attributes: { 'k8s.cluster.name': 'prod', 'team': 'Böblingen, 50 %' } }],
  ['lease.namespace', 'a'], ['lease.namespace', 'x'.repeat(63)], ['lease.name', 'a'], ['lease.name', 'a.b-c.d0'], ['lease.name', `${'a.'.repeat(126)}b`],
  ['configDirectory', '/a'], ['configDirectory', `/${'a'.repeat(199)}`], ['configDirectory', '/a/..b/.c'], ['jobSelector', 'a=b'], ['jobSelector', 'a.b/c=,d=e'],
  ['apiServer.version', '1.37.2'], ['etcd.version', '3.6.4'], ['collector.port', 1], ['collector.port', 65_535], ['controlPlaneNodes', 1000],
  ['etcd.serviceName', 'prod/etcd-1'], ['runId', 'anything, "$(even)" this'], ['timing.drainSeconds', 0],
])('takes %s = %j', (path, value) => {
  expect(() => parsePatchSpec(withValue(path, value))).not.toThrow();
});

test.each<[string, unknown, string]>([
  ['version', 2, '$.version (2) must be 3'],
  ['version', 4, '$.version (4) must be 3'],
  ['version', undefined, '$.version must be 3'],
  ['state', 'on', '$.state ("on") must be "enabled" or "disabled"'],
  ['runId', 7, '$.runId (7) must be a string'],
  ['controlPlaneNodes', 0, '$.controlPlaneNodes (0) must be a whole number from 1 to'],
  ['controlPlaneNodes', 1.5, '$.controlPlaneNodes (1.5) must be a whole number'],
  ['controlPlaneNodes', '3', '$.controlPlaneNodes ("3") must be a whole number'],
  ['extra', true, '$.extra (true) is unknown; allowed are version, state'],
  ['collector', 'x', '$.collector ("x") must be an object'],
  ['collector.kind', 'pod', '$.collector.kind ("pod") must be "service"'],
  ['collector.port', 70000, '$.collector.port (70000) must be a whole number from 1 to 65535'],
  ['collector.clusterIP', 'None', '$.collector.clusterIP ("None") must be an IP address'],
  ['collector.name', 'Collector', '$.collector.name ("Collector") must be a DNS subdomain'],
  ['collector.more', 1, '$.collector.more (1) is unknown; allowed are namespace, name, kind, port, clusterIP'],
  ['collector', { kind: 'endpoint', host: 'collector', port: 1 }, '$.collector.host ("collector") must be an IP address'],
  ['collector', { kind: 'endpoint', host: '[fd00::1]', port: 1 }, '$.collector.host ("[fd00::1]") must be an IP address'],
  ['collector', { kind: 'endpoint', host: '::', port: 1 }, '$.collector.host ("::") must be an IP address that something listens on'],
  ['collector', { kind: 'endpoint', host: '10.0.0.1', port: '1' }, '$.collector.port ("1") must be a whole number from 1 to 65535'],
  ['apiServer.samplingRatePerMillion', 5, '$.apiServer.samplingRatePerMillion (5) is unknown; allowed are verbosity'],
  ['apiServer', undefined, '$.apiServer is required'],
  ['apiServer', [], '$.apiServer ([]) must be an object'],
  ['etcd.samplingRatePerMillion', 1_000_001, '$.etcd.samplingRatePerMillion (1000001) must be a whole number from 0 to 1000000'],
  ['etcd.samplingRatePerMillion', -1, '$.etcd.samplingRatePerMillion (-1) must be'],
  ['apiServer.verbosity.level', 11, '$.apiServer.verbosity.level (11) must be a whole number from 0 to 10'],
  ['apiServer.verbosity.replaceExisting', 'yes', '$.apiServer.verbosity.replaceExisting ("yes") must be true or false'],
  ['apiServer.verbosity.v', 6, '$.apiServer.verbosity.v (6) is unknown'],
  ['etcd.serviceName', '$(hostname)', '$.etcd.serviceName ("$(hostname)") must be 1 to 255 letters'],
  ['etcd.serviceName', 'a b', '$.etcd.serviceName ("a b") must be'],
  ['etcd.serviceName', '', '$.etcd.serviceName ("") must be'],
  ['identity', undefined, '$.identity is required'],
  ['identity.nodeName', 1, '$.identity.nodeName (1) must be true or false'],
  ['identity.attributes', [], '$.identity.attributes ([]) must be an object'],
  ['identity.attributes', { a: 1 }, '$.identity.attributes.a (1) must be a string'],
  ['identity.attributes', { 'a b': 'c' }, '$.identity.attributes.a b ("c") must have a name of 1 to 255 letters'],
  ['identity.attributes', { 'service.name': 'c' }, '$.identity.attributes.service.name ("c") must be left out'],
  ['identity.attributes', { 'k8s.node.name': 'c' }, '$.identity.attributes.k8s.node.name ("c") must be left out'],
  ['identity.attributes', { a: '' }, '$.identity.attributes.a ("") must have a value of 1 to 1024 characters'],
  ['identity.attributes', { a: 'b\nc' }, 'must have a value of printable characters'],
  ['identity.attributes', { a: '\ud800' }, 'must have a value of printable characters'],
  ['identity.attributes', Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`a${i}`, 'x'.repeat(1000)])), '$.identity.attributes must have at most 8192 bytes'],
  ['manifestsDirectory', 'manifests', '$.manifestsDirectory ("manifests") must be an absolute path'],
  ['configDirectory', '/etc/kubernetes/../x', '$.configDirectory ("/etc/kubernetes/../x") must be an absolute path'],
  ['configDirectory', '/etc/kubernetes/tracing: #', '$.configDirectory ("/etc/kubernetes/tracing: #") must be an absolute path'],
  ['configDirectory', '/etc/kubernetes/manifests/tracing', '$.configDirectory ("/etc/kubernetes/manifests/tracing") must lie outside /etc/kubernetes/manifests'],
  ['lease.namespace', 'x'.repeat(64), 'must be a DNS label'], ['lease.namespace', 'a-', 'must be a DNS label'], ['lease.namespace', 'a b', 'must be a DNS label'],
  ['lease.name', `${'a.'.repeat(126)}bc`, 'must be a DNS subdomain'], ['lease.name', 'a.', 'must be a DNS subdomain'], ['lease.name', 'a.-b', 'must be a DNS subdomain'],
  ['lease.name', 'a..b', 'must be a DNS subdomain'], ['lease.name', 'a.b!', 'must be a DNS subdomain'],
  ['configDirectory', `/${'a'.repeat(200)}`, 'must be an absolute path'], ['configDirectory', 'x/a', 'must be an absolute path'], ['configDirectory', '/a/', 'must be an absolute path'],
  ['configDirectory', '/a/..', 'must be an absolute path'], ['configDirectory', '/a/.', 'must be an absolute path'],
  ['jobSelector', 'a=b,', 'must be equality'], ['jobSelector', '!a=b', 'must be equality'], ['jobSelector', 'a=b c', 'must be equality'],
  ['apiServer.version', '1.37', '$.apiServer.version ("1.37") must be a version such as 1.37.2'], ['collector.port', 0, 'must be a whole number from 1'],
  ['controlPlaneNodes', 1001, 'must be a whole number from 1 to 1000'],
  ['lease.namespace', 'Kube', '$.lease.namespace ("Kube") must be a DNS label'],
  ['jobSelector', '', '$.jobSelector ("") must be equality requirements'],
  ['jobSelector', 'a in (b)', '$.jobSelector ("a in (b)") must be'],
  ['timing.healthSeconds', 0, '$.timing.healthSeconds (0) must be a whole number from 1 to 86400'],
  ['timing.soakSeconds', undefined, '$.timing.soakSeconds is required'],
])('fails on %s = %j with the path, the value and what is allowed', (path, value, message) => {
  expect(() => parsePatchSpec(withValue(path, value))).toThrow(message);
});

test.each([['', 'is not JSON'], ['null', '$ (null) must be an object'], ['[]', '$ ([]) must be an object'], ['{}', '$.version must be 3'], ['{"version":3,"__proto__":{}}', '$.__proto__']])('fails on %j', (text, message) => {
  expect(() => parsePatchSpec(text)).toThrow(message);
});
