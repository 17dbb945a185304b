/**
 * Tail sampling in several pods against tail sampling in one: what it takes, and how far it scales.
 *
 * `two-stages-cpu` is CPU time per million spans of two stages of two pods each, all four of them together, to that of one pod, under the same
 * load; `two-stages-compression` is that of two stages to what it is with gzip between them. `throughput-N-pods` is what two stages of N pods take in to what one pod does, where each pod has a tenth of a core, so that several fit
 * onto a small machine, and gets more than it can take.
 *
 *     npx tsx benchmarks/two-stages.ts [cpu | throughput]
 */
import { generate } from './collector/generator';
import { FORGETTING } from './collector/measurements';
import { TailGateway } from './collector/tail-gateway';
import { median } from './support/median';
import { components } from '../test/integration/collector/components';
import { RealCollector, until } from '../test/integration/collector/real-collector';
import { Scratch } from '../test/integration/collector/scratch-directory';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const SECONDS = 15;
const CORES = 0.1;
/** Of all pods together; what goes through is far less where a pod has a tenth of a core. */
const BOUNDED = 8_000;
const MORE_THAN_GOES = 6_000;

interface Figures {
  readonly cpuSecondsPerMillion: number;
  readonly spansPerSecond: number;
}

async function measure(pods: number, cores: number | undefined, spansPerSecond: number, compression?: string): Promise<Figures> {
  const { collector, balancer, telemetrygen } = await components('collector', 'balancer', 'telemetrygen');
  const scratch = new Scratch();
  try {
    const backend = await new RealCollector({ binary: collector, root: scratch.below('backend'), config: FORGETTING }).start();
    scratch.ending(() => backend.stop());
    const gateway = await new TailGateway({ collector, balancer, backend: `${backend.address}:4317`, pods, cores, compression }, scratch).start();
    const [before, start] = [gateway.cpuSeconds, performance.now()];
    const { endpoints } = gateway;
    // As two workers for each pod of the first stage.
    const load = { seconds: SECONDS, workers: 2, spansPerSecond: spansPerSecond / endpoints.length / 2 };
    await Promise.all(endpoints.map(endpoint => generate(telemetrygen, endpoint, load)));
    // What was accepted is through when it has come to where it is decided on.
    const accepted = await gateway.accepted();
    await until(async () => await gateway.sampled() >= accepted, 'all spans are through', 120);
    const seconds = (performance.now() - start) / 1000;
    // Until all of it is decided on.
    await new Promise(resolve => setTimeout(resolve, 8_000));
    return { cpuSecondsPerMillion: (gateway.cpuSeconds - before) / accepted * 1_000_000, spansPerSecond: accepted / seconds };
  } finally {
    await scratch.clear();
  }
}

/** The median of each, by name. */
async function rounds<Name extends string>(
  contestants: Record<Name, () => Promise<Figures>>, of: (figures: Figures) => number,
): Promise<Record<Name, number>> {
  const names = Object.keys(contestants) as Name[];
  const figures = new Map<Name, number[]>(names.map(name => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of names) figures.get(name)!.push(of(await contestants[name]()));
  }
  for (const name of names) {
    const all = figures.get(name)!;
    console.log(`${name}: ${median(all).toFixed(1)} (${Math.min(...all).toFixed(1)} to ${Math.max(...all).toFixed(1)}, ${all.length} rounds)`);
  }
  return Object.fromEntries(names.map(name => [name, median(figures.get(name)!)])) as Record<Name, number>;
}

async function cpuTime(): Promise<void> {
  console.log('CPU seconds per million spans');
  const cpu = await rounds({
    'one stage': () => measure(1, undefined, BOUNDED),
    'two stages': () => measure(2, undefined, BOUNDED),
    'two stages, gzip': () => measure(2, undefined, BOUNDED, 'gzip'),
  }, ({ cpuSecondsPerMillion }) => cpuSecondsPerMillion);
  console.log(`two-stages-cpu ratio ${(cpu['two stages'] / cpu['one stage']).toFixed(2)}`);
  console.log(`two-stages-compression ratio ${(cpu['two stages'] / cpu['two stages, gzip']).toFixed(2)}`);
}

async function throughput(): Promise<void> {
  console.log(`spans per second, ${CORES} cores for each pod`);
  const through = await rounds({
    '1 pod': () => measure(1, CORES, MORE_THAN_GOES),
    '2 pods': () => measure(2, CORES, MORE_THAN_GOES),
    '4 pods': () => measure(4, CORES, MORE_THAN_GOES * 2),
  }, ({ spansPerSecond }) => spansPerSecond);
  for (const pods of ['2 pods', '4 pods'] as const) console.log(`throughput-${pods.replace(' ', '-')} ratio ${(through[pods] / through['1 pod']).toFixed(2)}`);
}

async function main([part]: readonly string[]): Promise<void> {
  if (part !== 'throughput') await cpuTime();
  if (part !== 'cpu') await throughput();
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
