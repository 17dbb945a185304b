import * as fs from 'node:fs';
import * as path from 'node:path';
import { Testing } from 'cdk8s';
import { Backend, distinct, idOf, Span } from './backend';
import { components } from './components';
import { ControlPlane } from './control-plane';
import { documentedRedactions } from './documented-redactions';
import { RealCollector, until } from './real-collector';
import { Scratch } from './scratch-directory';
import { Collector, SpanExporter, SpanFilter, SpanRedaction } from '../../../src';

jest.setTimeout(600_000);

const NOISE = {
  health: (span: Span) => /^\/(livez|readyz|healthz)/.test(String(span.attributes['http.target'])),
  leases: (span: Span) => String(span.attributes['http.target'] ?? span.attributes.url).includes('/leases'),
  watches: (span: Span) => /[?&]watch=(1|true)/.test(String(span.attributes['http.target'])) || span.name === 'cacher.Watch',
  probes: (span: Span) => [span.attributes['user_agent.original'], span.attributes['user-agent']].includes('kube-probe/1.37'),
};

const SECRET = 'hidden-credential';

/** All that clients do with a Secret by its name; with errors, whose messages name it too. */
async function askForSecret(controlPlane: ControlPlane, name: string): Promise<void> {
  const secrets = '/api/v1/namespaces/default/secrets';
  await controlPlane.request(`${secrets}/${name}`);
  await controlPlane.request(secrets, { method: 'POST', body: { metadata: { name } } });
  await controlPlane.request(secrets, { method: 'POST', body: { metadata: { name } } });
  await controlPlane.request(`${secrets}/${name}`);
  await controlPlane.request(`${secrets}/${name}`, { method: 'PUT', body: { metadata: { name, labels: { changed: 'yes' } } } });
  await controlPlane.request(`${secrets}?fieldSelector=metadata.name%3D${name}`);
  await controlPlane.request(`${secrets}?fieldSelector=metadata.name%3D${name}&watch=true&timeoutSeconds=1`);
  await controlPlane.request(`${secrets}/${name}`, { token: 'usertoken' });
  await controlPlane.request(`${secrets}/${name}`, { method: 'DELETE' });
}

const scratch = new Scratch();
let everything: Span[];
let gateway: Span[];

beforeAll(async () => {
  const binaries = await components('collector', 'etcd', 'apiServer');
  const [plain, filtered] = ['plain', 'filtered'].map(name => new Backend({ binary: binaries.collector, root: scratch.below(name) }));
  for (const backend of [plain!, filtered!]) {
    scratch.ending(() => backend.stop());
    await backend.start();
  }
  // The components send to one collector; it sends what it gets to one backend as it is, and to the other by way of a second collector.
  const filtering = await new RealCollector({
    binary: binaries.collector,
    root: scratch.below('filtering'),
    config: new Collector(Testing.chart(), 'filtering', {
      clusterName: 'prod',
      exporters: [SpanExporter.otlpGrpc('backend', { endpoint: filtered!.endpoint, insecure: true })],
      dropTraces: [
        SpanFilter.healthChecks(), SpanFilter.leases(), SpanFilter.watches(), SpanFilter.loneAuthentication(), SpanFilter.userAgents('^kube-probe/'),
      ],
      redactions: [...documentedRedactions(), SpanRedaction.clientAddresses(), SpanRedaction.urlQueries()],
    }),
  }).start();
  scratch.ending(() => filtering.stop());
  const collector = await new RealCollector({
    binary: binaries.collector,
    root: scratch.below('collector'),
    config: new Collector(Testing.chart(), 'collector', {
      exporters: [
        SpanExporter.otlpGrpc('plain', { endpoint: plain!.endpoint, insecure: true }),
        SpanExporter.otlpGrpc('filtered', { endpoint: `${filtering.address}:4317`, insecure: true }),
      ],
    }),
  }).start();
  scratch.ending(() => collector.stop());

  const controlPlane = new ControlPlane(binaries, scratch);
  await controlPlane.start(`${collector.address}:4317`);
  // More than once, as the components drop spans when they have many at once, which they have when they start.
  let asked = 0;
  const ask = async () => {
    asked += 1;
    await controlPlane.request('/livez?verbose');
    await controlPlane.request('/api/v1/pods?watch=true&timeoutSeconds=1');
    await controlPlane.request('/apis/coordination.k8s.io/v1/namespaces/default/leases', { method: 'POST', body: { metadata: { name: `x-${asked}` } } });
    await controlPlane.request('/api/v1/namespaces/default/pods?limit=7', { token: 'usertoken' });
    await controlPlane.request('/api/v1/namespaces/default/secrets', { agent: 'kube-probe/1.37' });
    await controlPlane.request('/api/v1/namespaces/default/configmaps', { method: 'POST', body: { metadata: { name: `kept-${asked}` } } });
    await controlPlane.request('/api/v1/namespaces/default/configmaps?limit=7');
    await askForSecret(controlPlane, `${SECRET}-${asked}`);
  };

  // Each component sends its spans at its own time.
  const kept = (spans: Span[]) => spans.some(post => post.name === 'POST /api/v1/namespaces/{:namespace}/configmaps'
    && spans.some(span => span.traceId === post.traceId && span.resource['service.name'] === 'etcd'));
  await until(async () => {
    await ask();
    await new Promise(resolve => setTimeout(resolve, 2000));
    return [plain!, filtered!].every(backend => kept(backend.spans()));
  }, 'requests and what they did in etcd are there', 120);
  // Whatever waits in between is sent when its collector is told to stop.
  await controlPlane.stop();
  await collector.stop();
  await filtering.stop();
  await plain!.settled();
  await filtered!.settled();
  everything = plain!.spans();
  gateway = filtered!.spans();
});

