import { Tree } from './tree';

/** Nanoseconds of the critical path by span, for those on it: their sum is the time of the root. */
export interface SelfTimes {
  /** Before the first child on the path starts, or all of it where there is none. */
  readonly before: ReadonlyMap<number, number>;
  /** Between children, and after the last. */
  readonly between: ReadonlyMap<number, number>;
}

/**
 * Walks back from the end: time belongs to the child that ended last, and to the span itself where no child runs.
 *
 * @param own is told each piece of time that a span has for itself
 */
export function criticalPath({ children, start, end }: Pick<Tree, 'children' | 'start' | 'end'>, root: number, own?: (span: number, from: number, to: number) => void): SelfTimes {
  const before = new Map<number, number>();
  const between = new Map<number, number>();
  const open = [{ span: root, from: start[root]!, to: end[root]! }];
  for (let window = open.pop(); window; window = open.pop()) {
    const { span, from, to } = window;
    let cursor = to;
    let late = 0;
    for (const child of [...children[span]!].sort((a, b) => end[b]! - end[a]!)) {
      const childEnd = Math.min(end[child]!, cursor);
      const childStart = Math.max(start[child]!, from);
      // Went on after its parent, or ran beside what is on the path already.
      if (childEnd <= childStart) continue;
      late += cursor - childEnd;
      if (own && cursor > childEnd) own(span, childEnd, cursor);
      open.push({ span: child, from: childStart, to: childEnd });
      cursor = childStart;
    }
    before.set(span, cursor - from);
    between.set(span, late);
    if (own && cursor > from) own(span, from, cursor);
  }
  return { before, between };
}
