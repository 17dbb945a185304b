/** Reads the spans back from what the Collector's `debug` exporter prints with `verbosity: detailed`. */

export interface Span {
  readonly traceId: string;
  readonly id: string;
  /** Empty for a root span. */
  readonly parentId: string;
  readonly name: string;
  readonly service: string;
  readonly instance: string;
  /** Nanoseconds since 1970. */
  readonly start: bigint;
  readonly end: bigint;
  readonly attributes: ReadonlyMap<string, string>;
  readonly resource: ReadonlyMap<string, string>;
}

export function parseDebugLog(log: string): Span[] {
  const spans: Span[] = [];
  let resource = new Map<string, string>();
  let attributes = resource;
  let fields: Map<string, string> | undefined;
  const finish = () => {
    const span = fields && toSpan(fields, resource, attributes);
    if (span) spans.push(span);
    fields = undefined;
  };
  for (const line of log.split('\n')) {
    if (/ResourceSpans #\d+/.test(line)) {
      finish();
      attributes = resource = new Map();
    } else if (/^ScopeSpans #\d+/.test(line)) {
      finish();
    } else if (/^Span #\d+/.test(line)) {
      finish();
      fields = new Map();
      attributes = new Map();
    } else {
      const attribute = /^ {5}-> ([^:]+): \w+\((.*)\)$/.exec(line);
      const field = /^ {4}([A-Z][A-Za-z ]*?) *: ?(.*)$/.exec(line);
      if (attribute) attributes.set(attribute[1]!, attribute[2]!);
      else if (field && fields) fields.set(field[1]!, field[2]!);
    }
  }
  finish();
  return spans;
}

type Texts = ReadonlyMap<string, string>;

function toSpan(fields: Texts, resource: Texts, attributes: Texts): Span | undefined {
  const start = nanoseconds(fields.get('Start time'));
  const end = nanoseconds(fields.get('End time'));
  const id = fields.get('ID');
  // The last one of a log that is cut off.
  if (!id || start === undefined || end === undefined) return undefined;
  return {
    traceId: fields.get('Trace ID') ?? '',
    id,
    parentId: fields.get('Parent ID') ?? '',
    name: fields.get('Name') ?? '',
    service: resource.get('service.name') ?? '',
    instance: resource.get('service.instance.id') ?? '',
    start,
    end,
    attributes,
    resource,
  };
}

/** `2026-01-02 03:04:05.123456789 +0000 UTC` */
function nanoseconds(text: string | undefined): bigint | undefined {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,9}))? \+0000 UTC$/.exec(text ?? '');
  if (!match) return undefined;
  return BigInt(Date.parse(`${match[1]}T${match[2]}Z`)) * 1_000_000n + BigInt((match[3] ?? '').padEnd(9, '0'));
}
