import { createServer, IncomingMessage } from 'http';
import { AddressInfo } from 'net';

export interface Answered {
  readonly status?: number;
  readonly body?: string | object;
  readonly location?: string;
  /** Never answers. */
  readonly silent?: boolean;
}

/** A small HTTP server that answers as a trace backend would. */
export class HttpBackend {
  public readonly requests: { readonly path: string; readonly query: URLSearchParams; readonly headers: IncomingMessage['headers'] }[] = [];
  private readonly server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://x');
    this.requests.push({ path: pathname, query: searchParams, headers: request.headers });
    const { status = 200, body = '', location, silent } = this.answer(pathname);
    if (silent) return;
    response.writeHead(status, location === undefined ? {} : { location });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });

  /** @param answer by path */
  constructor(private readonly answer: (path: string) => Answered) {}

  public async start(): Promise<string> {
    await new Promise<void>(resolve => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
