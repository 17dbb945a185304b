import { Span } from './debug-log';
import { Trace } from './joined';

export interface Row {
  readonly span: Span;
  readonly depth: number;
}

/** The spans of a trace as a tree, each behind its parent; a span whose parent is not there starts at the left. */
export function rows(trace: Trace): Row[] {
  const ids = new Set(trace.map(span => span.id));
  const below = (parent: string | undefined, depth: number): Row[] => trace
    .filter(span => (ids.has(span.parentId) ? span.parentId : undefined) === parent)
    .flatMap(span => [{ span, depth }, ...below(span.id, depth + 1)]);
  return below(undefined, 0);
}

/** A trace as lines of text: service, name, a bar on the trace's time line, duration. */
export function waterfall(trace: Trace, width = 40): string {
  const begin = trace.reduce((min, span) => (span.start < min ? span.start : min), trace[0]!.start);
  const total = Number(trace.reduce((max, span) => (span.end > max ? span.end : max), trace[0]!.end) - begin) || 1;
  return rows(trace).map(({ span, depth }) => {
    const from = Math.min(width - 1, Math.floor(Number(span.start - begin) / total * width));
    const length = Math.max(1, Math.min(width - from, Math.round(Number(span.end - span.start) / total * width)));
    const bar = ' '.repeat(from) + '█'.repeat(length) + ' '.repeat(width - from - length);
    const label = `${span.service.padEnd(9)} ${'  '.repeat(depth)}${span.name}`;
    return `${label.slice(0, 62).padEnd(62)} │${bar}│ ${(Number(span.end - span.start) / 1e6).toFixed(2).padStart(8)} ms`;
  }).join('\n');
}
