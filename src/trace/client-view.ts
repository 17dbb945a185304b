import { Exchange } from './exchange';
import { TraceView } from '../report/model/report';

export const ON_THE_WAY = 'client and network';

/** The request as the client saw it: its own time is the bar above, and what the API server did is within. */
export function clientView(view: TraceView, { method, target, start, end, status }: Exchange): TraceView {
  const ms = Math.max(end === undefined ? view.ms : end - start, view.ms);
  const rest = ms - view.ms;
  const byClock = Date.parse(view.start) - start;
  // Clocks of two machines differ: what cannot be is put into the middle.
  const offset = byClock >= 0 && byClock <= rest ? byClock : rest / 2;
  const causes = [...view.causes, { cause: ON_THE_WAY, ms: rest }].sort((a, b) => b.ms - a.ms)
    .map(cause => ({ ...cause, share: cause.ms / (ms || 1) })).filter(({ share }) => share >= 0.005);
  const client = {
    depth: 0,
    service: 'client',
    instance: '',
    name: `${method} ${target.replace(/\?.*$/, '')}`,
    detail: '',
    startMs: 0,
    ms,
    selfMs: rest,
    cause: ON_THE_WAY,
    failed: false,
    wrapper: false,
    culprit: causes[0]?.cause === ON_THE_WAY,
  };
  const rows = view.rows.map(row => ({ ...row, depth: row.depth + 1, startMs: row.startMs + offset, culprit: row.culprit && !client.culprit }));
  return { ...view, ms, status: view.status || status, causes, rows: [client, ...rows] };
}
