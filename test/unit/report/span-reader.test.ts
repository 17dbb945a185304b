import { reportOf } from './read';
import { otlpLine, slowWebhook } from '../../support/traces/otlp';

const DEBUG_LOG = `2026-11-28T10:00:00.000Z\tinfo\tservice@v0.159.0/service.go:257\tEverything is ready. Begin running and processing data.
2026-11-28T10:00:01.000Z\tinfo\tTraces\t{"otelcol.component.id": "debug", "resource spans": 1, "spans": 2}
ResourceSpans #0
Resource SchemaURL: https://opentelemetry.io/schemas/1.40.0
Resource attributes:
     -> service.name: Str(apiserver)
     -> service.instance.id: Str(6c3a)
ScopeSpans #0
ScopeSpans SchemaURL: 
InstrumentationScope k8s.io/apiserver/pkg/admission 
Span #0
    Trace ID       : 0af7651916cd43dd8448eb211c80319c
    Parent ID      : 
    ID             : b7ad6b7169203331
    Name           : POST /api/v1/namespaces/{:namespace}/configmaps
    Kind           : Server
    Start time     : 2026-11-28 10:00:00.1 +0000 UTC
    End time       : 2026-11-28 10:00:00.92065 +0000 UTC
    Status code    : Unset
    Status message : 
    DroppedAttributesCount: 0
Attributes:
     -> http.request.method: Str(POST)
     -> url.path: Str(/api/v1/namespaces/default/configmaps)
     -> user_agent.original: Str(kubectl/v1.37.2 (linux/amd64) kubernetes/0a1b2c3)
     -> http.response.status_code: Int(201)
Span #1
    Trace ID       : 0af7651916cd43dd8448eb211c80319c
    Parent ID      : b7ad6b7169203331
    ID             : b7ad6b7169203332
    Name           : Call validating webhook
    Kind           : Internal
    Start time     : 2026-11-28 10:00:00.102 +0000 UTC
    End time       : 2026-11-28 10:00:00.91644 +0000 UTC
    Status code    : Error
Attributes:
     -> webhook: Str(slow.policy.example.com)
     -> operation: Str(CREATE)
Events:
SpanEvent #0
     -> Name: request sent
     -> Timestamp: 2026-11-28 10:00:00.103 +0000 UTC
     -> Attributes::
          -> webhook: Str(not the attribute of a span)
`.split('\n');

const EXPECTED = {
  requests: [{ verb: 'create', resource: 'configmaps', n: 1, p99Ms: 820.65 }],
  webhooks: [{ name: 'slow.policy.example.com', maxMs: 814.44, errors: 1 }],
  clients: [{ client: 'kubectl/v1.37.2' }],
};

test('the log of the debug exporter is read', () => {
  const report = reportOf(DEBUG_LOG);
  expect(report).toMatchObject(EXPECTED);
  expect(report.input).toMatchObject({ spans: 2, brokenLines: 0, brokenSpans: 0, otherLines: 2 });
});

test('the mixed lines of two pods are told apart by what kubectl logs --prefix --timestamps writes', () => {
  const prefixed = (pod: string, log: readonly string[]) => log.map(line => `[pod/${pod}/collector] 2026-11-28T10:00:02.000000001Z ${line}`);
  const [a, b] = [prefixed('a', DEBUG_LOG), prefixed('b', DEBUG_LOG.map(line => line.replace('0af7651916cd43dd', '1bf7651916cd43dd')))];
  const report = reportOf(a.flatMap((line, i) => [line, b[i]!]));
  expect(report.input).toMatchObject({ spans: 4, brokenSpans: 0, requests: 2 });
  expect(report.webhooks).toMatchObject([{ n: 2 }]);
});

test('a log that is cut off within a span counts that span as broken', () => {
  expect(reportOf(DEBUG_LOG.slice(0, 15)).input).toMatchObject({ spans: 0, brokenSpans: 1 });
});

const LINE = otlpLine(slowWebhook());

