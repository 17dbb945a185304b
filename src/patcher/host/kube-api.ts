import * as fs from 'fs';
import * as https from 'https';

export interface KubeApiOptions {
  readonly host: string;
  readonly port: number;
  readonly ca: string;
  /** Read for every request: kubelet renews the token. */
  readonly tokenFile: string;
}

/** An answer of the API server that is not a success. */
export class KubeApiError extends Error {
  public constructor(public readonly status: number, message: string) {
    super(message);
  }
}

/** Only what the program reads of Kubernetes objects. */
export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    /** RFC 3339, in UTC and whole seconds, so that texts compare as times do. */
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly labels?: { readonly [name: string]: string };
    readonly annotations?: { readonly [name: string]: string };
    readonly ownerReferences?: readonly { readonly kind: string }[];
  };
}

/** The few calls that the program makes; plain HTTPS, as a client library is larger than the whole program may be. */
export class KubeApi {
  public static inCluster(env: NodeJS.ProcessEnv, directory: string = '/var/run/secrets/kubernetes.io/serviceaccount'): KubeApi {
    const host = env.KUBERNETES_SERVICE_HOST;
    if (!host) throw new Error('KUBERNETES_SERVICE_HOST is not set: this command runs in a pod');
    return new KubeApi({
      host,
      port: Number(env.KUBERNETES_SERVICE_PORT ?? 443),
      ca: fs.readFileSync(`${directory}/ca.crt`, 'utf8'),
      tokenFile: `${directory}/token`,
    });
  }

  public constructor(private readonly options: KubeApiOptions, private readonly timeoutMilliseconds: number = 10_000) {}

  public get<T>(path: string): Promise<T> {
    return this.request('GET', path);
  }

  public async list<T>(path: string): Promise<T[]> {
    return (await this.request<{ items: T[] | null }>('GET', path)).items ?? [];
  }

  public create<T>(path: string, body: object): Promise<T> {
    return this.request('POST', path, body);
  }

  public update<T>(path: string, body: object): Promise<T> {
    return this.request('PUT', path, body);
  }

  public delete(path: string, body: object): Promise<unknown> {
    return this.request('DELETE', path, body);
  }

  private request<T>(method: string, path: string, body?: object): Promise<T> {
    const { host, port, ca, tokenFile } = this.options;
    const text = body && JSON.stringify(body);
    return new Promise<T>((resolve, reject) => {
      const request = https.request({
        method,
        host,
        port,
        path,
        ca,
        // A new connection each time: a kept one would stay on an API server that is about to stop.
        agent: false,
        timeout: this.timeoutMilliseconds,
        headers: {
          'Authorization': `Bearer ${fs.readFileSync(tokenFile, 'utf8').trim()}`,
          'Accept': 'application/json',
          'User-Agent': 'cdk8s-control-plane-tracing',
          // Without a length the body of a DELETE is lost, and a Job's pods are orphaned instead of deleted:
          // Node.js sends neither a length nor chunks for it on its own (https://github.com/nodejs/node/blob/v20.16.0/lib/_http_client.js).
          ...(text ? { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) } : {}),
        },
      }, response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const answer = Buffer.concat(chunks).toString('utf8');
          const status = response.statusCode ?? 0;
          if (status < 200 || status > 299) {
            reject(new KubeApiError(status, `${method} ${path}: ${status} ${messageOf(answer)}`));
            return;
          }
          try {
            resolve(JSON.parse(answer) as T);
          } catch {
            reject(new KubeApiError(status, `${method} ${path}: the answer is not JSON`));
          }
        });
      });
      request.on('timeout', () => request.destroy(new Error(`${method} ${path}: no answer within ${this.timeoutMilliseconds} ms`)));
      request.on('error', reject);
      request.end(text);
    });
  }
}

function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text.slice(0, 200);
  } catch {
    return text.slice(0, 200);
  }
}
