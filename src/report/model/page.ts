import { Report, TraceView } from './report';

/** Everything that the page of a report holds. Its size has a bound, however many spans were read. */
export interface Page {
  readonly report: Omit<Report, 'slowest'>;
  /** What was left out, in words. */
  readonly asides: readonly string[];
  /** Of all requests together. */
  readonly all: { readonly p50Ms: number; readonly p99Ms: number; readonly maxMs: number; readonly errors: number };
  readonly flame: FlameNode;
  readonly timeline: Timeline;
  readonly traces: readonly KeptTrace[];
}

/** Time of all complete requests by what they did. */
export interface FlameNode {
  readonly name: string;
  /** Milliseconds of its own on the critical path. */
  value: number;
  /** How many spans it stands for. */
  n: number;
  readonly cause: string;
  children: FlameNode[];
}

export interface Timeline {
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly bucketMs: number;
  readonly buckets: readonly Bucket[];
}

export interface Bucket {
  readonly n: number;
  readonly p99Ms: number;
  /** Answers from 500 on. */
  readonly errors: number;
}

export interface KeptTrace extends TraceView {
  /** Such as `slowest`, `typical of list pods` */
  readonly why: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Spans that are left out of a trace with too many. */
  readonly hidden: number;
}
