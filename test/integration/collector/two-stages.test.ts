import * as fs from 'node:fs';
import * as path from 'node:path';
import { Duration, Testing } from 'cdk8s';
import { Backend, distinct, Span } from './backend';
import { components, generate, startGenerating } from './components';
import { withHosts } from './hosts';
import { RealCollector, until } from './real-collector';
import { Scratch } from './scratch-directory';
import { Collector, CollectorAgent, CollectorProps, SpanExporter, SpanSampling, TlsKeyPair, TrustedCa } from '../../../src';
import { Authority } from '../../support/certificates';

jest.setTimeout(300_000);

/** Every trace is kept, so that what does not arrive is lost. */
const EVERYTHING = SpanSampling.tail({ restPercentage: 100, decisionWait: Duration.seconds(6) });
const SPANS_OF_TRACE = 3;


let binaries: Awaited<ReturnType<typeof components<'collector' | 'balancer' | 'telemetrygen'>>>;

beforeAll(async () => {
  binaries = await components('collector', 'balancer', 'telemetrygen');
});

/** A process of the second stage, and what it has sent on. */
interface Sampler {
  readonly collector: RealCollector;
  readonly backend: Backend;
}

function twoStages(backend: string, props: CollectorProps = {}): Collector {
  const exporters = [SpanExporter.otlpGrpc('backend', { endpoint: backend, insecure: true })];
  return new Collector(Testing.chart(), 'gateway', { namespace: 'tracing', replicas: 2, sampling: EVERYTHING, exporters, ...props });
}

/** The processes of one test, on addresses and with files of their own: nearly all of a test is waiting, so that all of them run at once. */
class Stages {
  public static async during(test: (stages: Stages) => Promise<void>): Promise<void> {
    const stages = new Stages();
    try {
      await test(stages);
    } finally {
      await stages.scratch.clear();
    }
  }

  public readonly scratch = new Scratch();
  private readonly hosts = path.join(this.scratch.directory, 'hosts');

  public async startSampler(name: string, props?: CollectorProps): Promise<Sampler> {
    const backend = await new Backend({ binary: binaries.collector, root: this.scratch.below(`backend-${name}`) }).start();
    this.scratch.ending(() => backend.stop());
    const config = twoStages(backend.endpoint, props).samplerConfigMap!.toJson().data['config.yaml'] as string;
    const collector = await this.start(binaries.collector, `sampler-${name}`, config);
    return { collector, backend };
  }

  public async startFirst(name: string, props?: CollectorProps): Promise<RealCollector> {
    const binary = withHosts(binaries.balancer, this.hosts, path.join(this.scratch.below(`first-${name}`), 'with-hosts'));
    return this.start(binary, `first-${name}`, twoStages('backend:4317', props));
  }

  /** As the cluster's DNS answers for the headless Service: with the pods that are ready. */
  public resolveTo(samplers: readonly Sampler[]): void {
    fs.writeFileSync(this.hosts, samplers.map(({ collector }) => `${collector.address} control-plane-tracing-sampler.tracing.svc\n`).join(''));
  }

  public async start(binary: string, name: string, config: Collector | string, healthPort?: number): Promise<RealCollector> {
    const collector = await new RealCollector({ binary, root: this.scratch.below(name), config }).start(healthPort);
    this.scratch.ending(() => collector.stop());
    return collector;
  }

  /** Sends the root of each trace one way, and its children the other way, as two connections of one API server may go to two pods. */
  public async startSplitter(first: RealCollector, second: RealCollector): Promise<RealCollector> {
    const pipeline = (way: string) => ({ receivers: ['otlp'], processors: [`filter/${way}`], exporters: [`otlp_grpc/${way}`] });
    const exporter = ({ address }: RealCollector) => ({ endpoint: `${address}:4317`, tls: { insecure: true }, sending_queue: { num_consumers: 1 } });
    const config = {
      receivers: { otlp: { protocols: { grpc: { endpoint: '${env:POD_IP}:4317' } } } },
      processors: {
        'filter/roots': { trace_conditions: ['span.name != "lets-go"'] },
        'filter/children': { trace_conditions: ['span.name == "lets-go"'] },
      },
      exporters: { 'otlp_grpc/roots': exporter(first), 'otlp_grpc/children': exporter(second) },
      extensions: { health_check: { endpoint: '${env:POD_IP}:13133' } },
      service: {
        extensions: ['health_check'],
        pipelines: { 'traces/roots': pipeline('roots'), 'traces/children': pipeline('children') },
        telemetry: { metrics: { level: 'none' } },
      },
    };
    return this.start(binaries.collector, 'splitter', JSON.stringify(config));
  }
}

