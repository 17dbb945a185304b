import { parseDebugLog, Span } from './debug-log';

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: string; readonly boolValue?: boolean };
}

interface Batch {
  readonly resourceSpans: readonly {
    readonly resource?: { readonly attributes?: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly Attribute[];
}

/** Reads the spans back from a Collector's log: lines of OTLP JSON, or what the `debug` exporter prints. */
export function parseCollectorLog(log: string): Span[] {
  // A last line without an end is still being written.
  const lines = log.split('\n').slice(0, -1).filter(line => line.startsWith('{"resourceSpans":'));
  return lines.length === 0 ? parseDebugLog(log) : lines.flatMap(line => spansOf(JSON.parse(line) as Batch));
}

function spansOf({ resourceSpans }: Batch): Span[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const attributes = textsOf(resource?.attributes);
    return scopeSpans.flatMap(({ spans }) => spans.map((span): Span => ({
      traceId: span.traceId,
      id: span.spanId,
      parentId: span.parentSpanId ?? '',
      name: span.name,
      service: attributes.get('service.name') ?? '',
      instance: attributes.get('service.instance.id') ?? '',
      start: BigInt(span.startTimeUnixNano),
      end: BigInt(span.endTimeUnixNano),
      attributes: textsOf(span.attributes),
      resource: attributes,
    })));
  });
}

function textsOf(attributes: readonly Attribute[] = []): ReadonlyMap<string, string> {
  return new Map(attributes.map(({ key, value }) => [key, String(value.stringValue ?? value.intValue ?? value.boolValue ?? '')]));
}
