/** What the Job waits for before it touches anything: a collector that takes spans from this host. */
import { FakeApi } from './fake-api';
import { fakeHost } from './fake-host';
import { VirtualClock } from './virtual-clock';
import { Cluster } from '../../../../src/patcher/apply/cluster';

const SERVICES = '/api/v1/namespaces/tracing/services';
const SLICES = '/apis/discovery.k8s.io/v1/namespaces/tracing/endpointslices';
const ADDRESS = { kind: 'service' as const, namespace: 'tracing', name: 'collector', port: 4317, clusterIP: null };

interface Given {
  readonly clusterIP?: string;
  readonly wanted?: string | null;
  readonly slices?: readonly unknown[];
  readonly accepts?: boolean;
  /** What changes, and after how many milliseconds. */
  readonly later?: readonly [number, (api: FakeApi) => void];
}

const READY = { endpoints: [{ conditions: { ready: true } }] };

function look({ clusterIP = '10.96.0.5', wanted = null, slices = [READY], accepts = true, later }: Given) {
  const clock = new VirtualClock();
  const api = new FakeApi(clock);
  const put = (endpointSlices: readonly unknown[]) => endpointSlices.forEach((slice, i) => api.put(SLICES, { metadata: { name: `collector-${i}` }, ...slice as object }));
  api.put(SERVICES, { metadata: { name: 'collector' }, spec: { clusterIP } });
  put(slices);
  if (later) clock.at(later[0], () => later[1](api));
  const asked: string[] = [];
  const host = fakeHost(clock, { endpoints: { accepts: (to, port) => { asked.push(`${to}:${port}`); return Promise.resolve(accepts); } } });
  const found = clock.run(new Cluster(api.asApi, host).collector({ ...ADDRESS, clusterIP: wanted }, 10_000));
  return found.then(result => ({ ...result, asked, after: clock.now() }));
}

test('a Service with an address, a ready endpoint and an answer is a collector', async () => {
  expect(await look({})).toMatchObject({ endpoint: { host: '10.96.0.5', port: 4317 }, asked: ['10.96.0.5:4317'] });
});

describe('a Service without a ready endpoint is waited for, and not spoken to', () => {
  test.each<[string, unknown[]]>([
    ['no EndpointSlice', []],
    ['an EndpointSlice without endpoints', [{ endpoints: null }]],
    ['an empty EndpointSlice', [{ endpoints: [] }]],
    ['endpoints that are not ready', [{ endpoints: [{ conditions: { ready: false } }] }, { endpoints: [{ conditions: { ready: false } }] }]],
  ])('%s', async (_what, slices) => {
    const { after, ...end } = await look({ slices });
    expect(end).toEqual({ missing: 'the Service tracing/collector has no ready endpoint', asked: [] });
    expect(after).toBeGreaterThanOrEqual(10_000);
  });
});

test.each<[string, unknown[]]>([
  ['one of several', [{ endpoints: [{ conditions: { ready: false } }] }, { endpoints: [{ conditions: { ready: false } }, { conditions: { ready: true } }] }]],
  ['one of which nothing is known, which counts as ready', [{ endpoints: [{ conditions: {} }] }]],
  ['one without conditions', [{ endpoints: [{}] }]],
])('a ready endpoint: %s', async (_what, slices) => {
  expect(await look({ slices })).toMatchObject({ endpoint: { host: '10.96.0.5', port: 4317 } });
});

test('an endpoint that becomes ready in time is enough', async () => {
  const end = await look({ slices: [], later: [5_000, api => api.put(SLICES, { metadata: { name: 'late' }, ...READY })] });
  expect(end).toMatchObject({ endpoint: { host: '10.96.0.5', port: 4317 } });
  expect(end.after).toBeGreaterThanOrEqual(5_000);
  expect(end.after).toBeLessThan(7_000);
});

test.each<[string, Given, string]>([
  ['another name', { later: [0, api => api.objects.delete(`${SERVICES}/collector`)] }, 'the Service tracing/collector does not exist'],
  ['no address', { clusterIP: '' }, 'the Service tracing/collector has no cluster IP'],
  ['a headless one', { clusterIP: 'None' }, 'the Service tracing/collector has no cluster IP'],
  ['another address than the manifests will name', { wanted: '10.96.0.6' }, 'the Service tracing/collector has the cluster IP 10.96.0.5 instead of 10.96.0.6'],
  ['nothing that answers from here', { accepts: false }, '10.96.0.5:4317 (the Service tracing/collector) does not answer from this host'],
])('%s is no collector: the last thing that was missing is said', async (_what, given, missing) => {
  expect(await look(given)).toMatchObject({ missing });
});

test('the address that is wanted is taken', async () => {
  expect(await look({ wanted: '10.96.0.5' })).toMatchObject({ endpoint: { host: '10.96.0.5', port: 4317 } });
});
