import * as http from 'http';
import * as https from 'https';
import * as net from 'net';
import * as tls from 'tls';

/** What kubelet's probe asks: an HTTP request, or no more than an open port. */
export interface ProbeTarget {
  readonly kind?: 'startup' | 'readiness' | 'liveness';
  readonly scheme: 'http' | 'https' | 'tcp';
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly headers?: ReadonlyArray<{ readonly name: string; readonly value: string }>;
  readonly timeoutSeconds?: number;
}

/** What a client proves a server by, and itself; PEM. */
export interface ClientTls {
  readonly ca: string;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
}

/** The preface of HTTP/2 and empty settings: a server of gRPC answers with its own settings, unless it refuses the client's certificate. */
const HTTP2_PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1');

/** A server that took the handshake and then not the client. */
export const CLOSED_AFTER_HANDSHAKE = 'CLOSED_AFTER_HANDSHAKE';

/** As kubelet follows them: ten, and none to another host. */
const REDIRECTS = 10;
/** No more of an answer is read; what comes after it decides nothing. */
const BODY_BYTES = 10 * 1024;

/** How a probe is written in messages, and asked. */
export function addressOf({ scheme, host, port, path }: ProbeTarget): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}${path}`;
}

/** What the node's components answer. */
export class Endpoints {
  public constructor(private readonly timeoutMilliseconds: number = 2000) {}

  /**
   * Whether a probe succeeds, by kubelet's rule: a status from 200 to 399, the certificate is not looked at.
   * https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/probe/http/http.go
   */
  public answers(target: ProbeTarget): Promise<boolean> {
    const timeout = target.timeoutSeconds === undefined ? this.timeoutMilliseconds : target.timeoutSeconds * 1000;
    if (target.scheme === 'tcp') return this.accepts(target.host, target.port, timeout);
    const { promise, done } = outcome(timeout);
    const ask = (url: URL, left: number) => {
      const request = (url.protocol === 'https:' ? https : http).get(url, { agent: false, rejectUnauthorized: false, headers: headersOf(target) }, response => {
        const { statusCode: status = 0, headers: { location } } = response;
        const next = [301, 302, 303, 307, 308].includes(status) && location ? new URL(location, url) : undefined;
        if (next?.hostname === url.hostname) {
          request.off('error', failed).on('error', () => undefined).destroy();
          if (left > 0) attempt(() => ask(next, left - 1));
          else done(false);
          return;
        }
        const end = () => done(status >= 200 && status < 400);
        let bytes = 0;
        response.on('data', (chunk: Buffer) => (bytes += chunk.length) > BODY_BYTES && end()).on('end', end).on('error', failed);
      });
      request.on('error', failed);
      void promise.then(() => request.destroy());
    };
    const failed = () => done(false);
    const attempt = (work: () => void) => {
      try {
        work();
      } catch {
        done(false); // a header or an address that no request can have
      }
    };
    attempt(() => ask(new URL(addressOf(target)), REDIRECTS));
    return promise;
  }

  /** Speaks TLS to a server of gRPC by its address, as a component would. @returns the error, or undefined where the server takes the client in */
  public secured(host: string, port: number, { ca, certificate, key }: ClientTls): Promise<Error | undefined> {
    return new Promise(resolve => {
      let socket: tls.TLSSocket | undefined;
      let accepted = false;
      const done = (error?: Error) => {
        resolve(error);
        socket?.destroy();
      };
      try {
        socket = tls.connect({ host, port, ca, cert: certificate, key, ALPNProtocols: ['h2'], timeout: this.timeoutMilliseconds });
      } catch (e) {
        done(e as Error);
        return;
      }
      socket.on('secureConnect', () => {
        accepted = true;
        socket?.write(HTTP2_PREFACE);
      });
      // With TLS 1.3 a server says only after the handshake what it thinks of the client's certificate.
      socket.on('data', () => done());
      socket.on('error', (error: NodeJS.ErrnoException) => done(accepted && error.code === 'ECONNRESET' ? Object.assign(error, { code: CLOSED_AFTER_HANDSHAKE }) : error));
      socket.on('timeout', () => done(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })));
      socket.on('close', () => done(Object.assign(new Error('the connection was closed'), { code: accepted ? CLOSED_AFTER_HANDSHAKE : 'ECONNRESET' })));
    });
  }

  /** Whether something accepts TCP connections there. */
  public accepts(host: string, port: number, timeoutMilliseconds: number = this.timeoutMilliseconds): Promise<boolean> {
    return new Promise(resolve => {
      const socket = net.connect({ host, port, timeout: timeoutMilliseconds });
      const done = (accepted: boolean) => {
        socket.destroy();
        resolve(accepted);
      };
      socket.on('connect', () => done(true));
      socket.on('timeout', () => done(false));
      socket.on('error', () => done(false));
    });
  }
}

/** The first answer, or failure when the time is up. */
function outcome(milliseconds: number): { promise: Promise<boolean>; done(success: boolean): void } {
  let done!: (success: boolean) => void;
  const promise = new Promise<boolean>(resolve => {
    const timer = setTimeout(() => resolve(false), milliseconds);
    done = success => {
      clearTimeout(timer);
      resolve(success);
    };
  });
  return { promise, done };
}

/** The same name twice is sent twice, but `Host` once. */
function headersOf({ headers = [] }: ProbeTarget): Record<string, string | string[]> {
  const all: Record<string, string[]> = {};
  for (const { name, value } of headers) (all[name.toLowerCase()] ??= []).push(value);
  const { host, ...rest } = all;
  return { 'user-agent': 'kube-probe', 'accept': '*/*', ...rest, ...host ? { host: host[0]! } : {} };
}
