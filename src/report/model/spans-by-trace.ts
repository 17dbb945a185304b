import { SpanTable } from './span-table';

/** The rows of a table, trace by trace. */
export class SpansByTrace {
  private readonly rows: Int32Array;
  private readonly from: Int32Array;

  constructor(table: SpanTable) {
    const traces = table.traceIds.length;
    this.from = new Int32Array(traces + 1);
    for (let row = 0; row < table.count; row++) this.from[table.trace[row]! + 1]!++;
    for (let trace = 0; trace < traces; trace++) this.from[trace + 1]! += this.from[trace]!;
    const next = this.from.slice();
    this.rows = new Int32Array(table.count);
    for (let row = 0; row < table.count; row++) this.rows[next[table.trace[row]!]!++] = row;
  }

  public of(trace: number): Int32Array {
    return this.rows.subarray(this.from[trace], this.from[trace + 1]);
  }
}
