import { Testing } from 'cdk8s';
import { Backend } from './backend';
import { components, generate } from './components';
import { RealCollector, until } from './real-collector';
import { Scratch } from './scratch-directory';
import { Collector, CollectorProps, SpanExporter, SpanFilter, SpanRedaction, SpanSampling } from '../../../src';

jest.setTimeout(300_000);

let binaries: Awaited<ReturnType<typeof components<'collector' | 'telemetrygen'>>>;
let scratch: Scratch;
let backend: Backend;

beforeAll(async () => {
  binaries = await components('collector', 'telemetrygen');
});

beforeEach(async () => {
  scratch = new Scratch();
  backend = await new Backend({ binary: binaries.collector, root: scratch.below('backend') }).start();
  scratch.ending(() => backend.stop());
});

afterEach(async () => scratch.clear());

async function gateway(props: CollectorProps): Promise<RealCollector> {
  const exporters = [SpanExporter.otlpGrpc('backend', { endpoint: backend.endpoint, insecure: true })];
  const config = new Collector(Testing.chart(), 'gateway', { ...props, exporters });
  const collector = await new RealCollector({ binary: binaries.collector, root: scratch.below('gateway'), config }).start();
  scratch.ending(() => collector.stop());
  return collector;
}

/** How many traces of each service arrived, and whether each is whole. */
function arrived(spansOfTrace: number): Map<unknown, number> {
  const traces = new Map<string, { service: unknown; spans: number }>();
  for (const { traceId, resource } of backend.spans()) {
    traces.set(traceId, { service: resource['service.name'], spans: (traces.get(traceId)?.spans ?? 0) + 1 });
  }
  const counts = new Map<unknown, number>();
  for (const { service, spans } of traces.values()) {
    expect(spans).toBe(spansOfTrace);
    counts.set(service, (counts.get(service) ?? 0) + 1);
  }
  return counts;
}

test('by the tail keeps every error, every slow trace and a share of the rest, whole', async () => {
  const collector = await gateway({ sampling: SpanSampling.tail({ restPercentage: 10 }) });
  const endpoint = `${collector.address}:4317`;
  await generate(binaries.telemetrygen, endpoint, '--service', 'failing', '--traces', '100', '--child-spans', '2', '--status-code', 'Error');
  await generate(binaries.telemetrygen, endpoint, '--service', 'slow', '--traces', '50', '--child-spans', '2', '--span-duration', '1500ms');
  await generate(binaries.telemetrygen, endpoint, '--service', 'watching', '--traces', '50', '--child-spans', '2', '--span-duration', '2m');
  await generate(binaries.telemetrygen, endpoint, '--service', 'ordinary', '--traces', '1000', '--child-spans', '2');
  await until(async () => await collector.metric('otelcol_processor_tail_sampling_global_count_traces_sampled') === 1200, 'every trace has its decision');
  expect(await collector.metric('otelcol_processor_tail_sampling_sampling_trace_dropped_too_early')).toBe(0);
  await collector.stop();
  await backend.settled();
  const counts = arrived(3);
  expect(counts.get('failing')).toBe(100);
  expect(counts.get('slow')).toBe(50);
  // Ten percent, within four standard deviations.
  expect(counts.get('ordinary')).toBeGreaterThan(62);
  expect(counts.get('ordinary')).toBeLessThan(138);
  expect(counts.get('watching') ?? 0).toBeLessThan(14);
});

test('by probability keeps a share of traces, whole', async () => {
  const collector = await gateway({ sampling: SpanSampling.probabilistic(20), replicas: 2 });
  await generate(binaries.telemetrygen, `${collector.address}:4317`, '--traces', '1000', '--child-spans', '1');
  await collector.stop();
  await backend.settled();
  const counts = arrived(2);
  // Twenty percent, within four standard deviations.
  expect(counts.get('telemetrygen')).toBeGreaterThan(149);
  expect(counts.get('telemetrygen')).toBeLessThan(251);
});

test('drops noise, trace by trace and span by span, and redacts', async () => {
  const collector = await gateway({
    dropTraces: [SpanFilter.leases(), SpanFilter.userAgents('^kube-probe/')],
    dropSpans: [SpanFilter.ottl('span.name == "okey-dokey-1"')],
    redactions: [
      SpanRedaction.urlQueries(), SpanRedaction.hash('client.address'), SpanRedaction.remove('user_agent.original'),
      SpanRedaction.replace('http.target', '/secrets/([^/?]+)', '/secrets/$1'),
    ],
  });
  const endpoint = `${collector.address}:4317`;
  const of = (service: string, ...attributes: string[]) => generate(binaries.telemetrygen, endpoint, '--service', service, '--traces', '20', '--child-spans', '2',
    ...attributes.flatMap(attribute => ['--telemetry-attributes', attribute]));
  await of('lease', 'http.target="/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-1?timeout=10s"');
  await of('probe', 'user_agent.original="kube-probe/1.37"');
  await of('request', 'http.target="/api/v1/namespaces/a/secrets/password?limit=5"', 'client.address="192.0.2.1"', 'user_agent.original="kubectl/v1.37"');
  await until(() => backend.spans().length >= 40, 'what stays is there');
  await collector.stop();
  await backend.settled();
  const spans = backend.spans();
  expect(new Set(spans.map(({ resource }) => resource['service.name']))).toEqual(new Set(['request']));
  expect(spans.map(({ name }) => name).sort()).toEqual([...Array(20).fill('lets-go'), ...Array(20).fill('okey-dokey-0')].sort());
  for (const { attributes } of spans) {
    expect(attributes['http.target']).toBe('/api/v1/namespaces/a/secrets/$1');
    expect(attributes['client.address']).toMatch(/^[0-9a-f]{64}$/);
    expect(attributes).not.toHaveProperty('user_agent.original');
  }
});
