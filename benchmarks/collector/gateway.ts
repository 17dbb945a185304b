import * as fs from 'node:fs';
import * as path from 'node:path';
import { configurationOf, Contestant, MEMORY_LIMIT_MIB } from './contestants';
import { MemoryGroup } from './memory-group';
import { cpuSeconds, peakMemoryMiB } from './process-figures';
import { RealCollector, sumOf, until } from '../../test/integration/collector/real-collector';

/** A Collector under measurement, with as much memory as its pod would have. */
export class Gateway {
  private readonly collector: RealCollector;
  private readonly group: MemoryGroup | undefined;

  constructor(binary: string, public readonly contestant: Contestant, root: string, backend: string) {
    fs.mkdirSync(root, { recursive: true });
    this.group = MemoryGroup.make(`collector-benchmark-${process.pid}-${path.basename(root)}`, MEMORY_LIMIT_MIB);
    this.collector = new RealCollector({
      binary: this.group?.wrap(binary, path.join(root, 'limited')) ?? binary,
      root,
      config: configurationOf(contestant, backend),
      env: { GOMEMLIMIT: `${Math.floor(MEMORY_LIMIT_MIB * 0.8)}MiB` },
    });
  }

  public get endpoint(): string {
    return `${this.collector.address}:4317`;
  }

  /** undefined once the kernel has ended it. */
  public get cpuSeconds(): number | undefined {
    return this.collector.pid === undefined ? undefined : cpuSeconds(this.collector.pid);
  }

  public get peakMemoryMiB(): number {
    return this.collector.pid === undefined ? MEMORY_LIMIT_MIB : peakMemoryMiB(this.collector.pid);
  }

  public async accepted(): Promise<number> {
    return this.count('otelcol_receiver_accepted_spans');
  }

  public async sent(): Promise<number> {
    return this.count('otelcol_exporter_sent_spans');
  }

  /** What it gave up, because the backend refused it for good or for too long. */
  public async givenUp(): Promise<number> {
    return this.count('otelcol_exporter_send_failed_spans');
  }

  public async start(): Promise<this> {
    await this.collector.start();
    return this;
  }

  public async stop(): Promise<void> {
    await this.collector.stop();
    this.group?.remove();
  }

  /** Nothing has been counted where there is no such metric among others. */
  private async count(metric: string): Promise<number> {
    let metrics: string | undefined;
    await until(async () => {
      metrics = await this.collector.metrics();
      return metrics !== undefined || this.collector.pid === undefined;
    }, `${this.contestant} shows its metrics`);
    return sumOf(metric, metrics ?? '') ?? 0;
  }
}
