import { mkdtempSync, rmSync } from 'fs';
import { createServer, IncomingMessage, request, Server } from 'http';
import { AddressInfo, connect, Socket } from 'net';
import { tmpdir } from 'os';
import { join } from 'path';
import { LoopbackProxy } from '../../../src/trace/loopback-proxy';

let directory: string;
let server: Server;
let proxy: LoopbackProxy;
let url: string;
const seen: IncomingMessage[] = [];

/** In the place of kubectl's proxy, and of the API server behind it. */
beforeEach(async () => {
  seen.length = 0;
  directory = mkdtempSync(join(tmpdir(), 'loopback-'));
  server = createServer((message, response) => {
    seen.push(message);
    if (message.url === '/watch') {
      response.writeHead(200);
      response.write('first\n');
      message.on('close', () => response.end());
      return;
    }
    let body = '';
    message.on('data', data => { body += data; });
    message.on('end', () => response.writeHead(201, { 'x-answer': ['a', 'b'], 'audit-id': 'x' }).end(`got ${body}`));
  });
  server.on('upgrade', (message: IncomingMessage, socket: Socket) => {
    seen.push(message);
    if (message.url!.startsWith('/refused')) {
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno');
      return;
    }
    const headers = ['connection: Upgrade', 'upgrade: websocket', 'sec-websocket-protocol: v5.channel.k8s.io'];
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${headers.join('\r\n')}\r\n\r\n`);
    socket.on('data', data => socket.write(`echo ${data}`));
  });
  await new Promise<void>(resolve => server.listen(join(directory, 'api'), resolve));
  proxy = new LoopbackProxy(join(directory, 'api'));
  url = await proxy.start();
});

afterEach(() => {
  proxy.stop();
  server.close();
  server.closeAllConnections();
  rmSync(directory, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

function ask(target: string, options: Sent = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url + target, { method: options.method, headers: options.headers }, response => {
      let body = '';
      response.on('data', data => { body += data; });
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
    });
    sent.on('error', reject);
    sent.end(options.body);
  });
}

test('each request gets a trace of its own that is sampled, and an Audit-ID', async () => {
  const answer = await ask('/api/v1/pods?limit=5', { method: 'POST', body: 'hello', headers: { 'user-agent': 'kubectl/v1.37.2', 'impersonate-user': 'jane' } });
  expect(answer).toMatchObject({ status: 201, body: 'got hello', headers: { 'audit-id': 'x', 'x-answer': 'a, b' } });
  await ask('/');
  const [first, second] = seen as [IncomingMessage, IncomingMessage];
  expect([first.url, second.url]).toEqual(['/api/v1/pods?limit=5', '/']);
  expect(first.headers).toMatchObject({ 'host': 'localhost', 'user-agent': 'kubectl/v1.37.2', 'impersonate-user': 'jane' });
  const [exchange] = proxy.exchanges;
  expect(first.headers.traceparent).toBe(`00-${exchange!.traceId}-${exchange!.spanId}-01`);
  expect(first.headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(first.headers['audit-id']).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(second.headers.traceparent).not.toBe(first.headers.traceparent);
  expect(exchange).toMatchObject({ method: 'POST', target: '/api/v1/pods?limit=5', status: 201, auditId: first.headers['audit-id'] });
  expect(exchange!.end).toBeGreaterThanOrEqual(exchange!.start);
});

test('a client that traces by itself keeps its trace, which is sampled all the same', async () => {
  const [traceId, spanId] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
  await ask('/api', { headers: { 'traceparent': `00-${traceId}-${spanId}-00`, 'audit-id': 'mine' } });
  expect(seen[0]!.headers).toMatchObject({ 'traceparent': `00-${traceId}-${spanId}-01`, 'audit-id': 'mine' });
});

test('strangers get nothing: who does not know the path, and who guesses its beginning', async () => {
  const { origin, pathname } = new URL(url);
  expect(pathname).toMatch(/^\/[0-9a-f]{48}$/);
  for (const path of ['/', '/api', `${pathname.slice(0, -1)}/api`, `${pathname}x/api`, `/x${pathname}/api`]) {
    const answer = await new Promise<number>((resolve, reject) => request(origin + path, response => resolve(response.resume().statusCode!)).on('error', reject).end());
    expect(answer).toBe(404);
  }
  expect(seen).toEqual([]);
  expect(proxy.exchanges).toEqual([]);
});

test('it listens on the loopback address only', () => {
  const { address } = (proxy as unknown as { server: Server }).server.address() as AddressInfo;
  expect(address).toBe('127.0.0.1');
});

test('a watch comes as it comes, and the API server hears of it when the client goes', async () => {
  const { hostname, port, pathname } = new URL(url);
  const client = request({ hostname, port, path: `${pathname}/watch` });
  const first = new Promise<string>(resolve => client.on('response', response => response.once('data', data => resolve(String(data)))));
  client.end();
  expect(await first).toBe('first\n');
  expect(proxy.exchanges[0]!.end).toBeUndefined();
  const gone = new Promise(resolve => seen[0]!.on('close', resolve));
  client.on('error', () => undefined);
  client.destroy();
  await gone;
  expect(proxy.exchanges[0]).toMatchObject({ status: 200 });
});

function upgrade(target: string): Socket {
  const { hostname, port, pathname } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${pathname}${target} HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-key: abc\r\n\r\n`);
  return socket;
}

function heard(socket: Socket, pattern: RegExp): Promise<string> {
  return new Promise(resolve => {
    let text = '';
    socket.on('data', data => {
      text += data;
      if (pattern.test(text)) resolve(text);
    });
  });
}

test('exec and its like pass both ways', async () => {
  const socket = upgrade('/exec?command=true');
  expect(await heard(socket, /\r\n\r\n/)).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n[^]*sec-websocket-protocol: v5\.channel\.k8s\.io\r\n[^]*upgrade: websocket\r\n/i);
  expect(seen[0]!.headers).toMatchObject({ 'upgrade': 'websocket', 'connection': 'Upgrade', 'sec-websocket-key': 'abc', 'traceparent': expect.stringMatching(/-01$/) });
  socket.write('hello');
  expect(await heard(socket, /hello/)).toBe('echo hello');
  const ended = new Promise(resolve => seen[0]!.socket.on('end', resolve));
  socket.destroy();
  await ended;
  expect(proxy.exchanges[0]).toMatchObject({ status: 101, target: '/exec?command=true' });
});

test('an upgrade that the API server refuses is an answer like any other', async () => {
  expect(await heard(upgrade('/refused'), /no$/)).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
  expect(proxy.exchanges[0]!.status).toBe(403);
});

test('without anybody behind it, kubectl gets a Status that it can show', async () => {
  server.close();
  server.closeAllConnections();
  const { status, body } = await ask('/api');
  expect(status).toBe(502);
  expect(JSON.parse(body)).toMatchObject({ kind: 'Status', message: expect.stringContaining('kubectl proxy does not answer') });
});
