import { randomBytes, randomUUID } from 'crypto';
import { createServer, IncomingMessage, request as ask, RequestOptions, ServerResponse } from 'http';
import { AddressInfo, Socket } from 'net';
import { Exchange } from './exchange';

type Open = { -readonly [Key in keyof Exchange]: Exchange[Key] };

/**
 * Takes requests on a loopback address, below a path that nobody can guess, and hands them on with a `traceparent` that asks for spans, and an `Audit-ID`.
 *
 * What upgrades its connection (exec, attach, port-forward) is passed on byte by byte.
 */
export class LoopbackProxy {
  /** In the order in which they came. */
  public readonly exchanges: Exchange[] = [];
  private readonly token = randomBytes(24).toString('hex');
  private readonly server = createServer((request, response) => this.serve(request, response));
  private readonly sockets = new Set<Socket>();

  /** @param upstream a Unix socket */
  constructor(private readonly upstream: string) {
    // A watch may be quiet for as long as it likes.
    this.server.requestTimeout = 0;
    this.server.timeout = 0;
    this.server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => this.upgrade(request, socket, head));
    this.server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      // Who closes a connection in the middle has its reasons.
      socket.on('error', () => undefined);
    });
  }

  /** @returns the URL for a kubeconfig */
  public async start(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(0, '127.0.0.1', resolve);
    });
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/${this.token}`;
  }

  public stop(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    const target = this.targetOf(request);
    if (target === undefined) return void response.writeHead(404).end();
    const exchange = this.begin(request, target);
    const upstream = ask(this.options(request, target, exchange), answer => {
      exchange.status = answer.statusCode ?? 0;
      response.writeHead(exchange.status, answer.statusMessage, withoutHop(answer.rawHeaders));
      answer.pipe(response);
      answer.on('aborted', () => response.destroy());
    });
    upstream.on('error', error => {
      if (response.headersSent || response.destroyed) return void response.destroy();
      exchange.status = 502;
      response.writeHead(502, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code: 502, message: `kubectl proxy does not answer: ${error.message}` }));
    });
    response.on('close', () => {
      exchange.end = now();
      upstream.destroy();
    });
    request.pipe(upstream);
  }

  private upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const target = this.targetOf(request);
    if (target === undefined) return void socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    const exchange = this.begin(request, target);
    const upstream = ask({ ...this.options(request, target, exchange), headers: [...this.headers(request, exchange), 'connection', 'Upgrade', ...upgradeOf(request)] });
    socket.on('close', () => {
      exchange.end = now();
      upstream.destroy();
    });
    upstream.on('error', () => socket.destroy());
    const begin = (answer: IncomingMessage, hop: readonly string[]) => {
      exchange.status = answer.statusCode ?? 0;
      socket.write(`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\n${headerLines([...withoutHop(answer.rawHeaders), ...hop])}\r\n`);
    };
    upstream.on('upgrade', (answer, other, first) => {
      begin(answer, ['connection', 'Upgrade', ...upgradeOf(answer)]);
      join(socket, other, head, first);
    });
    // Refused: an answer like any other.
    upstream.on('response', answer => {
      begin(answer, ['connection', 'close']);
      answer.pipe(socket);
    });
    upstream.end();
  }

  /** What follows the token. @returns undefined for a stranger */
  private targetOf({ url = '' }: IncomingMessage): string | undefined {
    const prefix = `/${this.token}`;
    return url === prefix ? '/' : url.startsWith(`${prefix}/`) ? url.slice(prefix.length) : undefined;
  }

  private begin({ method = 'GET', headers }: IncomingMessage, target: string): Open {
    // A client that traces by itself keeps its trace.
    const [, traceId, spanId] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/.exec(String(headers.traceparent)) ?? [];
    const exchange: Open = {
      traceId: traceId ?? id(16), spanId: spanId ?? id(8), auditId: String(headers['audit-id'] ?? randomUUID()), method, target, start: now(), end: undefined, status: 0,
    };
    this.exchanges.push(exchange);
    return exchange;
  }

  private options(request: IncomingMessage, target: string, exchange: Exchange): RequestOptions {
    return { socketPath: this.upstream, method: request.method, path: target, headers: this.headers(request, exchange), agent: false };
  }

  private headers(request: IncomingMessage, { traceId, spanId, auditId }: Exchange): string[] {
    const own = ['traceparent', 'audit-id', 'host'];
    const kept = pairs(withoutHop(request.rawHeaders)).filter(([name]) => !own.includes(name.toLowerCase())).flat();
    return [...kept, 'host', 'localhost', 'traceparent', `00-${traceId}-${spanId}-01`, 'audit-id', auditId];
  }
}

/** Two connections that are one from now on; neither stays open alone. */
function join(a: Socket, b: Socket, fromA: Buffer, fromB: Buffer): void {
  b.on('error', () => undefined);
  a.on('close', () => b.destroy());
  b.on('close', () => a.destroy());
  if (fromB.length > 0) a.write(fromB);
  if (fromA.length > 0) b.write(fromA);
  a.pipe(b);
  b.pipe(a);
}

/** Of one connection only. */
const HOP = ['connection', 'keep-alive', 'proxy-connection', 'upgrade', 'te', 'trailer'];

function withoutHop(rawHeaders: readonly string[]): string[] {
  return pairs(rawHeaders).filter(([name]) => !HOP.includes(name.toLowerCase())).flat();
}

function upgradeOf({ headers }: IncomingMessage): string[] {
  return ['upgrade', headers.upgrade ?? ''];
}

function headerLines(headers: readonly string[]): string {
  return pairs(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('');
}

function pairs(rawHeaders: readonly string[]): [string, string][] {
  return rawHeaders.flatMap((name, i) => i % 2 === 0 ? [[name, rawHeaders[i + 1] ?? ''] as [string, string]] : []);
}

/** Never zero, which would mean that there is none. */
function id(bytes: number): string {
  const hex = randomBytes(bytes).toString('hex');
  return /[1-9a-f]/.test(hex) ? hex : id(bytes);
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
