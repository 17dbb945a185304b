/** A request of the command, as the proxy saw it. */
export interface Exchange {
  readonly traceId: string;
  /** The span of the client, which nobody records. */
  readonly spanId: string;
  readonly auditId: string;
  readonly method: string;
  /** Path and query, as the API server gets them. */
  readonly target: string;
  /** Milliseconds since 1970, with parts. */
  readonly start: number;
  /** undefined while it lasts */
  readonly end: number | undefined;
  /** 0 until there is an answer. */
  readonly status: number;
}

/** Reads of the API's own description, which clients keep in a cache. */
export function isDiscovery({ method, target }: Pick<Exchange, 'method' | 'target'>): boolean {
  return method === 'GET' && /^\/(?:version|openapi\/v[23].*|api(?:\/v\d+)?|apis(?:\/[^/]+(?:\/v\d[^/]*)?)?)$/.test(target.replace(/\?.*$/, ''));
}
