import { SpanRow } from './report';

/** How deep a row is, where rows between it and its ancestors are not shown. */
export function shownDepths(all: readonly SpanRow[], shown: ReadonlySet<SpanRow>): number[] {
  const path: number[] = [];
  const depths: number[] = [];
  for (const row of all) {
    path.length = row.depth;
    const depth = path[row.depth - 1] ?? 0;
    if (shown.has(row)) depths.push(depth);
    path.push(shown.has(row) ? depth + 1 : depth);
  }
  return depths;
}
