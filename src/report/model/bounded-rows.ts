import { SpanRow } from './report';
import { shownDepths } from './shown-depths';

/** More spans than this explain nothing to anybody. */
const MOST_ROWS = 500;

/** The spans of a trace that took the most time, where it has too many to be shown. */
export function boundedRows(rows: readonly SpanRow[]): { readonly rows: readonly SpanRow[]; readonly hidden: number } {
  if (rows.length <= MOST_ROWS) return { rows, hidden: 0 };
  const weight = (row: SpanRow) => (row.culprit ? Infinity : row.selfMs + row.ms);
  const kept = new Set([...rows].sort((a, b) => weight(b) - weight(a)).slice(0, MOST_ROWS));
  const shown = rows.filter(row => kept.has(row));
  const depths = shownDepths(rows, kept);
  return { rows: shown.map((row, i) => ({ ...row, depth: depths[i]! })), hidden: rows.length - shown.length };
}
