import { Testing } from 'cdk8s';
import { Backend } from './backend';
import { components, startGenerating } from './components';
import { givingUp } from './giving-up';
import { ownAddress, RealCollector, until } from './real-collector';
import { Scratch } from './scratch-directory';
import { Collector, SpanExporter } from '../../../src';
import { METRICS } from '../../../src/constructs/collector/metrics';

jest.setTimeout(300_000);

const scratch = new Scratch();

afterAll(async () => scratch.clear());

test('every metric that alerts and the dashboard ask for is there, by that name', async () => {
  const binaries = await components('collector', 'telemetrygen');
  const backend = await new Backend({ binary: binaries.collector, root: scratch.below('backend') }).start();
  scratch.ending(() => backend.stop());
  const down = { endpoint: `${ownAddress()}:4317`, insecure: true };
  const collector = await new RealCollector({
    binary: binaries.collector,
    root: scratch.below('gateway'),
    config: new Collector(Testing.chart(), 'gateway', {
      exporters: [
        SpanExporter.otlpGrpc('up', { endpoint: backend.endpoint, insecure: true }),
        givingUp('down', down.endpoint),
        // Has room for nothing: what is lost is counted too.
        SpanExporter.otlpGrpc('full', { ...down, queueSize: 1, queueConsumers: 1 }),
      ],
    }),
  }).start();
  scratch.ending(() => collector.stop());
  // A client tries again what is refused because one of the queues is full.
  const stop = new AbortController();
  const generating = startGenerating(binaries.telemetrygen, `${collector.address}:4317`, stop.signal, '--duration', 'inf', '--allow-export-failures')
    .catch(() => undefined);
  scratch.ending(async () => {
    stop.abort();
    await generating;
  });

  const missing = async () => {
    const values = await Promise.all(Object.values(METRICS).map(async name => [name, await collector.metric(name)] as const));
    return values.filter(([, value]) => value === undefined).map(([name]) => name);
  };
  await until(async () => (await missing()).length === 0, 'all metrics are there').catch(async () => expect(await missing()).toEqual([]));
});
