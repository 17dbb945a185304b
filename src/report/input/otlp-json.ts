import { SpanDraft } from '../model/span-draft';
import { SpanTable } from '../model/span-table';

/** What one document held. */
export interface Taken {
  readonly spans: number;
  /** Without ids or times. */
  readonly brokenSpans: number;
}

type Json = { readonly [key: string]: unknown };

/** Takes the spans out of a parsed document: OTLP's own, and what Jaeger and Tempo wrap around it. @returns undefined where it is something else */
export class OtlpJson {
  private readonly draft = new SpanDraft();

  constructor(private readonly table: SpanTable) {}

  public take(document: unknown): Taken | undefined {
    const resources = resourceSpans(document);
    if (resources === undefined) return undefined;
    let spans = 0;
    let brokenSpans = 0;
    for (const resource of objects(resources)) {
      const producer = this.producer(resource);
      for (const scope of objects(resource.scopeSpans ?? resource.instrumentationLibrarySpans)) {
        for (const span of objects(scope.spans)) {
          this.fill(span);
          if (this.table.add(this.draft, producer)) spans++;
          else brokenSpans++;
        }
      }
    }
    return { spans, brokenSpans };
  }

  private producer(resource: Json): number {
    let service = '';
    let instance = '';
    let node = '';
    let cluster = '';
    for (const { key, value } of objects(object(resource.resource).attributes)) {
      if (key === 'service.name') service = text(value);
      else if (key === 'service.instance.id') instance = text(value);
      else if (key === 'k8s.node.name') node = text(value);
      else if (key === 'k8s.cluster.name') cluster = text(value);
    }
    return this.table.producerNumber(service, instance || node, cluster);
  }

  private fill(span: Json): void {
    const { draft } = this;
    draft.clear();
    draft.traceId = string(span.traceId);
    draft.id = string(span.spanId);
    draft.parentId = string(span.parentSpanId);
    draft.name = string(span.name);
    draft.kind = kind(span.kind);
    draft.start = digits(span.startTimeUnixNano);
    draft.end = digits(span.endTimeUnixNano);
    const { code } = object(span.status);
    draft.failed = code === 2 || code === 'STATUS_CODE_ERROR';
    for (const { key, value } of objects(span.attributes)) if (typeof key === 'string') draft.attribute(key, text(value));
    if (span.events === undefined) return;
    for (const event of objects(span.events)) {
      for (const { key, value } of objects(event.attributes)) if (typeof key === 'string') draft.eventAttribute(key, text(value));
    }
  }
}

function resourceSpans(document: unknown): unknown {
  const { resourceSpans: own, batches, result, trace } = object(document);
  return own ?? batches ?? object(result).resourceSpans ?? object(trace).resourceSpans;
}

const NONE: readonly Json[] = [];

function objects(value: unknown): readonly Json[] {
  return !Array.isArray(value) ? NONE : value.every(isObject) ? value as Json[] : value.filter(isObject) as Json[];
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

const NOTHING: Json = {};

function object(value: unknown): Json {
  return isObject(value) ? value as Json : NOTHING;
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function digits(value: unknown): string {
  // A number has lost its last digits already.
  return typeof value === 'number' ? value.toFixed(0) : string(value);
}

const KINDS = ['SPAN_KIND_UNSPECIFIED', 'SPAN_KIND_INTERNAL', 'SPAN_KIND_SERVER', 'SPAN_KIND_CLIENT', 'SPAN_KIND_PRODUCER', 'SPAN_KIND_CONSUMER'];

function kind(value: unknown): number {
  return typeof value === 'number' && value >= 0 && value <= 5 ? value : Math.max(0, KINDS.indexOf(string(value)));
}

function text(value: unknown): string {
  const { stringValue, intValue } = object(value);
  const plain = stringValue ?? intValue;
  return typeof plain === 'string' ? plain : typeof plain === 'number' ? String(plain) : '';
}
