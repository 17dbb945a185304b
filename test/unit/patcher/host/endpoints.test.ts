import * as http from 'http';
import { AddressInfo } from 'net';
import { Endpoints } from '../../../../src/patcher/host/endpoints';

let server: http.Server;
let port: number;
const seen: string[][] = [];
const endpoints = new Endpoints(300);
const probe = (path: string) => ({ scheme: 'http' as const, host: '127.0.0.1', port, path });

beforeAll(async () => {
  server = http.createServer((request, response) => {
    if (request.url === '/headers') {
      seen.push(request.rawHeaders);
      response.end();
      return;
    }
    if (request.url === '/to-another') {
      response.writeHead(302, { location: 'http://example.invalid/' }).end();
      return;
    }
    if (request.url === '/to-200' || request.url === '/circle') {
      response.writeHead(307, { location: request.url === '/circle' ? '/circle' : '/200' }).end();
      return;
    }
    if (request.url === '/slow') {
      setTimeout(() => response.end(), 600);
      return;
    }
    if (request.url === '/half') {
      response.write('x');
      return;
    }
    const status = Number(request.url!.slice(1));
    if (status === 0) return; // never answers
    response.writeHead(status, status === 302 ? { location: '/500' } : {}).end('x'.repeat(100_000));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test.each([[200, true], [204, true], [399, true], [400, false], [401, false], [403, false], [500, false], [503, false]])('status %d: %s', async (status, well) => {
  expect(await endpoints.answers(probe(`/${status}`))).toBe(well);
});

test('no answer in time is no success', async () => {
  expect(await endpoints.answers(probe('/0'))).toBe(false);
});

test('a closed port neither answers nor accepts', async () => {
  const closed = http.createServer();
  await new Promise<void>(resolve => closed.listen(0, '127.0.0.1', resolve));
  const { port: free } = closed.address() as AddressInfo;
  await new Promise(resolve => closed.close(resolve));
  expect(await endpoints.answers({ ...probe('/200'), port: free })).toBe(false);
  expect(await endpoints.accepts('127.0.0.1', free)).toBe(false);
});

test('plain HTTP behind a probe that says HTTPS is no success', async () => {
  expect(await endpoints.answers({ ...probe('/200'), scheme: 'https' })).toBe(false);
});

test('an open port accepts', async () => {
  expect(await endpoints.accepts('127.0.0.1', port)).toBe(true);
});

test.each([['/302', false], ['/to-200', true], ['/to-another', true], ['/circle', false]])('kubelet follows a redirect on the same host only: %s', async (path, well) => {
  expect(await endpoints.answers(probe(path))).toBe(well);
});

test('its own time limit counts, and for the whole answer', async () => {
  expect(await endpoints.answers({ ...probe('/slow'), timeoutSeconds: 5 })).toBe(true);
  expect(await endpoints.answers(probe('/slow'))).toBe(false);
  expect(await endpoints.answers(probe('/half'))).toBe(false);
});

test('headers are sent, a host in the place of the usual one', async () => {
  const headers = [{ name: 'Host', value: 'me.example' }, { name: 'X-Twice', value: 'a' }, { name: 'x-twice', value: 'b' }];
  expect(await endpoints.answers({ ...probe('/headers'), headers })).toBe(true);
  const sent = seen.pop()!.join(' ').toLowerCase();
  expect(sent).toContain('host me.example');
  expect(sent).toContain('x-twice a x-twice b');
  expect(sent).toContain('user-agent kube-probe');
  expect(sent).not.toContain('127.0.0.1');
});

test('a header that no request can have is no success, and no crash', async () => {
  expect(await endpoints.answers({ ...probe('/200'), headers: [{ name: 'x y', value: '\n' }] })).toBe(false);
});

test('a TCP probe wants no more than an open port', async () => {
  expect(await endpoints.answers({ scheme: 'tcp', host: '127.0.0.1', port, path: '' })).toBe(true);
  expect(await endpoints.answers({ scheme: 'tcp', host: '127.0.0.1', port: 1, path: '' })).toBe(false);
});
