import { Tree } from './tree';

/** Nanoseconds of the critical path by span: their sum is the time of the root. */
export interface SelfTimes {
  /** Before the first child on the path starts, or all of it where there is none. */
  readonly before: Float64Array;
  /** Between children, and after the last. */
  readonly between: Float64Array;
}

/** Walks back from the end: time belongs to the child that ended last, and to the span itself where no child runs. */
export function criticalPath({ children, start, end }: Tree, root: number): SelfTimes {
  const before = new Float64Array(start.length);
  const between = new Float64Array(start.length);
  const open = [{ span: root, from: start[root]!, to: end[root]! }];
  for (let window = open.pop(); window; window = open.pop()) {
    const { span, from, to } = window;
    let cursor = to;
    for (const child of [...children[span]!].sort((a, b) => end[b]! - end[a]!)) {
      const childEnd = Math.min(end[child]!, cursor);
      const childStart = Math.max(start[child]!, from);
      // Went on after its parent, or ran beside what is on the path already.
      if (childEnd <= childStart) continue;
      between[span]! += cursor - childEnd;
      open.push({ span: child, from: childStart, to: childEnd });
      cursor = childStart;
    }
    before[span]! += cursor - from;
  }
  return { before, between };
}
