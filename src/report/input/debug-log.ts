import { SpanDraft } from '../model/span-draft';
import { SpanTable } from '../model/span-table';

const KINDS = ['Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer'];

/** Reads spans from the lines that the Collector's `debug` exporter prints with `verbosity: detailed`. */
export class DebugLog {
  public spans = 0;
  public brokenSpans = 0;
  private readonly draft = new SpanDraft();
  private resource = { service: '', instance: '', node: '', cluster: '' };
  private section: 'resource' | 'span' | 'attributes' | 'event' | 'other' = 'other';
  private inSpan = false;

  constructor(private readonly table: SpanTable) {}

  /** @returns whether the line belongs to such a log */
  public line(line: string): boolean {
    if (line.startsWith(' ')) return this.section !== 'other' || this.inSpan ? this.inner(line) : false;
    const heading = /(?:^|\t|\s)(ResourceSpans|ScopeSpans|Span|SpanEvent|SpanLink) #\d+\s*$/.exec(line)?.[1];
    if (heading !== undefined) {
      this.heading(heading);
      return true;
    }
    if (/^(Attributes|Events):/.test(line)) {
      if (this.inSpan) this.section = line.startsWith('A') ? 'attributes' : 'event';
      return true;
    }
    return this.inSpan || /^(Resource SchemaURL|ScopeSpans SchemaURL|Resource attributes|InstrumentationScope|Links):?/.test(line);
  }

  /** The log is at its end. */
  public end(): void {
    if (!this.inSpan) return;
    this.inSpan = false;
    const { service, instance, node, cluster } = this.resource;
    if (this.table.add(this.draft, this.table.producerNumber(service, instance || node, cluster))) this.spans++;
    else this.brokenSpans++;
  }

  private heading(heading: string): void {
    if (heading === 'SpanEvent' || heading === 'SpanLink') {
      this.section = heading === 'SpanEvent' ? 'event' : 'span';
      return;
    }
    this.end();
    this.section = 'other';
    if (heading === 'ResourceSpans') {
      this.resource = { service: '', instance: '', node: '', cluster: '' };
      this.section = 'resource';
    } else if (heading === 'Span') {
      this.draft.clear();
      this.inSpan = true;
      this.section = 'span';
    }
  }

  private inner(line: string): boolean {
    const attribute = /^ +-> ([^:]+): \w+\((.*)\)\s*$/.exec(line);
    if (attribute) {
      const [, key = '', value = ''] = attribute;
      if (this.section === 'resource') this.resourceAttribute(key, value);
      else if (this.section === 'attributes') this.draft.attribute(key, value);
      else if (this.section === 'event') this.draft.eventAttribute(key, value);
      return true;
    }
    const field = /^ {4}([A-Z][A-Za-z ]*?) *: ?(.*)$/.exec(line);
    if (field && this.section === 'span') this.field(field[1] ?? '', (field[2] ?? '').trimEnd());
    return true;
  }

  private resourceAttribute(key: string, value: string): void {
    if (key === 'service.name') this.resource.service = value;
    else if (key === 'service.instance.id') this.resource.instance = value;
    else if (key === 'k8s.node.name') this.resource.node = value;
    else if (key === 'k8s.cluster.name') this.resource.cluster = value;
  }

  private field(name: string, value: string): void {
    const { draft } = this;
    switch (name) {
      case 'Trace ID': draft.traceId = value; break;
      case 'ID': draft.id = value; break;
      case 'Parent ID': draft.parentId = value; break;
      case 'Name': draft.name = value; break;
      case 'Kind': draft.kind = Math.max(0, KINDS.indexOf(value)); break;
      case 'Start time': draft.start = nanoseconds(value); break;
      case 'End time': draft.end = nanoseconds(value); break;
      case 'Status code': draft.failed = value === 'Error'; break;
      default:
    }
  }
}

/** `2026-01-02 03:04:05.123456789 +0000 UTC` */
function nanoseconds(text: string): string {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,9}))? \+0000 UTC$/.exec(text);
  const ms = match ? Date.parse(`${match[1]}T${match[2]}Z`) : NaN;
  return Number.isNaN(ms) ? '' : String(ms / 1000) + (match?.[3] ?? '').padEnd(9, '0');
}
