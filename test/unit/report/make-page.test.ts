import { pageOf } from './read';
import { FlameNode } from '../../../src/report/model/page';
import { list, otlpLine, slowWebhook, SpanSpec } from '../../support/traces/otlp';

const traceId = (n: number) => n.toString(16).padStart(8, '0');
const below = (node: FlameNode, ...names: readonly string[]): FlameNode => (
  names.reduce((at, name) => at.children.find(child => child.name === name)!, node)
);
const total = (node: FlameNode): number => node.children.reduce((sum, child) => sum + total(child), node.value);
const count = (node: FlameNode): number => node.children.reduce((sum, child) => sum + count(child), 1);

test('the flame graph has the time of all requests, each moment once', () => {
  const { flame } = pageOf([otlpLine(slowWebhook()), otlpLine(slowWebhook(), { trace: 'b2' }), otlpLine(list({}), { trace: 'c3' })]);
  expect(flame).toMatchObject({ name: 'all requests', n: 3 });
  expect(total(flame)).toBeCloseTo(2 * 820.65 + 40, 1);
  const call = below(flame, 'create configmaps', 'Create', 'Call validating webhook slow.policy.example.com');
  expect(call).toMatchObject({ n: 2, cause: 'webhook slow.policy.example.com' });
  expect(total(call)).toBeCloseTo(2 * 814.44, 1);
});

test('filters do not nest in it: only their own wait is theirs', () => {
  const { flame } = pageOf([otlpLine(slowWebhook().map(span => (span.id === '5' ? { ...span, from: 700 } : span)).filter(({ id }) => Number(id) <= 5))]);
  const request = below(flame, 'create configmaps');
  expect(below(request, 'queueing')).toMatchObject({ cause: 'queueing', children: [] });
  expect(below(request, 'queueing').value).toBeCloseTo(699.92, 1);
  // The other filters took less than can be seen.
  expect(request.children.map(({ name }) => name)).toEqual(['queueing', 'authorization', '(other)']);
});

test('traces without all of their spans are not in it', () => {
  expect(pageOf([otlpLine(slowWebhook().filter(({ id }) => id !== '6'))]).flame).toMatchObject({ n: 0, children: [] });
});

test('what hostile spans say has a bound', () => {
  const lines = Array.from({ length: 3000 }, (_, i) => otlpLine([
    { id: '1', name: `GET /api/v1/x${i}`, from: 0, to: 40, kind: 2, attributes: { 'url.path': `/api/v1/x${i}/${'y'.repeat(2000)}`, 'user_agent.original': `agent-${i}-${'z'.repeat(2000)}` } },
    { id: '2', parent: '1', name: `Call ${i} ${'w'.repeat(600)}`, from: 1, to: 39 },
  ], { trace: traceId(i + 1), at: i * 1e6 }));
  const page = pageOf(lines);
  expect(page.report.input.requests).toBe(3000);
  expect(page.report.requests).toHaveLength(200);
  expect(count(page.flame)).toBeLessThan(1600);
  expect(total(page.flame)).toBeCloseTo(3000 * 40, 0);
  expect(page.timeline.buckets.length).toBeLessThanOrEqual(120);
  expect(page.traces.length).toBeLessThanOrEqual(200);
  expect(JSON.stringify(page).length).toBeLessThan(5_000_000);
});

test('a request of thousands of spans keeps those that took the time, and says how many it does not show', () => {
  const spans: SpanSpec[] = slowWebhook();
  for (let i = 0; i < 3000; i++) spans.push({ id: (1000 + i).toString(16), parent: '6', name: `Get etcd3 ${i}`, from: 817, to: 817.001 });
  const [trace] = pageOf([otlpLine(spans)]).traces;
  expect(trace).toMatchObject({ hidden: 3013 - 500 });
  expect(trace!.rows).toHaveLength(500);
  expect(trace!.rows.filter(({ culprit }) => culprit).map(({ detail }) => detail)).toEqual(['slow.policy.example.com']);
});

test('spans below each other a hundred thousand times end no stack', () => {
  const spans = Array.from({ length: 100_000 }, (_, i): SpanSpec => ({
    id: (i + 1).toString(16), ...i > 0 && { parent: i.toString(16) }, name: i === 0 ? 'GET /api/v1/pods' : `step ${i}`, from: i / 1e4, to: 40 - i / 1e4, kind: 2,
  }));
  const page = pageOf([otlpLine(spans)]);
  expect(total(page.flame)).toBeCloseTo(40, 1);
  expect(page.traces[0]!.rows.length).toBeLessThanOrEqual(500);
});

test('kept are the slowest and a typical one of each request, the slowest of each webhook and client, and errors', () => {
  const quick = slowWebhook('quick.example.com').map(span => ({ ...span, from: span.from / 10, to: span.to / 10 }));
  const failed = list({}).map(span => ({ ...span, to: span.to / 100, from: span.from / 100, ...span.id === '1' && { attributes: { 'http.response.status_code': 503 } } }));
  const { traces } = pageOf([
    ...Array.from({ length: 60 }, (_, i) => otlpLine(slowWebhook(), { trace: traceId(i + 1), at: i * 1000 })),
    ...Array.from({ length: 60 }, (_, i) => otlpLine(quick.map(span => ({ ...span, to: span.to + (span.id === '1' ? i / 100 : 0) })), { trace: traceId(i + 101), at: i * 1000 })),
    ...Array.from({ length: 60 }, (_, i) => otlpLine(list({ attributes: { 'user_agent.original': 'lister/v1' } }), { trace: traceId(i + 201) })),
    otlpLine(failed, { trace: traceId(999) }),
  ]);
  const why = traces.map(trace => trace.why);
  expect(why).toEqual(expect.arrayContaining(['among the slowest of all', 'slowest call: webhook quick.example.com', 'slowest list pods', 'typical list pods', 'typical create configmaps', 'status 503']));
  expect(traces.length).toBeLessThan(40);
  expect(new Set(traces.map(trace => trace.traceId)).size).toBe(traces.length);
  expect(traces[0]).toMatchObject({ request: 'create configmaps', hidden: 0 });
});

test('the time line counts each request once, and has its errors', () => {
  const { timeline } = pageOf([
    ...Array.from({ length: 10 }, (_, i) => otlpLine(slowWebhook(), { trace: traceId(i + 1), at: i * 1000 })),
    otlpLine(list({ attributes: { 'http.response.status_code': 500 } }), { trace: 'ff', at: 9500 }),
  ]);
  expect(timeline.from).toBe(Date.UTC(2026, 10, 28, 10));
  expect(timeline.buckets.reduce((sum, { n }) => sum + n, 0)).toBe(11);
  expect(timeline.buckets.reduce((sum, { errors }) => sum + errors, 0)).toBe(1);
  expect(timeline.buckets[0]).toEqual({ n: 1, p99Ms: 820.65, errors: 0 });
});

test('two clusters are two branches of the flame graph', () => {
  const { flame } = pageOf([otlpLine(slowWebhook(), { cluster: 'east' }), otlpLine(slowWebhook(), { trace: 'b2', cluster: 'west' })]);
  expect(flame.children.map(({ name }) => name).sort()).toEqual(['east', 'west']);
});
