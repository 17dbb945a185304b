import { Taken } from './otlp-json';
import { SpanDraft } from '../model/span-draft';
import { SpanTable } from '../model/span-table';

interface Tag {
  readonly key?: unknown;
  readonly value?: unknown;
}

interface JaegerSpan {
  readonly traceID?: unknown;
  readonly spanID?: unknown;
  readonly operationName?: unknown;
  readonly references?: readonly { readonly refType?: unknown; readonly traceID?: unknown; readonly spanID?: unknown }[];
  /** Microseconds since 1970. */
  readonly startTime?: unknown;
  readonly duration?: unknown;
  readonly tags?: readonly Tag[];
  readonly logs?: readonly { readonly fields?: readonly Tag[] }[];
  readonly processID?: unknown;
}

interface JaegerTrace {
  readonly spans?: readonly JaegerSpan[];
  readonly processes?: { readonly [id: string]: { readonly serviceName?: unknown; readonly tags?: readonly Tag[] } | undefined };
}

const KINDS = ['', 'internal', 'server', 'client', 'producer', 'consumer'];

/** Takes the spans out of what Jaeger's user interface reads, and offers as a download. */
export class JaegerJson {
  private readonly draft = new SpanDraft();

  constructor(private readonly table: SpanTable) {}

  /** @returns undefined where the document is something else */
  public take(document: unknown): Taken | undefined {
    const { data } = isObject(document) ? document as { readonly data?: unknown } : {} as { readonly data?: unknown };
    if (!Array.isArray(data)) return undefined;
    let spans = 0;
    let brokenSpans = 0;
    for (const trace of list<JaegerTrace>(data)) {
      const producers = new Map<string, number>();
      for (const span of list<JaegerSpan>(trace.spans)) {
        this.fill(span);
        if (this.table.add(this.draft, this.producer(trace, String(span.processID), producers))) spans++;
        else brokenSpans++;
      }
    }
    return { spans, brokenSpans };
  }

  private producer({ processes }: JaegerTrace, id: string, known: Map<string, number>): number {
    let number = known.get(id);
    if (number === undefined) {
      const process = isObject(processes) ? processes![id] : undefined;
      const tags = list<Tag>(process?.tags);
      const tag = (name: string) => text(tags.find(({ key }) => key === name)?.value);
      number = this.table.producerNumber(text(process?.serviceName), tag('service.instance.id') || tag('k8s.node.name'), tag('k8s.cluster.name'));
      known.set(id, number);
    }
    return number;
  }

  private fill(span: JaegerSpan): void {
    const { draft } = this;
    draft.clear();
    draft.traceId = text(span.traceID).padStart(32, '0');
    draft.id = text(span.spanID).padStart(16, '0');
    const parent = list<{ readonly refType?: unknown; readonly traceID?: unknown; readonly spanID?: unknown }>(span.references)
      .find(({ refType, traceID }) => refType === 'CHILD_OF' && traceID === span.traceID);
    draft.parentId = parent === undefined ? '' : text(parent.spanID).padStart(16, '0');
    draft.name = text(span.operationName);
    draft.start = nanoseconds(span.startTime);
    draft.end = typeof span.startTime === 'number' && typeof span.duration === 'number' ? nanoseconds(span.startTime + span.duration) : '';
    for (const { key, value } of list<Tag>(span.tags)) {
      if (key === 'span.kind') draft.kind = Math.max(0, KINDS.indexOf(text(value)));
      else if (key === 'error') draft.failed = value === true || value === 'true';
      else if (typeof key === 'string') draft.attribute(key, text(value));
    }
    for (const log of list<{ readonly fields?: readonly Tag[] }>(span.logs)) {
      for (const { key, value } of list<Tag>(log.fields)) if (typeof key === 'string') draft.eventAttribute(key, text(value));
    }
  }
}

function nanoseconds(microseconds: unknown): string {
  return typeof microseconds === 'number' && Number.isSafeInteger(microseconds) && microseconds >= 0 ? `${microseconds}000` : '';
}

function list<Item>(value: unknown): readonly Item[] {
  return Array.isArray(value) ? value.filter(isObject) as Item[] : [];
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
