import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { advise } from '../../../../src/advice/advice';
import { planAndAdvise } from '../../../../src/patcher/commands/advice-command';
import { requestsPerSecond } from '../../../../src/patcher/commands/prometheus';
import { kubeadmApiServer, kubeadmEtcd } from '../../../support/fixtures/manifests/kubeadm';
import { Answered, HttpBackend } from '../../../support/traces/http-backend';

const directory = mkdtempSync(join(tmpdir(), 'advice-'));
let backend: HttpBackend | undefined;

afterEach(() => backend?.stop());
afterAll(() => rmSync(directory, { recursive: true }));

async function said(...args: string[]): Promise<{ status: number; text: string }> {
  let text = '';
  const status = await planAndAdvise(args, { out: part => { text += part; }, err: part => { text += part; } });
  return { status, text };
}

async function answering(answered: Answered): Promise<string> {
  backend = new HttpBackend(() => answered);
  return backend.start();
}

const vector = (value: string) => ({ body: { status: 'success', data: { resultType: 'vector', result: [{ metric: {}, value: [1, value] }] } } });

test('says what each rate comes to, and which one is planned', async () => {
  const { status, text } = await said('--requests-per-second', '850', '--sampling-rate-per-million=5000');
  expect(status).toBe(0);
  expect(text).toMatch(/^850 requests per second \(given\)/);
  const rows = text.split('\n').filter(line => / %\)/.test(line));
  expect(rows.map(row => row.trim().split(' ')[0])).toEqual(['1,000,000', '100,000', '10,000', '5,000', '1,000', '100']);
  expect(rows.filter(row => row.endsWith('<- planned'))).toEqual([rows[3]]);
});

test('as JSON, the rates are those of the table', async () => {
  const { text } = await said('--requests-per-second=2000', '--output', 'json');
  const { rates, requestsPerSecond: requests } = JSON.parse(text);
  expect(requests).toBe(2000);
  expect(rates[2]).toEqual(JSON.parse(JSON.stringify(advise({ requestsPerSecond: 2000, ratePerMillion: 10_000 }))));
});

test('beside a plan it comes as lines that patch skips, and the status is that of the plan', async () => {
  writeFileSync(join(directory, 'kube-apiserver.yaml'), kubeadmApiServer('1.37.2'));
  writeFileSync(join(directory, 'etcd.yaml'), kubeadmEtcd('1.37.2', '3.7.0-0'));
  const plan = await said('--manifests', directory, '--endpoint', '10.96.0.50:4317');
  const both = await said('--manifests', directory, '--requests-per-second', '10', '--endpoint', '10.96.0.50:4317');
  expect(both.status).toBe(1);
  expect(both.text.startsWith(plan.text)).toBe(true);
  const added = both.text.slice(plan.text.length).trimEnd().split('\n');
  expect(added.filter(line => !line.startsWith('#'))).toEqual([]);
  expect(added[0]).toMatch(/^# 10 requests per second/);
});

test('the requests of a cluster come from its Prometheus', async () => {
  const url = await answering(vector('123.456'));
  const headers = join(directory, 'headers');
  writeFileSync(headers, 'Authorization: Bearer secret\n');
  const { text } = await said('--prometheus', `${url}/below/`, '--headers-file', headers);
  expect(text).toMatch(/^123 requests per second \(Prometheus, the mean of the last hour\)/);
  expect(backend!.requests).toEqual([{
    path: '/below/api/v1/query', query: new URLSearchParams({ query: 'sum(rate(apiserver_request_total[1h]))' }), headers: expect.objectContaining({ authorization: 'Bearer secret' }),
  }]);
});

test.each<[string, Answered, string]>([
  ['no such metric', { body: { status: 'success', data: { resultType: 'vector', result: [] } } }, 'it knows no requests by sum(rate'],
  ['not a number', vector('NaN'), 'it knows no requests by'],
  ['no requests', vector('0'), 'it knows no requests by'],
  ['a page', { body: '<html>' }, 'the answer is not that of Prometheus'],
  ['an error', { status: 422, body: { status: 'error', error: 'too many samples' } }, 'status 422; it says: too many samples'],
  ['no credentials', { status: 401 }, 'status 401: put the headers that it wants into a file'],
  ['somewhere else', { status: 302, location: 'http://127.0.0.1:1/login' }, 'status 302, a redirection to http://127.0.0.1:1/login: give the address that answers itself'],
  ['no words', { status: 500, body: '<html>' }, 'status 500'],
  ['an answer without an end', { body: 'x'.repeat(2_000_000) }, 'longer than 1 MiB'],
])('of Prometheus it is told: %s', async (_what, answered, message) => {
  const url = await answering(answered);
  await expect(said('--prometheus', url)).rejects.toThrow(`--prometheus ${url}: `);
  await expect(said('--prometheus', url)).rejects.toThrow(message);
});

test('a Prometheus that never answers is waited for no longer than it is worth', async () => {
  const url = await answering({ silent: true });
  await expect(requestsPerSecond({ url, headers: {}, patienceMs: 50 })).rejects.toThrow('no answer within 0.05 s');
});

test('one that is not there is told how to reach', async () => {
  const url = await answering({});
  backend!.stop();
  await expect(said('--prometheus', url)).rejects.toThrow('is reached with `kubectl port-forward`');
});

test.each([
  [['--requests-per-second', '0'], '--requests-per-second (0) must be a number above 0'],
  [['--requests-per-second', 'many'], '--requests-per-second (many) must be a number'],
  [['--requests-per-second', '-5'], '--requests-per-second (-5) must be'],
  [['--requests-per-second'], '--requests-per-second needs a value'],
  [['--requests-per-second', '--output'], '--requests-per-second needs a value'],
  [['--prometheus', 'prometheus:9090'], '--prometheus (prometheus:9090) must be a URL'],
  [['--prometheus', 'http://user:secret@127.0.0.1'], '--prometheus (http://***@127.0.0.1) must not hold credentials'],
  [['--prometheus', 'http://127.0.0.1', '--requests-per-second', '5'], 'cannot be used together'],
  [['--headers-file', 'x'], '--headers-file needs --prometheus'],
  [['--requests-per-second', '5', '--manifests', 'x', '--output', 'json'], '--output json tells one thing'],
  [['--requests-per-second', '5', '--sampling-rate-per-million', '2000000'], '--sampling-rate-per-million (2000000) must be'],
])('%j is refused', async (args, message) => {
  await expect((async () => said(...args))()).rejects.toThrow(message);
});

test('credentials go over TLS or to this machine', async () => {
  const headers = join(directory, 'token');
  writeFileSync(headers, 'Authorization: Bearer secret\n');
  await expect((async () => said('--prometheus', 'http://prometheus.monitoring:9090', '--headers-file', headers))()).rejects.toThrow('readable for everyone on the way');
});
