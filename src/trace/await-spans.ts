import { Exchange } from './exchange';
import { SpanLookup } from './span-lookup';
import { TraceState, traceStates } from './trace-state';
import { SpanTable } from '../report/model/span-table';

const EVERY_MS = 1000;
/** etcd sends its spans every 5 s, and may not trace at all. */
const ETCD_MS = 8000;

export interface Arrived {
  /** By trace id. */
  readonly states: ReadonlyMap<string, TraceState>;
  /** Why it could not be read, the last time. */
  readonly error?: string;
}

interface Patience {
  readonly waitMs: number;
  readonly enough: () => boolean;
  /** @param there requests of which all spans are there */
  readonly progress: (there: number) => void;
}

/** Reads until all spans are there, or the time is up, or `enough` says so. */
export async function awaitSpans(lookup: SpanLookup, exchanges: readonly Exchange[], { waitMs, enough, progress }: Patience): Promise<Arrived> {
  const since = Math.min(...exchanges.map(({ start }) => start));
  const end = Date.now() + waitMs;
  const settled = new Map<string, TraceState>();
  /** When the API server's own spans of a trace came. */
  const seen = new Map<string, number>();
  for (;;) {
    const open = exchanges.filter(({ traceId }) => !settled.has(traceId));
    const table = new SpanTable();
    let error: string | undefined;
    try {
      await lookup.read([...new Set(open.map(({ traceId }) => traceId))], since, table);
    } catch (e) {
      error = (e as Error).message;
    }
    const states = traceStates(table, open);
    for (const [id, state] of states) {
      if (!state.view?.complete) continue;
      const first = seen.get(id) ?? Date.now();
      seen.set(id, first);
      if (state.etcdMissing === 0 || Date.now() - first >= ETCD_MS) settled.set(id, state);
    }
    progress(settled.size);
    const all = exchanges.every(({ traceId }) => settled.has(traceId));
    if (all || enough() || Date.now() + EVERY_MS > end) return { states: new Map([...states, ...settled]), ...error !== undefined && { error } };
    await new Promise(resolve => setTimeout(resolve, EVERY_MS));
  }
}
