import * as http2 from 'node:http2';

export interface Reply {
  readonly status: number;
  readonly text: string;
}

/** An API server over one connection of HTTP/2, as client-go uses it. */
export class Api {
  private readonly session: http2.ClientHttp2Session;

  constructor(url: string) {
    // A certificate that the API server has just made for itself.
    this.session = http2.connect(url, { rejectUnauthorized: false });
    // Whoever waits for an answer hears of it.
    this.session.on('error', () => undefined);
  }

  public async ask(method: string, path: string, userAgent: string, body?: object): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const stream = this.open(method, path, userAgent);
      let status = 0;
      let text = '';
      stream.setEncoding('utf8').setTimeout(30_000, () => stream.close());
      stream.on('response', headers => { status = headers[':status'] ?? 0; });
      stream.on('data', data => { text += data; });
      stream.on('error', reject).on('close', () => resolve({ status, text }));
      stream.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** Opens a watch; its events are read and forgotten. */
  public watch(path: string, userAgent: string): void {
    this.open('GET', `${path}?watch=true`, userAgent).on('error', () => undefined).resume().end();
  }

  public close(): void {
    this.session.destroy();
  }

  private open(method: string, path: string, userAgent: string): http2.ClientHttp2Stream {
    return this.session.request({
      ':method': method, ':path': path, 'authorization': 'Bearer admintoken', 'user-agent': userAgent, 'content-type': 'application/json', 'accept': 'application/json',
    });
  }
}
