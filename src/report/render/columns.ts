import { clean, cut, fit, widthOf, wrapped } from './terminal-text';

export interface Column {
  readonly title: string;
  readonly side?: 'left' | 'right';
  /** Gets shorter, down to this, where the terminal is narrow. */
  readonly atLeast?: number;
}

const GAP = 2;

/** A table with a title line, each line at most `width` columns; columns without any text are left out. */
export function columns(given: readonly Column[], cells: readonly (readonly string[])[], width: number): string[] {
  const used = given.map((_, i) => i).filter(i => cells.some(row => row[i]));
  const texts = [given.map(({ title }) => title), ...cells.map(row => row.map(clean))];
  const widths = used.map(i => texts.reduce((most, row) => Math.max(most, widthOf(row[i] ?? '')), 0));
  let over = widths.reduce((sum, w) => sum + w, 0) + GAP * (used.length - 1) - width;
  // The last columns say the least.
  for (let at = used.length - 1; at >= 0 && over > 0; at--) {
    const { atLeast } = given[used[at]!]!;
    if (atLeast === undefined) continue;
    const taken = Math.min(over, Math.max(0, widths[at]! - atLeast));
    widths[at]! -= taken;
    over -= taken;
  }
  const lineOf = (row: readonly string[], shown: readonly number[]) =>
    cut(shown.map((i, at) => fit(row[i] ?? '', widths[at]!, given[i]!.side)).join(' '.repeat(GAP)).trimEnd(), width);
  const last = used.at(-1);
  // Where it has no room, what the row is about goes below it.
  if (over <= 0 || last === undefined || given[last]!.atLeast === undefined) return texts.map(row => lineOf(row, used));
  return texts.flatMap((row, n) => [lineOf(row, used.slice(0, -1)), ...n > 0 && row[last] ? wrapped(row[last], width - GAP).map(line => ' '.repeat(GAP) + line) : []]);
}
