import * as fs from 'node:fs';
import * as path from 'node:path';
import { RealCollector, until } from './real-collector';

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  /** undefined for the first span of a trace. */
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: number;
  readonly endTimeUnixNano: string;
  /** code 2 is an error; empty where nobody has said anything. */
  readonly status: { readonly code?: number };
  readonly attributes: { readonly [name: string]: unknown };
  readonly resource: { readonly [name: string]: unknown };
}

export interface BackendOptions {
  readonly binary: string;
  readonly root: string;
  readonly address?: string;
  /** @default grpc */
  readonly protocol?: 'grpc' | 'http';
  /** The `tls` and `auth` of the receiver. */
  readonly receiver?: { readonly [field: string]: unknown };
  readonly extensions?: { readonly [id: string]: unknown };
  /** A file for the spans as OTLP encodes them, beside those that can be read. */
  readonly encoded?: string;
}

/** A second Collector, in the place of whatever stores traces: it writes down every span that it gets. */
export class Backend {
  public readonly collector: RealCollector;
  private readonly file: string;
  private readonly port: number;

  constructor({ binary, root, address, protocol = 'grpc', receiver = {}, extensions = {}, encoded }: BackendOptions) {
    fs.mkdirSync(root, { recursive: true });
    this.file = path.join(root, 'spans.json');
    this.port = protocol === 'grpc' ? 4317 : 4318;
    const config = {
      receivers: { otlp: { protocols: { [protocol]: { endpoint: `\${env:POD_IP}:${this.port}`, ...receiver } } } },
      exporters: {
        file: { path: this.file, append: true, flush_interval: '100ms' },
        ...encoded === undefined ? {} : { 'file/encoded': { path: encoded, format: 'proto', flush_interval: '100ms' } },
      },
      extensions: { health_check: { endpoint: '${env:POD_IP}:13133' }, ...extensions },
      service: {
        extensions: ['health_check', ...Object.keys(extensions)],
        pipelines: { traces: { receivers: ['otlp'], exporters: ['file', ...encoded === undefined ? [] : ['file/encoded']] } },
        telemetry: { metrics: { level: 'none' } },
      },
    };
    // JSON is YAML.
    this.collector = new RealCollector({ binary, root, config: JSON.stringify(config), address });
  }

  public get endpoint(): string {
    return `${this.collector.address}:${this.port}`;
  }

  public async start(): Promise<this> {
    await this.collector.start();
    return this;
  }

  public async stop(): Promise<void> {
    await this.collector.stop();
  }

  /** Waits until nothing arrives any more. */
  public async settled(): Promise<void> {
    let before = -1;
    await until(async () => {
      const now = this.spans().length;
      const still = now === before;
      before = now;
      await new Promise(resolve => setTimeout(resolve, 1000));
      return still;
    }, 'no more spans arrive');
  }

  /** What arrived, in OTLP, a batch each. */
  public lines(): string[] {
    if (!fs.existsSync(this.file)) return [];
    // The last line may be being written.
    return fs.readFileSync(this.file, 'utf8').split('\n').slice(0, -1);
  }

  /** Every span that arrived, as often as it arrived. */
  public spans(): Span[] {
    return this.lines().flatMap(line => (JSON.parse(line).resourceSpans as any[]).flatMap(({ resource, scopeSpans }) => scopeSpans.flatMap(
      ({ spans }: any) => spans.map((span: any): Span => ({
        ...span,
        status: span.status ?? {},
        parentSpanId: span.parentSpanId || undefined,
        attributes: attributesOf(span.attributes),
        resource: attributesOf(resource.attributes),
      })),
    )));
  }
}

/** Every span once, by its ids. */
export function distinct(spans: readonly Span[]): Set<string> {
  return new Set(spans.map(idOf));
}

export function idOf({ traceId, spanId }: Span): string {
  return `${traceId}/${spanId}`;
}

function attributesOf(attributes: readonly any[] = []): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value ?? {})[0]]));
}
