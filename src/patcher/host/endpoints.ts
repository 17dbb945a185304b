import * as http from 'http';
import * as https from 'https';
import * as net from 'net';

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
