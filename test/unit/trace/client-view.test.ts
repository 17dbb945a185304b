import { SpanReader } from '../../../src/report/input/span-reader';
import { SpanTable } from '../../../src/report/model/span-table';
import { clientView, ON_THE_WAY } from '../../../src/trace/client-view';
import { Exchange, isDiscovery } from '../../../src/trace/exchange';
import { traceStates } from '../../../src/trace/trace-state';
import { otlpLine, slowWebhook, SpanSpec } from '../../support/traces/otlp';

const BEGIN = Date.UTC(2026, 10, 28, 10);
const TRACE = 'a1'.padEnd(32, '0');

/** The request as its client saw it, in milliseconds since the API server began with it. */
const exchange = (from: number, to: number): Exchange => ({
  traceId: TRACE, spanId: 'b7ad6b7169203331', auditId: 'x', method: 'POST', target: '/api/v1/namespaces/default/configmaps?a=b', start: BEGIN + from, end: BEGIN + to, status: 201,
});

function stateOf(spans: readonly SpanSpec[], seen = exchange(-10, 850)) {
  const table = new SpanTable();
  const reader = new SpanReader(table);
  reader.line(otlpLine(spans));
  reader.end();
  return traceStates(table, [seen]).get(TRACE);
}

/** As a request of a client that named itself as the parent. */
const asked = () => slowWebhook().map(span => span.parent === undefined ? { ...span, parent: 'b7ad6b7169203331' } : span);

test('the client\'s own time is above, and what the API server did is within it', () => {
  const { view } = stateOf(asked())!;
  const made = clientView(view!, exchange(-10, 850));
  expect(made).toMatchObject({ ms: 860, request: 'create configmaps', complete: true });
  expect(made.rows[0]).toMatchObject({ depth: 0, name: 'POST /api/v1/namespaces/default/configmaps', service: 'client', startMs: 0, ms: 860, culprit: false });
  expect(made.rows[1]).toMatchObject({ depth: 1, startMs: 10 });
  expect(made.causes.map(({ cause }) => cause)).toEqual(['webhook slow.policy.example.com', ON_THE_WAY]);
  expect(made.causes[1]!.ms).toBeCloseTo(39.35);
  expect(made.rows.filter(({ culprit }) => culprit).map(({ name }) => name)).toEqual(['Call validating webhook']);
});

test.each([[5000, 5860], [-5000, -4140]])('with clocks that differ the API server\'s part is put into the middle (%d)', (from, to) => {
  const { view } = stateOf(asked())!;
  const made = clientView(view!, exchange(from, to));
  expect(made.rows[1]!.startMs).toBeCloseTo(39.35 / 2);
});

test('a slow network is the culprit', () => {
  const { view } = stateOf(asked())!;
  const made = clientView(view!, exchange(-2000, 900));
  expect(made.causes[0]!.cause).toBe(ON_THE_WAY);
  expect(made.rows.filter(({ culprit }) => culprit).map(({ service }) => service)).toEqual(['client']);
});

test('a request is not there before the API server\'s own span is, and not whole while etcd\'s is missing', () => {
  expect(stateOf(asked().slice(1))).toMatchObject({ view: undefined });
  expect(stateOf(asked().filter(({ name }) => name !== 'Create'))!.view).toMatchObject({ complete: false });
  expect(stateOf(asked())).toMatchObject({ spans: 13, etcdMissing: 0 });
  expect(stateOf(asked().filter(({ service }) => service !== 'etcd'))).toMatchObject({ spans: 11, etcdMissing: 1, view: { complete: true } });
});

test.each([
  ['/api', true], ['/api/v1', true], ['/apis', true], ['/apis/apps/v1', true], ['/apis/apps?timeout=32s', true], ['/openapi/v3', true], ['/openapi/v3/api/v1?hash=x', true], ['/version', true],
  ['/api/v1/pods', false], ['/apis/apps/v1/deployments', false], ['/healthz', false],
])('%s describes the API: %s', (target, expected) => {
  expect(isDiscovery({ method: 'GET', target })).toBe(expected);
});
