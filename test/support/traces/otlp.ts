/** Makes OTLP JSON lines of spans that are told in few words. */

export interface SpanSpec {
  readonly id: string;
  readonly parent?: string;
  readonly name: string;
  /** Milliseconds since the begin of the trace. */
  readonly from: number;
  readonly to: number;
  readonly kind?: number;
  readonly attributes?: { readonly [key: string]: string | number };
  readonly events?: readonly { readonly name: string; readonly attributes: { readonly [key: string]: string | number } }[];
  readonly failed?: boolean;
  /** Default: apiserver */
  readonly service?: string;
  readonly instance?: string;
}

export interface TraceSpec {
  readonly trace?: string;
  readonly cluster?: string;
  /** Milliseconds since 2026-11-28T10:00:00Z. */
  readonly at?: number;
}

const BEGIN = Date.UTC(2026, 10, 28, 10);

/** One line, as the Collector's file exporter writes it. */
export function otlpLine(spans: readonly SpanSpec[], { trace = 'a1', cluster, at = 0 }: TraceSpec = {}): string {
  const time = (ms: number) => String(BigInt(Math.round((ms + at) * 1e6)) + BigInt(BEGIN) * 1_000_000n);
  return JSON.stringify({
    resourceSpans: spans.map(span => ({
      resource: {
        attributes: attributes({
          'service.name': span.service ?? 'apiserver',
          'service.instance.id': span.instance ?? '',
          ...cluster !== undefined && { 'k8s.cluster.name': cluster },
        }),
      },
      scopeSpans: [{
        scope: { name: 'test' },
        spans: [{
          traceId: trace.padEnd(32, '0'),
          spanId: span.id.padStart(16, '0'),
          parentSpanId: span.parent?.padStart(16, '0') ?? '',
          name: span.name,
          kind: span.kind ?? 1,
          startTimeUnixNano: time(span.from),
          endTimeUnixNano: time(span.to),
          attributes: attributes(span.attributes ?? {}),
          events: (span.events ?? []).map(event => ({ name: event.name, timeUnixNano: time(span.from), attributes: attributes(event.attributes) })),
          status: span.failed ? { code: 2 } : {},
        }],
      }],
    })),
  });
}

function attributes(values: { readonly [key: string]: string | number }): object[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value } }));
}

const KUBECTL = 'kubectl/v1.37.2 (linux/amd64) kubernetes/0a1b2c3';

/** `kubectl create configmap` behind a webhook that takes 800 ms: names and times of kube-apiserver 1.37.2 and etcd 3.7.3. */
export function slowWebhook(webhook = 'slow.policy.example.com', userAgent = KUBECTL): SpanSpec[] {
  return [
    {
      id: '1',
      name: 'POST /api/v1/namespaces/{:namespace}/configmaps',
      from: 0,
      to: 820.65,
      kind: 2,
      attributes: { 'http.request.method': 'POST', 'url.path': '/api/v1/namespaces/default/configmaps', 'user_agent.original': userAgent, 'http.response.status_code': 201 },
    },
    { id: '2', parent: '1', name: 'audit', from: 0.05, to: 820.62 },
    { id: '3', parent: '2', name: 'constrainedimpersonation', from: 0.06, to: 820.61 },
    { id: '4', parent: '3', name: 'priorityandfairness', from: 0.08, to: 820.59 },
    { id: '5', parent: '4', name: 'authorization', from: 1.28, to: 820.58 },
    { id: '6', parent: '5', name: 'Create', from: 1.7, to: 820.5 },
    { id: '7', parent: '6', name: 'Call validating webhook', from: 2, to: 816.44, attributes: { webhook } },
    { id: '8', parent: '7', name: 'HTTP POST', from: 2.5, to: 816.21, kind: 3, attributes: { 'url.full': 'https://policy.example.com/validate' } },
    { id: '9', parent: '6', name: 'Create etcd3', from: 816.9, to: 819.9 },
    { id: '10', parent: '9', name: 'etcdserverpb.KV/Txn', from: 817, to: 819.78, kind: 3 },
    { id: '11', parent: '10', name: 'etcdserverpb.KV/Txn', from: 818, to: 819.18, kind: 2, service: 'etcd', instance: 'cp-1' },
    { id: '12', parent: '11', name: 'txn', from: 818.1, to: 818.91, service: 'etcd', instance: 'cp-1' },
    { id: '13', parent: '6', name: 'SerializeObject', from: 820, to: 820.05 },
  ];
}

/** A list; up to Kubernetes 1.30 its root is called `KubernetesAPI`. */
export function list(root: Partial<SpanSpec>, below: readonly SpanSpec[] = []): SpanSpec[] {
  return [
    { id: '1', name: 'GET /api/v1/pods', from: 0, to: 40, kind: 2, ...root },
    { id: '2', parent: '1', name: 'authentication', from: 0.1, to: 39 },
    { id: '3', parent: '2', name: 'List', from: 1, to: 38 },
    ...below,
  ];
}
