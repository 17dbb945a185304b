import { SpanTable } from './span-table';

/** The spans of one trace as trees; all by their place in `spans`, the earliest first. */
export interface Tree {
  /** Rows of the table. */
  readonly spans: readonly number[];
  /** -1: none is named; -2: the one that is named is missing */
  readonly parent: readonly number[];
  readonly children: readonly (readonly number[])[];
  /** After clocks were set right, in nanoseconds. */
  readonly start: readonly number[];
  readonly end: readonly number[];
  /** The same span, sent twice. */
  readonly duplicates: number;
  /** How far a clock was off, in nanoseconds. */
  readonly skew: number;
}

/** @param rows of one trace */
export function tree(table: SpanTable, rows: Iterable<number>): Tree {
  const byId = new Map<bigint, number>();
  const spans: number[] = [];
  let duplicates = 0;
  for (const row of [...rows].sort((a, b) => table.start[a]! - table.start[b]! || table.duration[b]! - table.duration[a]!)) {
    if (byId.has(table.id[row]!)) {
      duplicates++;
    } else {
      byId.set(table.id[row]!, spans.length);
      spans.push(row);
    }
  }
  const parent = spans.map((row, i) => {
    const id = table.parent[row]!;
    if (id === 0n) return -1;
    const at = byId.get(id) ?? -2;
    return at === i ? -2 : at;
  });
  const children: number[][] = spans.map(() => []);
  parent.forEach((at, i) => { if (at >= 0) children[at]!.push(i); });
  const start = spans.map(row => table.start[row]!);
  const end = spans.map((row, i) => start[i]! + table.duration[row]!);
  const skew = straighten(table, { spans, parent, children, start, end });
  return { spans, parent, children, start, end, duplicates, skew };
}

interface Straightened extends Pick<Tree, 'spans' | 'parent' | 'children'> {
  readonly start: number[];
  readonly end: number[];
}

/** Another process's span belongs into its parent: where its clock says otherwise, it is put into the middle, with all below it. @returns the largest shift */
function straighten(table: SpanTable, { spans, parent, children, start, end }: Straightened): number {
  let skew = 0;
  const shift = new Float64Array(spans.length);
  const open = parent.flatMap((at, i) => at < 0 ? [i] : []);
  for (let i = open.pop(); i !== undefined; i = open.pop()) {
    for (const child of children[i]!) {
      shift[child] = shift[i]!;
      start[child]! += shift[i]!;
      end[child]! += shift[i]!;
      const abroad = table.producer[spans[i]!] !== table.producer[spans[child]!];
      if (abroad && (start[child]! < start[i]! || end[child]! > end[i]!)) {
        const space = Math.max(0, (end[i]! - start[i]!) - (end[child]! - start[child]!));
        const by = start[i]! + space / 2 - start[child]!;
        skew = Math.max(skew, Math.abs(by));
        shift[child]! += by;
        start[child]! += by;
        end[child]! += by;
      }
      open.push(child);
    }
  }
  return skew;
}
