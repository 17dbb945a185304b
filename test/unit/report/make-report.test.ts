import { readFileSync } from 'fs';
import { join } from 'path';
import { reportOf } from './read';
import { list, otlpLine, slowWebhook, SpanSpec } from '../../support/traces/otlp';

const only = <T>(rows: readonly T[]): T => {
  expect(rows).toHaveLength(1);
  return rows[0]!;
};

test('a slow webhook is named, with its share of the slow requests', () => {
  const report = reportOf([otlpLine(slowWebhook())]);
  expect(only(report.requests)).toMatchObject({ verb: 'create', resource: 'configmaps', n: 1, p50Ms: 820.65, p99Ms: 820.65, errors: 0 });
  expect(report.requests[0]!.causes[0]).toEqual({ cause: 'webhook slow.policy.example.com', ms: 814.44, share: 0.992 });
  expect(only(report.webhooks)).toMatchObject({ name: 'slow.policy.example.com', n: 1, p99Ms: 814.44 });
  expect(only(report.etcd)).toMatchObject({ name: 'Txn', node: 'cp-1', n: 1, p50Ms: 2.78 });
  expect(only(report.clients)).toMatchObject({ client: 'kubectl/v1.37.2', n: 1, totalMs: 820.65, most: 'create configmaps' });
});

test('the causes of a request add up to its time', () => {
  const view = only(reportOf([otlpLine(slowWebhook())]).slowest);
  expect(view.rows.reduce((sum, { selfMs }) => sum + selfMs, 0)).toBeCloseTo(820.65, 2);
  expect(view.rows.filter(({ culprit }) => culprit).map(({ name }) => name)).toEqual(['Call validating webhook']);
});

test('the wait in priorityandfairness is the time before its child, not its length', () => {
  const spans = slowWebhook().map(span => (span.name === 'authorization' ? { ...span, from: 700 } : span)).filter(({ id }) => Number(id) <= 5);
  expect(only(reportOf([otlpLine(spans)]).requests).causes[0]).toMatchObject({ cause: 'queueing', ms: 699.92 });
  expect(reportOf([otlpLine(slowWebhook())]).requests[0]!.causes.map(({ cause }) => cause)).not.toContain('queueing');
});

test('of validating webhooks in parallel the slowest is to blame', () => {
  const spans: SpanSpec[] = [
    { id: '1', name: 'POST /api/v1/namespaces/{:namespace}/pods', from: 0, to: 110, kind: 2 },
    { id: '2', parent: '1', name: 'Call validating webhook', from: 5, to: 105, attributes: { webhook: 'slow' } },
    { id: '3', parent: '1', name: 'Call validating webhook', from: 5, to: 95, attributes: { webhook: 'fast' } },
  ];
  expect(only(reportOf([otlpLine(spans)]).requests).causes.map(({ cause, ms }) => [cause, ms])).toEqual([['webhook slow', 100], ['API server', 10]]);
});

test.each([
  ['1.24', { name: 'KubernetesAPI', attributes: { 'http.method': 'GET', 'http.target': '/api/v1/pods?limit=500', 'http.user_agent': 'kubectl/v1.24.0 (linux/amd64) kubernetes/4ce5a89', 'http.status_code': 200 } }],
  ['1.29', { name: 'KubernetesAPI', attributes: { 'http.method': 'GET', 'http.target': '/api/v1/pods', 'user_agent.original': 'kubectl/v1.24.0 (linux/amd64) kubernetes/4ce5a89', 'http.status_code': 200 } }],
  ['1.31', { name: 'GET /api/v1/pods', attributes: { 'http.method': 'GET', 'http.target': '/api/v1/pods', 'user_agent.original': 'kubectl/v1.24.0 (linux/amd64) kubernetes/4ce5a89' } }],
  ['1.37', { name: 'GET /api/v1/pods', attributes: { 'http.request.method': 'GET', 'url.path': '/api/v1/pods', 'url.query': 'limit=500', 'user_agent.original': 'kubectl/v1.24.0 (linux/amd64) kubernetes/4ce5a89' } }],
])('the names of Kubernetes %s are known', (_, root) => {
  const report = reportOf([otlpLine(list(root))]);
  expect(only(report.requests)).toMatchObject({ verb: 'list', resource: 'pods', n: 1 });
  expect(only(report.clients).client).toBe('kubectl/v1.24.0');
});

