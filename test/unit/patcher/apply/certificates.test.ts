import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { certificatesProblem, endOf } from '../../../../src/patcher/apply/certificates';
import { Clock } from '../../../../src/patcher/host/clock';
import { Authority } from '../../../support/certificates';

const directory = mkdtempSync(join(tmpdir(), 'certificates-'));
const authority = new Authority(join(directory, 'ca'));
authority.issue(join(directory, 'client'), 'apiserver');
authority.issue(join(directory, 'other'), 'other');
afterAll(() => rmSync(directory, { recursive: true }));

const text = (file: string) => readFileSync(join(directory, file), 'utf8');
const CA = text('ca/ca.crt');
const CLIENT = { certificate: text('client/tls.crt'), key: text('client/tls.key') };
const at = (days: number): Pick<Clock, 'since'> => ({ since: date => Date.now() + days * 86_400_000 - Date.parse(date!) });
const NOW = at(0);
const LATER = at(2);
const BEFORE = at(-1);

test('takes what is right: a CA, a bundle with one that has expired since, a pair', () => {
  expect(certificatesProblem({ ca: CA, client: null }, NOW)).toBeUndefined();
  expect(certificatesProblem({ ca: `# ours\n${CA}\n${CLIENT.certificate}`, client: { ...CLIENT, certificate: CLIENT.certificate + CA } }, NOW)).toBeUndefined();
});

test.each<[string, string, { certificate: string; key: string } | null, Pick<Clock, 'since'>, string]>([
  ['a CA that is no certificate', 'hello', null, NOW, 'the CA is no certificate: it must be PEM'],
  ['a CA that is cut off', CA.slice(0, 80) + CA.slice(-40), null, NOW, 'the CA cannot be read as a certificate'],
  ['a CA that is a key', CLIENT.key, null, NOW, 'the CA is no certificate'],
  ['an expired CA', CA, null, LATER, 'the CA (CN=ca) expired on '],
  ['a CA of tomorrow', CA, null, BEFORE, 'the CA (CN=ca) is not valid before '],
  ['a client certificate that is none', CA, { ...CLIENT, certificate: '' }, NOW, 'the client certificate is no certificate'],
  ['a key that is none', CA, { ...CLIENT, key: 'secret' }, NOW, 'the private key of the client certificate cannot be read'],
  ['a key of another certificate', CA, { ...CLIENT, key: text('other/tls.key') }, NOW, 'the private key does not belong to the client certificate'],
])('says what is wrong with %s', (_, ca, client, now, message) => {
  const problem = certificatesProblem({ ca, client }, now);
  expect(problem).toContain(message);
  expect(problem).not.toContain('secret');
});

test('a CA lasts as long as the last one of its bundle, a chain as long as the first one of it that expires', () => {
  const days = (end: string | undefined) => Math.round((Date.parse(end!) - Date.now()) / 86_400_000);
  const long = new Authority(join(directory, 'long'), 60);
  long.issue(join(directory, 'client-30'), 'apiserver', 30);
  const client = { certificate: text('client-30/tls.crt'), key: text('client-30/tls.key') };
  expect(days(endOf({ ca: text('long/ca.crt'), client: null }, NOW))).toBe(60);
  expect(days(endOf({ ca: CA + text('long/ca.crt'), client: null }, NOW))).toBe(60);
  expect(days(endOf({ ca: text('long/ca.crt'), client }, NOW))).toBe(30);
  expect(days(endOf({ ca: text('long/ca.crt'), client: { ...client, certificate: client.certificate + CLIENT.certificate } }, NOW))).toBe(1);
});
