/** A store of traces that is asked over HTTP. */
export interface Backend {
  readonly kind: 'jaeger' | 'tempo';
  /** Without user, query and trailing slash. */
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  /** The most traces to ask for. */
  readonly limit: number;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Milliseconds without a byte after which an answer is given up; for tests. */
  readonly patienceMs?: number;
  /** Milliseconds before a busy backend is asked again; for tests. */
  readonly retryMs?: number;
}

/** The attribute `service.name` of kube-apiserver's spans. */
export const SERVICE = 'apiserver';
