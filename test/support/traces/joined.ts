import { Span } from './debug-log';

/** One trace: its spans, the earliest first. */
export type Trace = readonly Span[];

/** Traces in which a span of etcd is the child of a span of the API server, those with the most spans first. */
export function joinedTraces(spans: readonly Span[]): Trace[] {
  const byTrace = new Map<string, Span[]>();
  for (const span of spans) byTrace.set(span.traceId, [...byTrace.get(span.traceId) ?? [], span]);
  return [...byTrace.values()].filter(isJoined)
    .map(trace => [...trace].sort((a, b) => (a.start < b.start ? -1 : 1)))
    .sort((a, b) => b.length - a.length);
}

function isJoined(trace: Trace): boolean {
  const byId = new Map(trace.map(span => [span.id, span]));
  return trace.some(span => span.service === 'etcd' && byId.get(span.parentId)?.service === 'apiserver');
}