async function settled(samplers: readonly Sampler[]): Promise<Span[]> {
  // The longest that a span waits: for its batch, for its decision, and for its batch again.
  await new Promise(resolve => setTimeout(resolve, 9_000));
  await Promise.all(samplers.map(({ backend }) => backend.settled()));
  return samplers.flatMap(({ backend }) => backend.spans());
}

function tracesOf({ backend }: Sampler): Map<string, number> {
  const traces = new Map<string, number>();
  for (const { traceId } of backend.spans()) traces.set(traceId, (traces.get(traceId) ?? 0) + 1);
  return traces;
}

async function failed(...collectors: readonly RealCollector[]): Promise<number> {
  const counts = await Promise.all(collectors.map(async collector =>
    (await collector.metric('otelcol_exporter_send_failed_spans') ?? 0) + (await collector.metric('otelcol_exporter_enqueue_failed_spans') ?? 0)));
  return counts.reduce((sum, count) => sum + count, 0);
}

test.concurrent('all spans of a trace reach one process of the second stage, whichever of the first they come by', () => Stages.during(async stages => {
  const samplers = [await stages.startSampler('a'), await stages.startSampler('b'), await stages.startSampler('c')];
  stages.resolveTo(samplers);
  const [first, second] = [await stages.startFirst('a'), await stages.startFirst('b')];
  const splitter = await stages.startSplitter(first, second);
  const traces = 600;
  await generate(binaries.telemetrygen, `${splitter.address}:4317`, '--traces', String(traces), '--child-spans', String(SPANS_OF_TRACE - 1));
  const spans = await settled(samplers);
  expect(distinct(spans).size).toBe(traces * SPANS_OF_TRACE);
  expect(await first.metric('otelcol_receiver_accepted_spans')).toBe(traces);
  expect(await second.metric('otelcol_receiver_accepted_spans')).toBe(traces * (SPANS_OF_TRACE - 1));
  for (const sampler of samplers) {
    const counts = [...tracesOf(sampler).values()];
    expect(counts.filter(count => count !== SPANS_OF_TRACE)).toEqual([]);
    // A third, and by far not all or nothing.
    expect(counts.length).toBeGreaterThan(traces / 10);
  }
}));

const RATE = 100;
const SECONDS = 22;

/** Traces for a while, and something that happens meanwhile. */
async function during(first: RealCollector, happens: () => Promise<void>): Promise<number> {
  const ending = new AbortController();
  const generated = startGenerating(binaries.telemetrygen, `${first.address}:4317`, ending.signal,
    '--duration', `${SECONDS}s`, '--rate', String(RATE), '--child-spans', String(SPANS_OF_TRACE - 1), '--allow-export-failures');
  await new Promise(resolve => setTimeout(resolve, 8_000));
  await happens();
  await generated;
  return (await first.metric('otelcol_receiver_accepted_spans'))!;
}

test.concurrent('a process that is added gets its share, and nothing is lost', () => Stages.during(async stages => {
  const samplers = [await stages.startSampler('a')];
  stages.resolveTo(samplers);
  const first = await stages.startFirst('a');
  const accepted = await during(first, async () => {
    samplers.push(await stages.startSampler('b'));
    stages.resolveTo(samplers);
  });
  const spans = await settled(samplers);
  expect(distinct(spans).size).toBe(accepted);
  expect(await failed(first)).toBe(0);
  expect(tracesOf(samplers[1]!).size).toBeGreaterThan(RATE);
  // Only traces whose spans came just before and just after the change are in both.
  const [before, after] = samplers.map(tracesOf);
  expect([...before!.keys()].filter(trace => after!.has(trace)).length).toBeLessThan(RATE);
}));

