import { oneOf } from './intent-options';
import { readOptions, UsageError } from './options';

export const REPORT_USAGE = `usage: cdk8s-control-plane-tracing report FILE... [options]
       kubectl logs ... | cdk8s-control-plane-tracing report - [options]

Tells from spans which requests were slow, and where they spent their time: which webhook, which call to etcd, whose request.
Reads OTLP JSON lines (the Collector's file exporter) and the log of its debug exporter with verbosity: detailed; also gzip.

  --top N                           rows of each table (default: 10)
  --since 30s|10m|2h|1d             only requests of this time before the newest span
  --trace ID                        only this trace, with all its spans; the first digits are enough
  --output text|json                (default: text)

exit status: 0 a report was made, 1 a file could not be read or there are no spans, 3 wrong usage
`;

export interface ReportCommandOptions {
  readonly files: readonly string[];
  readonly output: 'text' | 'json';
  readonly top: number;
  readonly sinceMs?: number;
  readonly trace?: string;
}

const OPTIONS = ['top', 'since', 'trace', 'output'] as const;
const UNITS: { readonly [unit: string]: number } = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** @param terminal whether standard input is a person's keyboard */
export function readReportOptions(args: readonly string[], terminal: boolean): ReportCommandOptions {
  const { values, positionals } = readOptions(args, OPTIONS, true);
  if (positionals.length === 0 && terminal) throw new UsageError('a file with spans is required, or - for standard input');
  if (positionals.filter(file => file === '-').length > 1) throw new UsageError('- (standard input) can be read only once');
  const top = values.top ?? '10';
  if (!/^[1-9]\d{0,5}$/.test(top)) throw new UsageError(`--top (${top}) must be a number from 1 to 999999`);
  const { trace } = values;
  if (trace !== undefined && !/^[0-9a-f]{1,32}$/i.test(trace)) throw new UsageError(`--trace (${trace}) must be the id of a trace, or its beginning: up to 32 hexadecimal digits`);
  return {
    files: positionals.length > 0 ? positionals : ['-'],
    output: oneOf('--output', values.output ?? 'text', ['text', 'json']),
    top: Number(top),
    ...values.since !== undefined && { sinceMs: since(values.since) },
    ...trace !== undefined && { trace },
  };
}

/** As Go writes durations, which kubectl takes: `90s`, `1h30m`. */
function since(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  const ms = parts.reduce((sum, [, n, unit = '']) => sum + Number(n) * (UNITS[unit] ?? 0), 0);
  if (parts.map(([part]) => part).join('') !== text || !(ms > 0)) throw new UsageError(`--since (${text}) must be a duration such as 30s, 10m, 2h or 1d`);
  return ms;
}
