import * as http from 'http';
import { AddressInfo } from 'net';
import { Endpoints } from '../../../../src/patcher/host/endpoints';

let server: http.Server;
let port: number;
const endpoints = new Endpoints(300);
const probe = (path: string) => ({ scheme: 'http' as const, host: '127.0.0.1', port, path });

beforeAll(async () => {
  server = http.createServer((request, response) => {
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

test.each([[200, true], [204, true], [302, true], [399, true], [400, false], [401, false], [403, false], [500, false], [503, false]])('status %d: %s', async (status, well) => {
  expect(await endpoints.answers(probe('/' + status))).toBe(well);
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
