import { formatEndpoint, isDialable, isIpAddress, parseEndpoint } from '../../../src/patch-spec/endpoint';

test.each([
  ['10.96.0.50:4317', '10.96.0.50', 4317],
  ['[fd00::50]:4317', 'fd00::50', 4317],
  ['[::1]:1', '::1', 1],
  ['[::ffff:10.0.0.1]:65535', '::ffff:10.0.0.1', 65535],
])('%s is an address', (text, host, port) => {
  expect(parseEndpoint('it', text)).toEqual({ host, port });
  expect(formatEndpoint({ host, port })).toBe(text);
});

test.each([
  ['', 'must be IP:port'],
  ['http://10.0.0.1:4317', 'without a scheme'],
  ['dns:///10.0.0.1:4317', 'without a scheme'],
  ['10.0.0.1', 'must name a port'],
  ['fd00::1', 'must name a port'],
  ['[fd00::1]', 'must name a port'],
  ['fd00::1:4317', 'must name a port'],
  ['localhost:4317', 'must hold an IP address'],
  ['collector.ns.svc.cluster.local:4317', 'must hold an IP address'],
  ['10.0.0.256:4317', 'must hold an IP address'],
  ['010.0.0.1:4317', 'must hold an IP address'],
  ['10.0.1:4317', 'must hold an IP address'],
  ['[fe80::1%eth0]:4317', 'must hold an IP address'],
  ['[10.0.0.1]:4317', 'must hold an IP address'],
  ['[]:4317', 'must hold an IP address'],
  ['0.0.0.0:4317', 'not the unspecified one'],
  ['[::]:4317', 'not the unspecified one'],
  ['10.0.0.1:0', 'from 1 to 65535'],
  ['10.0.0.1:65536', 'from 1 to 65535'],
  ['10.0.0.1:04317', 'from 1 to 65535'],
  ['10.0.0.1:4317 ', 'must be IP:port'],
  ['10.0.0.1:4317\n', 'must be IP:port'],
])('fails on %j', (text, problem) => {
  expect(() => parseEndpoint('it', text)).toThrow(problem);
  expect(() => parseEndpoint('it', text)).toThrow(`it (${text}) must `);
});

test('an IP address alone has no brackets', () => {
  expect(['10.0.0.1', 'fd00::1', '[fd00::1]', 'name', ''].map(isIpAddress)).toEqual([true, true, false, false, false]);
});

test('nothing listens on the unspecified address', () => {
  expect(['10.0.0.1', 'fd00::1', '0.0.0.0', '::', 'name'].map(isDialable)).toEqual([true, true, false, false, false]);
});
