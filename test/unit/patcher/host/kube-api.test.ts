import * as fs from 'fs';
import * as https from 'https';
import { AddressInfo } from 'net';
import * as os from 'os';
import * as path from 'path';
import { KubeApi, KubeApiError } from '../../../../src/patcher/host/kube-api';
import { Authority } from '../../../support/certificates';

interface Seen { readonly method: string; readonly url: string; readonly token: string; readonly body: string }

let directory: string;
let server: https.Server;
let api: KubeApi;
let seen: Seen[];

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk8s-cpt-api-'));
  const authority = new Authority(directory);
  authority.issue(directory, '127.0.0.1');
  const file = (name: string) => fs.readFileSync(path.join(directory, name), 'utf8');
  server = https.createServer({ key: file('tls.key'), cert: file('tls.crt') }, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    seen.push({ method: request.method!, url: request.url!, token: request.headers.authorization!, body: Buffer.concat(chunks).toString() });
    if (request.url === '/silent') return;
    if (request.url === '/refused') response.writeHead(409).end('{"kind":"Status","message":"the UID does not match"}');
    else if (request.url === '/text') response.end('ok');
    else response.end('{"items":[{"metadata":{"name":"a"}}]}');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const tokenFile = path.join(directory, 'token');
  fs.writeFileSync(tokenFile, 'first\n');
  api = new KubeApi({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, ca: file('ca.crt'), tokenFile }, 500);
});
beforeEach(() => {
  seen = [];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  fs.rmSync(directory, { recursive: true });
});

test('what is sent arrives, also with a DELETE', async () => {
  const body = { why: 'an ümlaut has two bytes' };
  await api.create('/jobs', body);
  await api.update('/jobs/a', body);
  await api.delete('/jobs/a', body);
  expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual(['POST /jobs', 'PUT /jobs/a', 'DELETE /jobs/a']);
  expect(seen.map(request => JSON.parse(request.body))).toEqual([body, body, body]);
});

test('the token is read for every request', async () => {
  expect(await api.list('/jobs')).toEqual([{ metadata: { name: 'a' } }]);
  fs.writeFileSync(path.join(directory, 'token'), 'renewed\n');
  await api.get('/jobs');
  expect(seen.map(({ token }) => token)).toEqual(['Bearer first', 'Bearer renewed']);
});

test('what is no success is an error with the status and the message of the API server', async () => {
  const error = await api.get('/refused').catch((e: unknown) => e);
  expect(error).toBeInstanceOf(KubeApiError);
  expect(error).toMatchObject({ status: 409, message: 'GET /refused: 409 the UID does not match' });
  await expect(api.get('/text')).rejects.toThrow('GET /text: the answer is not JSON');
});

test('no answer in time is an error', async () => {
  await expect(api.get('/silent')).rejects.toThrow('GET /silent: no answer within 500 ms');
});

test('a certificate of another authority is refused', async () => {
  const other = new Authority(path.join(directory, 'other'));
  const { port } = server.address() as AddressInfo;
  const stranger = new KubeApi({ host: '127.0.0.1', port, ca: fs.readFileSync(other.certificate, 'utf8'), tokenFile: path.join(directory, 'token') });
  await expect(stranger.get('/jobs')).rejects.toThrow(/certificate/);
  expect(seen).toEqual([]);
});
