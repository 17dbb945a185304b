/**
 * A gateway with the defaults of `Collector` against one with those of the community's Helm chart: the same Collector, the same memory, in turn.
 * All ratios are ours to theirs. More spans per second are better; less of everything else is.
 *
 *     npx tsx benchmarks/collector.ts
 */
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { Contestant, CONTESTANTS } from './collector/contestants';
import { StallFigures, underLoad, whileStalled } from './collector/measurements';
import { median } from './support/median';
import { components } from '../test/integration/collector/components';

const ROUNDS = Number(process.env.ROUNDS ?? 7);
const STALLS = Number(process.env.STALLS ?? 3);
/** Not as much as it can make: it drops what does not go through, and all of them share the same processors. */
const LOAD = { seconds: 6, workers: 16, spansPerSecond: 2500 };
/** Spans of more than a kilobyte: what comes in 200 ms is more than the 4 MiB that a backend takes by default. */
const LONG_SPANS = { ...LOAD, longerUrls: 1000 };
/** 4,000 spans per second at most, of which two thirds come while the backend stands still. */
const STALL = { load: { seconds: 45, workers: 16, spansPerSecond: 250 }, after: 5, seconds: 30 };

/**
 * The lines, but for empty ones, of the chart's example of a gateway for traces alone, `examples/deployment-otlp-traces/values.yaml` at 0.170.0:
 * it takes three receivers, two pipelines and four ports away.
 */
const THEIR_LINES = 24;

type Both<T> = Record<Contestant, T[]>;

async function main(): Promise<void> {
  const binaries = await components('collector', 'telemetrygen');
  // Warms the file system's cache up.
  await inTurn(1, contestant => underLoad(binaries, contestant, LOAD));
  const loads = await inTurn(ROUNDS, contestant => underLoad(binaries, contestant, LOAD));
  report('spans-per-second', loads, ({ spansPerSecond }) => spansPerSecond);
  report('cpu-seconds-per-million-spans', loads, ({ cpuSecondsPerMillion }) => cpuSecondsPerMillion);
  report('peak-memory-mib', loads, ({ peakMemoryMiB }) => peakMemoryMiB);
  report('lost', loads, ({ lost }) => lost);
  report('long-spans-lost', await inTurn(STALLS, contestant => underLoad(binaries, contestant, LONG_SPANS)), ({ lost }) => lost);

  const stalls: Both<StallFigures> = { ours: [], theirs: [] };
  for (let round = 0; round < STALLS; round++) {
    // Both at the same time: nearly all of it is waiting.
    await Promise.all(CONTESTANTS.map(async contestant => stalls[contestant].push(await whileStalled(binaries, contestant, STALL))));
  }
  for (const contestant of CONTESTANTS) {
    for (const { made, accepted, lost, twice, killed, peakMemoryMiB } of stalls[contestant]) {
      console.log(`stall of ${STALL.seconds} s, ${contestant}: ${made} spans made, ${accepted} accepted, ${lost} lost, ${twice} arrived twice, `
        + `${peakMemoryMiB.toFixed(0)} MiB${killed ? ', ended by the kernel' : ''}`);
    }
  }
  report('stall-peak-memory-mib', stalls, ({ peakMemoryMiB }) => peakMemoryMiB);
  report('stall-lost', stalls, ({ lost }) => lost);

  const ours = lines(path.join(__dirname, 'collector/gateway-app.ts'));
  console.log(`lines: ours ${ours}, theirs ${THEIR_LINES}`);
  console.log(`lines ratio ${(ours / THEIR_LINES).toFixed(2)}`);
}

async function inTurn<T>(rounds: number, measure: (contestant: Contestant) => Promise<T>): Promise<Both<T>> {
  const figures: Both<T> = { ours: [], theirs: [] };
  for (let round = 0; round < rounds; round++) {
    for (const contestant of CONTESTANTS) figures[contestant].push(await measure(contestant));
  }
  return figures;
}

function report<T>(name: string, figures: Both<T>, of: (figures: T) => number): void {
  const [ours, theirs] = CONTESTANTS.map(contestant => median(figures[contestant].map(of))) as [number, number];
  console.log(`${name}: ours ${ours.toFixed(1)}, theirs ${theirs.toFixed(1)} (medians of ${figures.ours.length})`);
  console.log(`${name} ratio ${ratio(ours, theirs).toFixed(2)}`);
}

/** Nothing to nothing is as good; to something, it is counted as one. */
function ratio(ours: number, theirs: number): number {
  return ours === theirs ? 1 : ours / Math.max(theirs, 1);
}

function lines(file: string): number {
  return readFileSync(file, 'utf8').split('\n').filter(line => line.trim() !== '').length;
}

main().catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