test('watches and what lasts a minute are apart', () => {
  const report = reportOf([
    otlpLine(list({ attributes: { 'http.target': '/api/v1/pods?allowWatchBookmarks=true&watch=true' } }), { trace: 'a1' }),
    otlpLine(list({ attributes: { 'url.path': '/api/v1/pods', 'url.query': 'watch=1' } }), { trace: 'a2' }),
    otlpLine(list({ to: 300_000 }), { trace: 'a3' }),
    otlpLine(list({ name: 'GET /api/v1/namespaces/{:namespace}/pods/{:name}/exec' }), { trace: 'a4' }),
  ]);
  expect(report.requests).toEqual([]);
  expect(report.input).toMatchObject({ requests: 0, longRequests: 4 });
});

test('retries, lists that bypass the cache, and big lists are told', () => {
  const update: SpanSpec[] = [
    { id: '1', name: 'PUT /apis/apps/v1/namespaces/{:namespace}/deployments/{:name}/status', from: 0, to: 30, kind: 2 },
    { id: '2', parent: '1', name: 'GuaranteedUpdate etcd3', from: 1, to: 29 },
    ...[3, 4, 5].map(n => ({ id: String(n), parent: '2', name: 'etcdserverpb.KV/Txn', from: n * 2, to: n * 2 + 1, kind: 3 })),
  ];
  const report = reportOf([
    otlpLine(update, { trace: 'a1' }),
    otlpLine(list({}, [{ id: '9', parent: '3', name: 'List(recursive=true) etcd3', from: 2, to: 30 }]), { trace: 'a2' }),
    otlpLine(list({}, [{ id: '9', parent: '3', name: 'cacher.GetList', from: 2, to: 30, events: [{ name: 'Filtered items', attributes: { count: 12_000 } }] }]), { trace: 'a3' }),
  ]);
  expect(only(report.retries)).toEqual({ request: 'update deployments.apps/status', n: 1, retries: 2, most: 2 });
  expect(only(report.uncachedLists)).toMatchObject({ request: 'list pods', n: 1 });
  expect(only(report.bigLists)).toMatchObject({ request: 'list pods', n: 1, items: 12_000 });
});

test('a span that is missing makes a trace incomplete, and its time explains nothing', () => {
  const report = reportOf([otlpLine(slowWebhook().filter(({ name }) => name !== 'Create')), otlpLine(slowWebhook().slice(1), { trace: 'a2' })]);
  expect(report.input.incompleteTraces).toBe(2);
  expect(only(report.requests)).toMatchObject({ n: 1, p99Ms: 820.65, causes: [] });
  expect(only(report.webhooks).n).toBe(2);
});

test('spans that are each other’s parents, or their own, end nothing', () => {
  const report = reportOf([otlpLine([
    ...slowWebhook(),
    { id: 'a', parent: 'b', name: 'audit', from: 0, to: 1 }, { id: 'b', parent: 'a', name: 'audit', from: 0, to: 1 }, { id: 'c', parent: 'c', name: 'audit', from: 0, to: 1 },
  ])]);
  expect(report.input).toMatchObject({ requests: 1, incompleteTraces: 1 });
});

test('a trace as deep as it is long is read', () => {
  const deep = Array.from({ length: 20_000 }, (_, i): SpanSpec => ({ id: (i + 1).toString(16), parent: i === 0 ? undefined : i.toString(16), name: i === 0 ? 'GET /api/v1/pods' : 'audit', from: 0, to: 10, kind: i === 0 ? 2 : 1 }));
  expect(reportOf([otlpLine(deep)]).input).toMatchObject({ requests: 1, incompleteTraces: 0 });
});

test('a span that was sent twice counts once', () => {
  const report = reportOf([otlpLine(slowWebhook()), otlpLine(slowWebhook())]);
  expect(report.input).toMatchObject({ requests: 1, duplicateSpans: 13, incompleteTraces: 0 });
  expect(only(report.webhooks).n).toBe(1);
});

test.each([-5000, 5000])('the clock of a node that is %d ms off changes no cause', off => {
  const spans = slowWebhook().map(span => (span.service === 'etcd' ? { ...span, from: span.from + off, to: span.to + off } : span));
  const report = reportOf([otlpLine(spans, { at: 10_000 })]);
  expect(only(report.requests).causes).toEqual(reportOf([otlpLine(slowWebhook(), { at: 10_000 })]).requests[0]!.causes);
  expect(report.input.clockSkewMs).toBeGreaterThan(4990);
});