test.each([
  ['kubectl logs --prefix', `[pod/collector-0/collector] ${LINE}`],
  ['kubectl logs --timestamps', `2026-11-28T10:00:02.123456789Z ${LINE}`],
  ['containerd', `2026-11-28T10:00:02.123456789Z stdout F ${LINE}`],
  ['docker', JSON.stringify({ log: `${LINE}\n`, stream: 'stdout', time: '2026-11-28T10:00:02Z' })],
  ['Windows', `${LINE}\r`],
  ['Jaeger', JSON.stringify({ result: JSON.parse(LINE) })],
  ['Tempo', LINE.replace('"resourceSpans"', '"batches"')],
  ['a release of the Collector before scopes', LINE.replaceAll('"scopeSpans"', '"instrumentationLibrarySpans"')],
  ['names of enumerations', LINE.replaceAll('"kind":2', '"kind":"SPAN_KIND_SERVER"')],
])('the lines of %s are read', (_, line) => {
  const { input } = reportOf([line]);
  expect(input).toMatchObject({ spans: 13, requests: 1, brokenLines: 0, otherLines: 0, brokenSpans: 0, incompleteTraces: 0 });
});

test('a line that the container runtime writes in parts is put together', () => {
  const prefix = '2026-11-28T10:00:02.123456789Z stdout';
  const parts = [`${prefix} P ${LINE.slice(0, 1000)}`, '2026-11-28T10:00:02.2Z stderr F a warning', `${prefix} P ${LINE.slice(1000, 2000)}`, `${prefix} F ${LINE.slice(2000)}`];
  expect(reportOf(parts).input).toMatchObject({ spans: 13, otherLines: 1, brokenLines: 0 });
});

test('ids in base64, as JSON of protobuf has them, are read', () => {
  const base64 = LINE.replace(/"((?:[0-9a-f]{16}){1,2})"/g, (_, id: string) => JSON.stringify(Buffer.from(id, 'hex').toString('base64')));
  expect(reportOf([base64]).input).toMatchObject({ spans: 13, requests: 1, incompleteTraces: 0 });
});

test('a document that is printed for people is read', () => {
  expect(reportOf(JSON.stringify(JSON.parse(LINE), null, 2).split('\n')).input).toMatchObject({ spans: 13, requests: 1, brokenLines: 0 });
});

test('what cannot be read is counted, and the rest is read', () => {
  const report = reportOf([
    LINE.slice(0, 700), LINE, 'not json', '{"resourceLogs":[]}', '[1,2]', '{', 'null', '',
  ]);
  expect(report.input).toMatchObject({ spans: 13, requests: 1 });
  expect(report.input.brokenLines).toBe(2);
  expect(report.input.otherLines).toBe(3);
});

const HOSTILE: readonly unknown[] = [
  {}, null, 7, 'x', [], [null], [7], { resourceSpans: null }, { resourceSpans: [null, 7, { scopeSpans: 'x' }, { resource: 7, scopeSpans: [{ spans: [null, 7, 'x', {}] }] }] },
  { resourceSpans: [{ resource: { attributes: [null, { key: 7 }, { key: 'service.name', value: { arrayValue: {} } }] }, scopeSpans: [{ spans: [{ attributes: [{ key: '__proto__', value: 7 }], events: [7, { attributes: 7 }] }] }] }] },
  { resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: '0'.repeat(32), spanId: '0'.repeat(16), startTimeUnixNano: '1', endTimeUnixNano: '2' }] }] }] },
  { resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: 'g'.repeat(32), spanId: '1'.repeat(16), startTimeUnixNano: -1, endTimeUnixNano: '9'.repeat(400) }] }] }] },
  { resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: '1'.repeat(32), spanId: '1'.repeat(16), name: {}, kind: 1e99, startTimeUnixNano: '1800000000000000000', endTimeUnixNano: 1.8e18 }] }] }] },
];

test.each(HOSTILE.map(document => [JSON.stringify(document)]))('%s ends nothing', line => {
  const { input } = reportOf([line, LINE]);
  expect(input.requests).toBe(1);
});
