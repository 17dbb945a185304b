import * as http from 'http';
import * as https from 'https';
import * as net from 'net';

export interface HttpEndpoint {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

/** What the node's components answer. */
export class Endpoints {
  public constructor(private readonly timeoutMilliseconds: number = 2000) {}

  /**
   * Whether an HTTP probe succeeds, by kubelet's rule: a status from 200 to 399, the certificate is not looked at.
   * https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
   */
  public answers(endpoint: HttpEndpoint): Promise<boolean> {
    return new Promise(resolve => {
      const client = endpoint.scheme === 'https' ? https : http;
      const request = client.get({
        host: endpoint.host,
        port: endpoint.port,
        path: endpoint.path,
        timeout: this.timeoutMilliseconds,
        rejectUnauthorized: false,
        agent: false,
      }, response => {
        response.resume();
        const status = response.statusCode ?? 0;
        resolve(status >= 200 && status < 400);
      });
      request.on('timeout', () => request.destroy());
      request.on('error', () => resolve(false));
      request.on('close', () => resolve(false));
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
