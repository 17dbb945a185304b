import { criticalPath } from './critical-path';
import { SpanRow } from './report';

/** From and to, in milliseconds since the begin of the request. */
export type Piece = readonly [number, number];

/** When the request waited for a span itself, rather than for a span below it; by place in `rows`. */
export function ownTimes(rows: readonly SpanRow[]): ReadonlyMap<number, readonly Piece[]> {
  const children: number[][] = rows.map(() => []);
  const above: number[] = [];
  rows.forEach(({ depth }, i) => {
    above.length = Math.min(above.length, depth);
    const parent = above[depth - 1];
    if (parent !== undefined) children[parent]!.push(i);
    above[depth] = i;
  });
  const pieces = new Map<number, Piece[]>();
  if (rows.length === 0) return pieces;
  const start = rows.map(({ startMs }) => startMs);
  const end = rows.map(({ startMs, ms }) => startMs + ms);
  criticalPath({ children, start, end }, 0, (span, from, to) => {
    const known = pieces.get(span);
    if (known) known.push([from, to]);
    else pieces.set(span, [[from, to]]);
  });
  return pieces;
}