afterAll(async () => scratch.clear());

test('spans of etcd join those of the API server, and say of which node and cluster they are', () => {
  const posts = new Set(gateway.filter(span => span.name === 'POST /api/v1/namespaces/{:namespace}/configmaps').map(({ traceId }) => traceId));
  const etcd = gateway.filter(span => posts.has(span.traceId) && span.resource['service.name'] === 'etcd');
  expect(etcd.length).toBeGreaterThan(0);
  expect(etcd[0]!.resource).toMatchObject({ 'k8s.node.name': 'node-a', 'k8s.cluster.name': 'prod' });
  expect(new Set(gateway.map(({ resource }) => resource['k8s.cluster.name']))).toEqual(new Set(['prod']));
});

test.each(Object.entries(NOISE))('traces of %s are made by the components, and dropped as a whole', (_what, isNoise) => {
  const noisy = new Set(everything.filter(isNoise).map(({ traceId }) => traceId));
  expect(noisy.size).toBeGreaterThan(0);
  expect(gateway.filter(({ traceId }) => noisy.has(traceId)).map(({ name }) => name)).toEqual([]);
});

test('traces of an authentication alone are made by the components, and dropped', () => {
  const lone = (spans: Span[]) => spans.filter(({ name, parentSpanId }) => name === 'authentication' && parentSpanId === undefined);
  expect(lone(everything).length).toBeGreaterThan(0);
  expect(lone(gateway)).toEqual([]);
});

test('what is no noise is kept, whole and once', () => {
  const dropped = new Set(everything.filter(span => Object.values(NOISE).some(isNoise => isNoise(span))
    || (span.name === 'authentication' && span.parentSpanId === undefined)).map(({ traceId }) => traceId));
  const kept = everything.filter(({ traceId }) => !dropped.has(traceId));
  const arrived = distinct(gateway);
  expect(kept.filter(span => !arrived.has(idOf(span))).map(({ name }) => name)).toEqual([]);
  expect(gateway).toHaveLength(arrived.size);
  expect(kept.length).toBeGreaterThan(0);
});

test('no name of a Secret is left anywhere in a span, with the redactions of the documentation', () => {
  const mentions = (directory: string) => fs.readFileSync(path.join(scratch.below(directory), 'spans.json'), 'utf8').match(new RegExp(`[^{}]*${SECRET}[^{}]*`, 'g')) ?? [];
  expect(mentions('plain').length).toBeGreaterThan(20);
  expect(mentions('filtered')).toEqual([]);
});

test('no span tells a client\'s address or a query any more', () => {
  const text = (spans: Span[]) => spans.map(({ attributes }) => JSON.stringify(attributes)).join('\n');
  expect(text(everything)).toMatch(/limit=7/);
  expect(text(everything)).toMatch(/"client\.address":/);
  expect(text(gateway)).not.toMatch(/limit=7|"(client\.address|network\.peer\.address|client)":/);
});

describe('what the reading guides say is so in these spans', () => {
  const named = (name: RegExp | string) => everything.filter(span => typeof name === 'string' ? span.name === name : name.test(span.name));
  const parentOf = (span: Span) => everything.find(({ traceId, spanId }) => traceId === span.traceId && spanId === span.parentSpanId);

  test('the root of a list, and of a watch, is called GET; no span is called LIST', () => {
    const lists = named('GET /api/v1/namespaces/{:namespace}/configmaps');
    expect(lists.length).toBeGreaterThan(0);
    expect(named(/^LIST/)).toEqual([]);
    expect(named(/^GET /).some(NOISE.watches)).toBe(true);
  });

  test('a 404 and a 409 are in an attribute, and no error of the span', () => {
    const SERVER = 2;
    const codes = (code: number) => everything.filter(({ kind, attributes }) => kind === SERVER && Number(attributes['http.response.status_code']) === code);
    for (const code of [404, 409]) {
      expect(codes(code).length).toBeGreaterThan(0);
      expect(codes(code).filter(({ status }) => status.code === 2)).toEqual([]);
    }
  });

  test('priorityandfairness lasts as long as what it lets in, and authorization is its child', () => {
    const pairs = named('authorization').map(child => [parentOf(child), child] as const).filter(([parent]) => parent?.name === 'priorityandfairness');
    expect(pairs.length).toBeGreaterThan(0);
    // Each span has its start by the clock and its length by a counter, so that ends are exact but for what the clock was corrected between two starts.
    const corrected = 1_000_000n;
    for (const [parent, child] of pairs) expect(BigInt(parent!.endTimeUnixNano) + corrected >= BigInt(child.endTimeUnixNano)).toBe(true);
  });

  test('etcd\'s calls have the span of their work below them, and its instance id is the node', () => {
    const calls = everything.filter(({ name, resource }) => resource['service.name'] === 'etcd' && name === 'etcdserverpb.KV/Txn');
    expect(calls.length).toBeGreaterThan(0);
    expect(named('txn').some(span => calls.some(({ spanId }) => spanId === span.parentSpanId))).toBe(true);
    expect(new Set(calls.map(({ resource }) => resource['service.instance.id']))).toEqual(new Set(['node-a']));
  });

  test('clients are in user_agent.original, and the number of items of a list in no attribute', () => {
    expect(everything.some(({ attributes }) => attributes['user_agent.original'] === 'test')).toBe(true);
    expect(named('cacher.GetList').flatMap(({ attributes }) => Object.keys(attributes)).filter(key => /count|items/i.test(key))).toEqual([]);
  });
});
