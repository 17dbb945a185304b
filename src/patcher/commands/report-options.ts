import { BACKEND_OPTIONS, BackendOptions, readBackend } from './backend-options';
import { countOption } from './count';
import { durationMs } from './duration';
import { oneOf } from './intent-options';
import { readOptions, UsageError } from './options';

export const REPORT_USAGE = `usage: cdk8s-control-plane-tracing report FILE... [options]
       kubectl logs ... | cdk8s-control-plane-tracing report - [options]
       cdk8s-control-plane-tracing report --jaeger URL | --tempo URL [options]

Tells from spans which requests were slow, and where they spent their time: which webhook, which call to etcd, whose request.
Reads OTLP JSON lines (the Collector's file exporter) and the log of its debug exporter with verbosity: detailed; also gzip.

  --top N                           rows of each table (default: 10)
  --since 30s|10m|2h|1d             only requests of this time before the newest span; of a backend, before --until (default: 1h)
  --trace ID                        only this trace, with all its spans; the first digits are enough, except for a backend
  --output text|json                (default: text)
  --html FILE                       also write the report as a page: sortable tables, a flame graph, a timeline, traces

  --jaeger URL                      ask Jaeger: the URL of its user interface, such as http://127.0.0.1:16686
  --tempo URL                       ask Tempo: the URL of its query frontend, such as http://127.0.0.1:3200
  --until TIME                      end of the time that is asked for, such as 2026-11-28T10:00:00Z (default: now)
  --limit N                         the most traces to ask for (default: 1000)
  --headers-file FILE               "Name: value" lines to send along, such as "Authorization: Bearer ..." or "X-Scope-OrgID: tenant"

exit status: 0 a report was made, 1 a file or a backend could not be read, or there are no spans, 3 wrong usage
`;

export interface ReportCommandOptions {
  readonly files: readonly string[];
  readonly backend?: BackendOptions & { readonly limit: number; readonly from: number; readonly to: number };
  readonly output: 'text' | 'json';
  readonly top: number;
  readonly sinceMs?: number;
  readonly trace?: string;
  readonly html?: string;
}

const OPTIONS = ['top', 'since', 'trace', 'output', 'html', 'until', 'limit', ...BACKEND_OPTIONS] as const;
const HOUR = 3_600_000;

type Values = ReturnType<typeof readOptions<typeof OPTIONS[number]>>['values'];

/** @param terminal whether standard input is a person's keyboard */
export function readReportOptions(args: readonly string[], terminal: boolean, now = Date.now()): ReportCommandOptions {
  const { values, positionals } = readOptions(args, OPTIONS, true);
  const backend = readBackend(values);
  if (backend && positionals.length > 0) throw new UsageError(`--${backend.kind} and files (${positionals[0]}) cannot be used together`);
  const trace = traceId(values.trace, backend);
  const sinceMs = values.since === undefined ? undefined : durationMs('--since', values.since);
  const html = pageFile(values.html, trace);
  return {
    ...backend ? { files: [], backend: { ...backend, ...timeRange(values, sinceMs, now) } } : { files: filesOf(values, positionals, terminal) },
    output: oneOf('--output', values.output ?? 'text', ['text', 'json']),
    top: countOption('--top', values.top ?? '10'),
    ...!backend && sinceMs !== undefined && { sinceMs },
    ...trace !== undefined && { trace },
    ...html !== undefined && { html },
  };
}

function filesOf(values: Values, positionals: readonly string[], terminal: boolean): readonly string[] {
  for (const name of ['until', 'limit'] as const) if (values[name] !== undefined) throw new UsageError(`--${name} needs --jaeger or --tempo`);
  if (positionals.length === 0 && terminal) throw new UsageError('a file with spans is required, or - for standard input; or --jaeger or --tempo');
  if (positionals.filter(file => file === '-').length > 1) throw new UsageError('- (standard input) can be read only once');
  return positionals.length > 0 ? positionals : ['-'];
}

function pageFile(html: string | undefined, trace: string | undefined): string | undefined {
  if (html !== undefined && trace !== undefined) throw new UsageError('--html and --trace cannot be used together: the page shows all requests');
  if (html === '' || html === '-') throw new UsageError(`--html (${html}) must be a file to write`);
  return html;
}

function timeRange(values: Values, sinceMs: number | undefined, now: number) {
  const to = values.until === undefined ? now : time('--until', values.until);
  return { limit: countOption('--limit', values.limit ?? '1000'), from: Math.max(0, to - (sinceMs ?? HOUR)), to };
}

function traceId(trace: string | undefined, backend: BackendOptions | undefined): string | undefined {
  if (trace === undefined) return undefined;
  if (!/^[0-9a-f]{1,32}$/i.test(trace)) throw new UsageError(`--trace (${trace}) must be the id of a trace, or its beginning: up to 32 hexadecimal digits`);
  if (backend && trace.length < 32) throw new UsageError(`--trace (${trace}) must be the whole id for --${backend.kind}: 32 hexadecimal digits`);
  return trace.toLowerCase();
}

/** ISO 8601, with a zone: a time without one means another moment on every machine. */
function time(option: string, text: string): number {
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(ms)) throw new UsageError(`${option} (${text}) must be a time with its zone, such as 2026-11-28T10:00:00Z`);
  return ms;
}
