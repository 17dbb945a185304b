import { Spread } from './quantile';

/** Everything that is told; `--output json` prints it as it is. Times are milliseconds. */
export interface Report {
  readonly input: InputSummary;
  /** The slowest first. */
  readonly requests: readonly RequestRow[];
  readonly webhooks: readonly CallRow[];
  readonly etcd: readonly CallRow[];
  /** Those that took the most time first. */
  readonly clients: readonly ClientRow[];
  readonly retries: readonly RetryRow[];
  /** Lists that the watch cache did not answer. */
  readonly uncachedLists: readonly ListRow[];
  readonly bigLists: readonly ListRow[];
  readonly authentication?: Spread;
  readonly slowest: readonly TraceView[];
}

export interface InputSummary {
  readonly spans: number;
  readonly traces: number;
  readonly requests: number;
  /** ISO 8601; missing without spans */
  readonly from?: string;
  readonly to?: string;
  readonly clusters: readonly string[];
  readonly lines: number;
  readonly brokenLines: number;
  readonly otherLines: number;
  readonly brokenSpans: number;
  readonly duplicateSpans: number;
  /** Traces of which a span or the request itself is missing. */
  readonly incompleteTraces: number;
  /** Watches, `exec`, `logs -f` and the like: in no table. */
  readonly longRequests: number;
  /** Traces that are only authentication, which an API server from 1.33 on makes for most requests. */
  readonly loneAuthentications: number;
  /** What components do by themselves. */
  readonly backgroundTraces: number;
  /** Traces by the name of the service, where it is neither an API server nor etcd. */
  readonly otherServices: { readonly [service: string]: number };
  /** The most that the clocks of two nodes differed. */
  readonly clockSkewMs: number;
  /** Files that could not be read to their end, and why. */
  readonly notes: readonly string[];
}

export interface Cause {
  readonly cause: string;
  readonly ms: number;
  /** 0 to 1 */
  readonly share: number;
}

export interface RequestRow extends Spread {
  /** Only where there is more than one. */
  readonly cluster?: string;
  readonly verb: string;
  readonly resource: string;
  /** Answers from 500 on. */
  readonly errors: number;
  /** Where the slowest tenth spent its time; empty where no trace of it is complete. */
  readonly causes: readonly Cause[];
}

export interface CallRow extends Spread {
  readonly cluster?: string;
  readonly name: string;
  /** The member of etcd, where its span is there. */
  readonly node?: string;
  readonly errors: number;
}

export interface ClientRow {
  readonly cluster?: string;
  readonly client: string;
  readonly n: number;
  readonly totalMs: number;
  /** What it asks for most. */
  readonly most: string;
}

export interface RetryRow {
  readonly cluster?: string;
  readonly request: string;
  /** Requests that had to try again. */
  readonly n: number;
  readonly retries: number;
  readonly most: number;
}

export interface ListRow extends Spread {
  readonly cluster?: string;
  readonly request: string;
  readonly client: string;
  /** The most that one of them returned; 0: not known */
  readonly items: number;
}

export interface TraceView {
  readonly traceId: string;
  readonly cluster?: string;
  /** Empty where the trace has no request. */
  readonly request: string;
  readonly url: string;
  readonly client: string;
  readonly status: number;
  readonly start: string;
  readonly ms: number;
  readonly complete: boolean;
  readonly causes: readonly Cause[];
  readonly rows: readonly SpanRow[];
}

export interface SpanRow {
  readonly depth: number;
  readonly service: string;
  readonly instance: string;
  readonly name: string;
  /** A webhook's name. */
  readonly detail: string;
  readonly startMs: number;
  readonly ms: number;
  readonly selfMs: number;
  readonly cause: string;
  readonly failed: boolean;
  /** A filter, whose span holds everything behind it. */
  readonly wrapper: boolean;
  /** The span in which most of the time was spent. */
  readonly culprit: boolean;
}
