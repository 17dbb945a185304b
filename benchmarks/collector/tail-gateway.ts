import * as fs from 'node:fs';
import * as path from 'node:path';
import { Duration, Size, Testing } from 'cdk8s';
import { CpuGroup } from './cpu-group';
import { cpuSeconds } from './process-figures';
import { Collector, SpanExporter, SpanSampling } from '../../src';
import { withHosts } from '../../test/integration/collector/hosts';
import { RealCollector } from '../../test/integration/collector/real-collector';
import { Scratch } from '../../test/integration/collector/scratch-directory';

const SAMPLING = SpanSampling.tail({ restPercentage: 10, decisionWait: Duration.seconds(6) });
const NAMESPACE = 'tracing';
const OWN_COMPRESSION = 'compression: snappy';

export interface TailGatewayOptions {
  readonly collector: string;
  readonly balancer: string;
  readonly backend: string;
  /** 1 is one stage; more are two stages of so many pods each. */
  readonly pods: number;
  /** Of a core, for each pod; undefined for as much as there is. */
  readonly cores: number | undefined;
  /** Between two stages; undefined for the library's own. */
  readonly compression?: string;
}

/** A Collector that samples by the tail, as one process or as two stages of several. */
export class TailGateway {
  /** Those that spans are sent to. */
  private first: RealCollector[] = [];
  private second: RealCollector[] = [];

  constructor(private readonly options: TailGatewayOptions, private readonly scratch: Scratch) {}

  public get endpoints(): string[] {
    return this.first.map(({ address }) => `${address}:4317`);
  }

  /** Of all processes. */
  public get cpuSeconds(): number {
    return [...this.first, ...this.second].reduce((sum, { pid }) => sum + cpuSeconds(pid!), 0);
  }

  public async accepted(): Promise<number> {
    return acceptedBy(this.first);
  }

  /** Spans that came to where they are decided on. */
  public async sampled(): Promise<number> {
    return acceptedBy(this.second.length > 0 ? this.second : this.first);
  }

  public async start(): Promise<this> {
    const { pods, backend, collector, balancer } = this.options;
    const construct = new Collector(Testing.chart(), 'gateway', {
      namespace: NAMESPACE,
      replicas: pods,
      sampling: SAMPLING,
      memoryLimit: Size.gibibytes(1),
      exporters: [SpanExporter.otlpGrpc('backend', { endpoint: backend, insecure: true })],
    });
    const ids = [...Array(pods).keys()];
    const configOf = ({ data }: { data?: any }) => data['config.yaml'] as string;
    if (pods === 1) {
      this.first = [await this.pod('only', collector, configOf(construct.configMap.toJson()))];
      return this;
    }
    const sampler = configOf(construct.samplerConfigMap!.toJson());
    for (const id of ids) this.second.push(await this.pod(`sampler-${id}`, collector, sampler));
    const hosts = path.join(this.scratch.directory, 'hosts');
    fs.writeFileSync(hosts, this.second.map(({ address }) => `${address} ${construct.samplerService!.name}.${NAMESPACE}.svc\n`).join(''));
    const named = withHosts(balancer, hosts, path.join(this.scratch.directory, 'with-hosts'));
    const balancing = configOf(construct.configMap.toJson());
    if (!balancing.includes(OWN_COMPRESSION)) throw new Error(`the first stage does not say ${OWN_COMPRESSION}`);
    const { compression } = this.options;
    const first = compression === undefined ? balancing : balancing.replace(OWN_COMPRESSION, `compression: ${compression}`);
    for (const id of ids) this.first.push(await this.pod(`first-${id}`, named, first));
    return this;
  }

  private async pod(name: string, binary: string, config: string): Promise<RealCollector> {
    const root = this.scratch.below(name);
    const { cores } = this.options;
    const group = cores === undefined ? undefined : CpuGroup.make(`two-stages-${process.pid}-${path.basename(this.scratch.directory)}-${name}`, cores);
    if (group !== undefined) this.scratch.ending(async () => group.remove());
    const pod = new RealCollector({
      binary: group?.wrap(binary, path.join(root, 'limited')) ?? binary,
      root,
      // There may be no container here, of whose memory a percentage could be taken.
      config: config.replace('limit_percentage: 80', 'limit_mib: 819').replace('spike_limit_percentage: 20', 'spike_limit_mib: 205'),
      env: { GOMEMLIMIT: '819MiB', ...cores === undefined ? {} : { GOMAXPROCS: '1' } },
    });
    this.scratch.ending(() => pod.stop());
    return pod.start();
  }
}

async function acceptedBy(pods: readonly RealCollector[]): Promise<number> {
  const counts = await Promise.all(pods.map(pod => pod.metric('otelcol_receiver_accepted_spans')));
  return counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
}