test('clusters are kept apart, also where a client used one trace id for both', () => {
  const report = reportOf([
    otlpLine(slowWebhook(), { cluster: 'east' }),
    otlpLine(slowWebhook('other').map(({ id, parent, ...span }) => ({ ...span, id: `e${id}`, ...parent !== undefined && { parent: `e${parent}` } })), { cluster: 'west' }),
  ]);
  expect(report.input.clusters).toEqual(['east', 'west']);
  expect(report.requests.map(({ cluster, n, causes }) => [cluster, n, causes[0]!.cause])).toEqual([['east', 1, 'webhook slow.policy.example.com'], ['west', 1, 'webhook other']]);
  expect(report.webhooks.map(({ cluster, name }) => [cluster, name]).sort()).toEqual([['east', 'slow.policy.example.com'], ['west', 'other']]);
});

test('what is no request is counted, each by its kind', () => {
  const report = reportOf([
    otlpLine([{ id: '1', name: 'authentication', from: 0, to: 7 }], { trace: 'a1' }),
    otlpLine([{ id: '1', name: 'List(recursive=true) etcd3', from: 0, to: 7 }], { trace: 'a2' }),
    otlpLine([{ id: '1', name: 'GET /cart', from: 0, to: 7, kind: 2, service: 'shop' }], { trace: 'a3' }),
    otlpLine([{ id: '1', name: 'etcdserverpb.KV/Range', from: 0, to: 7, kind: 2, service: 'etcd', instance: 'cp-1' }], { trace: 'a4' }),
  ]);
  expect(report.input).toMatchObject({ requests: 0, loneAuthentications: 1, backgroundTraces: 2, otherServices: { shop: 1 }, incompleteTraces: 0 });
  expect(report.authentication).toMatchObject({ n: 1, maxMs: 7 });
  expect(only(report.etcd)).toMatchObject({ name: 'Range', node: 'cp-1' });
});

test('a request of a client that traces, too, is complete', () => {
  const [root, ...below] = slowWebhook();
  const report = reportOf([otlpLine([{ ...root!, parent: 'b7ad6b7169203331' }, ...below])]);
  expect(report.input).toMatchObject({ requests: 1, incompleteTraces: 0 });
});

test('--since counts from the newest span', () => {
  const lines = [otlpLine(slowWebhook(), { trace: 'a1' }), otlpLine(slowWebhook(), { trace: 'a2', at: 60_000 })];
  expect(reportOf(lines, { sinceMs: 30_000 }).input.requests).toBe(1);
  expect(reportOf(lines, { sinceMs: 90_000 }).input.requests).toBe(2);
});

test('--top limits every table', () => {
  const lines = [1, 2, 3].map(n => otlpLine(slowWebhook(`webhook-${n}`, `client-${n}`), { trace: `a${n}` }));
  const report = reportOf(lines, { top: 2 });
  expect([report.webhooks.length, report.clients.length, report.slowest.length]).toEqual([2, 2, 2]);
});

test('a client that puts all of its requests into one trace makes the report no longer', () => {
  const lines = Array.from({ length: 4000 }, (_, n) => otlpLine(slowWebhook().map(({ id, parent, ...span }) => {
    const place = (text: string) => (n * 100 + Number(text)).toString(16);
    return { ...span, id: place(id), ...parent !== undefined && { parent: place(parent) } };
  }), { at: n }));
  const report = reportOf(lines);
  expect(report.input).toMatchObject({ requests: 4000, traces: 1, incompleteTraces: 0 });
  expect(only(report.requests).causes[0]).toMatchObject({ cause: 'webhook slow.policy.example.com', share: 0.992 });
  expect(report.slowest.map(({ rows }) => rows.length)).toEqual([13, 13, 13, 13, 13]);
});

test('a request of system:masters is a request, although its authentication is above it', () => {
  const lines = readFileSync(join(__dirname, '../../support/traces/stored/slow-etcd.json'), 'utf8').split('\n');
  const report = reportOf(lines);
  expect(only(report.requests)).toMatchObject({ verb: 'create', resource: 'configmaps', n: 1 });
  expect(only(report.requests).causes[0]).toMatchObject({ cause: 'etcd Txn on node-a' });
  expect(only(report.clients)).toMatchObject({ client: 'kubectl/v1.37.2', n: 1 });
});
