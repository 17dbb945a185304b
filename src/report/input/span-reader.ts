import { DebugLog } from './debug-log';
import { JaegerJson } from './jaeger-json';
import { OtlpJson } from './otlp-json';
import { SpanTable } from '../model/span-table';

/** A document that was printed for people has many lines; beyond this it is not collected. */
const LONGEST_DOCUMENT = 256 * 1024 * 1024;

/** What was read, and what was not. */
export interface ReadCounts {
  lines: number;
  /** JSON that is cut off or damaged. */
  brokenLines: number;
  /** Without spans: other messages of a log, logs and metrics in OTLP. */
  otherLines: number;
  /** Spans without an id or a time. */
  brokenSpans: number;
}

/** Takes lines of any kind that holds spans: OTLP JSON, the log of the Collector's `debug` exporter, both as container runtimes and kubectl write them. */
export class SpanReader {
  public readonly counts: ReadCounts = { lines: 0, brokenLines: 0, otherLines: 0, brokenSpans: 0 };
  private readonly json: OtlpJson;
  private readonly jaeger: JaegerJson;
  /** By pod: the lines of several may be mixed, and a span has many. */
  private readonly debugLogs = new Map<string, DebugLog>();
  /** A long line, which container runtimes write in parts. */
  private readonly parts = new Map<string, string>();
  private document: string[] | undefined;
  private documentLength = 0;

  constructor(private readonly table: SpanTable) {
    this.json = new OtlpJson(table);
    this.jaeger = new JaegerJson(table);
  }

  /** Takes a parsed document. @returns whether it is one that can hold spans */
  public take(document: unknown): boolean {
    const taken = this.json.take(document) ?? this.jaeger.take(document);
    if (taken) this.counts.brokenSpans += taken.brokenSpans;
    return taken !== undefined;
  }

  public line(raw: string): void {
    this.counts.lines++;
    if (this.document) return this.inDocument(raw);
    const { pod, text } = withoutPrefix(raw.replace(/^\ufeff|\r$/g, ''));
    const line = this.whole(text, pod);
    if (line === undefined) return;
    if (line === '{' || line === '[') {
      this.document = [line];
      this.documentLength = 0;
    } else if (line.startsWith('{')) {
      this.text(line);
    } else if (line.trim() !== '' && !this.debugLog(pod).line(line)) {
      this.counts.otherLines++;
    }
  }

  /** The input is at its end. */
  public end(): void {
    if (this.document) this.finishDocument();
    this.counts.brokenLines += this.parts.size;
    this.parts.clear();
    for (const log of this.debugLogs.values()) {
      log.end();
      this.counts.brokenSpans += log.brokenSpans;
    }
    this.debugLogs.clear();
  }

  private debugLog(pod: string): DebugLog {
    let log = this.debugLogs.get(pod);
    if (!log) this.debugLogs.set(pod, log = new DebugLog(this.table));
    return log;
  }

  /** Without what the container runtime writes before each line. @returns undefined for a part */
  private whole(line: string, pod: string): string | undefined {
    const [prefix, stream = '', part] = /^\d{4}-\d\d-\d\dT\S+ (stdout|stderr) ([FP]) /.exec(line) ?? [];
    if (prefix === undefined) return line.replace(/^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d) /, '');
    const key = `${pod} ${stream}`;
    const text = (this.parts.get(key) ?? '') + line.slice(prefix.length);
    if (part === 'P' && text.length < LONGEST_DOCUMENT) {
      this.parts.set(key, text);
      return undefined;
    }
    this.parts.delete(key);
    return text;
  }

  private text(text: string): void {
    let document: unknown;
    try {
      document = JSON.parse(text);
    } catch {
      this.counts.brokenLines++;
      return;
    }
    if (this.take(document)) return;
    // Docker's own format.
    const { log } = document as { readonly log?: unknown };
    if (typeof log === 'string') {
      this.counts.lines--;
      this.line(log.replace(/\n$/, ''));
    } else {
      this.counts.otherLines++;
    }
  }

  private inDocument(line: string): void {
    this.documentLength += line.length;
    if (this.documentLength < LONGEST_DOCUMENT) this.document?.push(line);
    if (line === '}' || line === ']') this.finishDocument();
  }

  private finishDocument(): void {
    const lines = this.document ?? [];
    this.document = undefined;
    this.text(lines.join('\n'));
  }
}

/** `[pod/collector-0/collector] `, which `kubectl logs --prefix` writes before each line. */
function withoutPrefix(line: string): { readonly pod: string; readonly text: string } {
  const prefix = line.startsWith('[') ? /^\[[^\]\s]{1,600}\] /.exec(line)?.[0] : undefined;
  return prefix === undefined ? { pod: '', text: line } : { pod: prefix, text: line.slice(prefix.length) };
}