test.concurrent('a process that is told to end sends what it holds, and its place is taken', () => Stages.during(async stages => {
  const samplers = [await stages.startSampler('a'), await stages.startSampler('b')];
  stages.resolveTo(samplers);
  const first = await stages.startFirst('a');
  const accepted = await during(first, async () => {
    await samplers[1]!.collector.stop();
    stages.resolveTo(samplers.slice(0, 1));
  });
  const spans = await settled(samplers);
  expect(distinct(spans).size).toBe(accepted);
  expect(await failed(first)).toBe(0);
}));

test.concurrent('with a process that is killed, only what waited in it is lost', () => Stages.during(async stages => {
  const samplers = [await stages.startSampler('a'), await stages.startSampler('b')];
  stages.resolveTo(samplers);
  const first = await stages.startFirst('a');
  let held = 0;
  const accepted = await during(first, async () => {
    const { collector, backend } = samplers[1]!;
    held = (await collector.metric('otelcol_receiver_accepted_spans'))! - distinct(backend.spans()).size;
    await collector.kill();
    // Until the pod is not ready any more.
    await new Promise(resolve => setTimeout(resolve, 3_000));
    stages.resolveTo(samplers.slice(0, 1));
  });
  const spans = await settled(samplers);
  const lost = accepted - distinct(spans).size;
  expect(held).toBeGreaterThan(0);
  expect(lost).toBeGreaterThan(0);
  // What came in the moment between the question and the end.
  expect(lost).toBeLessThanOrEqual(held + RATE * SPANS_OF_TRACE);
  expect(await failed(first)).toBe(0);
  await until(async () => (await first.metric('otelcol_exporter_queue_size')) === 0, 'the first stage holds nothing back');
}));

test.concurrent('with certificates, an agent reaches the first stage and the first stage the second, each by mutual TLS', () => Stages.during(async stages => {
  const props = {
    receiverCertificate: TlsKeyPair.fromSecretName('pair'), receiverClientCa: TrustedCa.fromConfigMapName('clients'), samplerCa: TrustedCa.fromConfigMapName('ca'),
  };
  const service = 'control-plane-tracing-collector.tracing.svc';
  const [own, clients] = [new Authority(stages.scratch.below('own')), new Authority(stages.scratch.below('clients'))];
  for (const pod of ['first-a', 'sampler-a', 'sampler-b']) {
    own.issue(stages.scratch.below(pod, 'etc/otelcol/tls/secret-pair'), service);
    own.publish(stages.scratch.below(pod, 'etc/otelcol/tls/cm-ca'));
    clients.publish(stages.scratch.below(pod, 'etc/otelcol/tls/cm-clients'));
  }
  clients.issue(stages.scratch.below('agent/etc/otelcol/tls/secret-agent'), 'agent');
  own.publish(stages.scratch.below('agent/etc/otelcol/tls/cm-ca'));
  const samplers = [await stages.startSampler('a', props), await stages.startSampler('b', props)];
  stages.resolveTo(samplers);
  const first = await stages.startFirst('a', props);
  const chart = Testing.chart();
  const agent = new CollectorAgent(chart, 'agent', {
    gateway: new Collector(chart, 'gateway', { namespace: 'tracing', replicas: 2, sampling: EVERYTHING, ...props }),
    gatewayCa: TrustedCa.fromConfigMapName('ca'),
    gatewayClientCertificate: TlsKeyPair.fromSecretName('agent'),
    gatewayServerName: service,
  });
  const config = agent.configMap.toJson().data['config.yaml'].replace(`${service}:4317`, `${first.address}:4317`);
  const sender = await stages.start(binaries.collector, 'agent', config, 13134);
  await generate(binaries.telemetrygen, `${sender.address}:4317`, '--traces', '100', '--child-spans', String(SPANS_OF_TRACE - 1));
  expect(distinct(await settled(samplers)).size).toBe(100 * SPANS_OF_TRACE);
  // Who does not belong to the first stage sends nothing to the second.
  await generate(binaries.telemetrygen, `${samplers[0]!.collector.address}:4317`, '--traces', '1', '--allow-export-failures', '--timeout', '2s').catch(() => undefined);
  expect(distinct(await settled(samplers)).size).toBe(100 * SPANS_OF_TRACE);
}));
