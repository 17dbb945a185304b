import { Testing } from 'cdk8s';
import { parse } from 'yaml';
import { Contestant, WITHOUT } from './contestants';
import { LoadClient } from './load-client';
import { Rendezvous } from './rendezvous';
import { Collector } from '../../src';
import { Binaries, ComponentName, ControlPlane } from '../../test/integration/collector/control-plane';
import { RealCollector, sumOf } from '../../test/integration/collector/real-collector';
import { Scratch } from '../../test/integration/collector/scratch-directory';
import { cpuSeconds, residentMemoryMiB } from '../collector/process-figures';

export const COMPONENTS = ['kube-apiserver', 'etcd'] as const satisfies ComponentName[];

export interface ComponentFigures {
  /** CPU seconds per 1,000 requests. */
  readonly cpuSeconds: number;
  /** Mebibytes that Go allocated, per 1,000 requests. */
  readonly allocatedMiB: number;
  readonly residentMiB: number;
  /** From SIGTERM to the end of the process. */
  readonly stopSeconds: number;
}

export interface Figures extends Record<ComponentName, ComponentFigures> {
  readonly collectorCpuSeconds: number;
  readonly spans: number;
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
}

export interface LoadSize {
  readonly seconds: number;
  readonly perSecond: number;
}

export interface Ground {
  readonly binaries: Binaries & { readonly collector: string };
  readonly processor: number;
}

/** Go's collector of garbage and the caches are in their stride after this. */
const WARM_UP_SECONDS = 3;

export interface Pair {
  readonly with: Figures;
  readonly without: Figures;
}

/** At the same time as a control plane without tracing, so that whatever else the machine does falls on both. */
export async function sideBySide(ground: Ground, contestant: Contestant, size: LoadSize): Promise<Pair> {
  const rendezvous = new Rendezvous(2);
  const run = (which: Contestant) => trial(ground, which, size, () => rendezvous.arrive()).catch((error: Error) => {
    rendezvous.fail(error);
    throw error;
  });
  const [measured, reference] = await Promise.allSettled([run(contestant), run(WITHOUT)]);
  for (const result of [measured, reference]) if (result.status === 'rejected') throw result.reason;
  return { with: (measured as PromiseFulfilledResult<Figures>).value, without: (reference as PromiseFulfilledResult<Figures>).value };
}

/** A fresh control plane, a warm-up, and the load. @param together resolves when the other one is as far */
async function trial(
  { binaries, processor }: Ground, contestant: Contestant, { seconds, perSecond }: LoadSize, together: () => Promise<void>,
): Promise<Figures> {
  const scratch = new Scratch();
  try {
    const collector = new RealCollector({ binary: binaries.collector, root: scratch.below('collector'), config: collectorConfig() });
    scratch.ending(() => collector.stop());
    if (contestant.collector !== 'absent') await collector.start();
    const controlPlane = new ControlPlane(binaries, scratch);
    await controlPlane.start(`${collector.address}:4317`, contestant.rates);
    const client = await LoadClient.start(controlPlane, scratch, processor);
    if (contestant.collector === 'stalled') {
      process.kill(collector.pid!, 'SIGSTOP');
      scratch.ending(async () => { process.kill(collector.pid!, 'SIGCONT'); });
    }
    const usage = () => used(controlPlane, contestant.collector === 'there' ? collector : undefined);

    await together();
    await client.send({ seconds: WARM_UP_SECONDS, perSecond });
    await together();
    const before = await usage();
    const { milliseconds, failed } = await client.send({ seconds, perSecond });
    const after = await usage();
    await together();
    const thousands = milliseconds.length / 1000;
    const resident = Object.fromEntries(COMPONENTS.map(name => [name, residentMemoryMiB(controlPlane.pid(name))]));
    await client.stop();
    const stopSeconds = await stops(controlPlane);
    const of = (name: ComponentName): ComponentFigures => ({
      cpuSeconds: (after[name].cpuSeconds - before[name].cpuSeconds) / thousands,
      allocatedMiB: (after[name].allocated - before[name].allocated) / 1024 / 1024 / thousands,
      residentMiB: resident[name]!,
      stopSeconds: stopSeconds[name],
    });
    return {
      'kube-apiserver': of('kube-apiserver'),
      'etcd': of('etcd'),
      'collectorCpuSeconds': (after.collectorCpuSeconds - before.collectorCpuSeconds) / thousands,
      'spans': (after.spans - before.spans) / milliseconds.length,
      'p50': percentile(milliseconds, 50),
      'p99': percentile(milliseconds, 99),
      failed,
    };
  } finally {
    await scratch.clear();
  }
}

/** As it is made by default, but for an exporter that forgets. */
function collectorConfig(): string {
  const config = parse(new Collector(Testing.chart(), 'collector').configMap.toJson().data['config.yaml']);
  config.exporters.debug = { ...config.exporters.debug, verbosity: 'basic' };
  return JSON.stringify(config);
}

interface Used extends Record<ComponentName, { readonly cpuSeconds: number; readonly allocated: number }> {
  readonly collectorCpuSeconds: number;
  readonly spans: number;
}

/** What the processes have used since their start. */
async function used(controlPlane: ControlPlane, collector: RealCollector | undefined): Promise<Used> {
  const metrics = {
    'kube-apiserver': (await controlPlane.ask('/metrics')).text,
    'etcd': await (await fetch(`http://${controlPlane.address}:2379/metrics`)).text(),
  };
  const of = (name: ComponentName) => ({
    cpuSeconds: cpuSeconds(controlPlane.pid(name)),
    allocated: sumOf('go_memstats_alloc_bytes_total', metrics[name])!,
  });
  return {
    'kube-apiserver': of('kube-apiserver'),
    'etcd': of('etcd'),
    'collectorCpuSeconds': collector === undefined ? 0 : cpuSeconds(collector.pid!),
    'spans': await collector?.metric('otelcol_receiver_accepted_spans') ?? 0,
  };
}

/** In the order in which a node that is shut down can afford it. */
async function stops(controlPlane: ControlPlane): Promise<Record<ComponentName, number>> {
  const seconds: Record<ComponentName, number> = { 'kube-apiserver': 0, 'etcd': 0 };
  for (const name of COMPONENTS) {
    const start = performance.now();
    await controlPlane.terminate(name);
    seconds[name] = (performance.now() - start) / 1000;
  }
  return seconds;
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * percent / 100))]!;
}
