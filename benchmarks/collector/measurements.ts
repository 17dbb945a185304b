import * as path from 'node:path';
import { Contestant } from './contestants';
import { Gateway } from './gateway';
import { generate, Load } from './generator';
import { Backend, distinct } from '../../test/integration/collector/backend';
import { RealCollector, until } from '../../test/integration/collector/real-collector';
import { Scratch } from '../../test/integration/collector/scratch-directory';

export interface Binaries {
  readonly collector: string;
  readonly telemetrygen: string;
}

export interface LoadFigures {
  readonly spansPerSecond: number;
  readonly cpuSecondsPerMillion: number;
  readonly peakMemoryMiB: number;
  /** Of those that it accepted. */
  readonly lost: number;
}

/** As much as goes through, to a backend that forgets it. */
export async function underLoad(binaries: Binaries, contestant: Contestant, load: Load): Promise<LoadFigures> {
  return scratched(async scratch => {
    const backend = new RealCollector({ binary: binaries.collector, root: scratch.below('backend'), config: FORGETTING });
    scratch.ending(() => backend.stop());
    await backend.start();
    const gateway = await startGateway(scratch, binaries, contestant, `${backend.address}:4317`);
    const before = gateway.cpuSeconds!;
    await generate(binaries.telemetrygen, gateway.endpoint, load);
    const accepted = await gateway.accepted();
    await until(async () => await gateway.sent() + await gateway.givenUp() >= accepted, `${contestant} has sent or lost what it accepted`, 120);
    return {
      spansPerSecond: accepted / load.seconds,
      cpuSecondsPerMillion: (gateway.cpuSeconds! - before) / accepted * 1e6,
      peakMemoryMiB: gateway.peakMemoryMiB,
      lost: await gateway.givenUp(),
    };
  });
}

export interface Stall {
  readonly load: Load;
  readonly after: number;
  readonly seconds: number;
}

export interface StallFigures {
  readonly made: number;
  readonly accepted: number;
  readonly lost: number;
  readonly twice: number;
  readonly peakMemoryMiB: number;
  /** Whether the kernel ended it for want of memory. */
  readonly killed: boolean;
}

/** A backend that stops answering for a while, and then goes on. */
export async function whileStalled(binaries: Binaries, contestant: Contestant, { load, after, seconds }: Stall): Promise<StallFigures> {
  return scratched(async scratch => {
    const backend = await new Backend({ binary: binaries.collector, root: scratch.below('backend') }).start();
    scratch.ending(() => backend.stop());
    const gateway = await startGateway(scratch, binaries, contestant, backend.endpoint);
    const generated = generate(binaries.telemetrygen, gateway.endpoint, load);
    await sleep(after);
    const { pid } = backend.collector;
    process.kill(pid!, 'SIGSTOP');
    await sleep(seconds);
    process.kill(pid!, 'SIGCONT');
    const made = await generated;
    // What an attempt failed to send waits 30 s at most for the next one.
    for (let count = -1, still = 0; still < 35 && gateway.cpuSeconds !== undefined; still++) {
      const accepted = await gateway.accepted();
      if (await gateway.sent() + await gateway.givenUp() >= accepted) break;
      if (count !== (count = await gateway.sent())) still = 0;
      await sleep(1);
    }
    await backend.settled();
    const spans = backend.spans();
    const arrived = distinct(spans).size;
    return {
      made,
      accepted: await gateway.accepted(),
      lost: made - arrived,
      twice: spans.length - arrived,
      peakMemoryMiB: gateway.peakMemoryMiB,
      killed: gateway.cpuSeconds === undefined,
    };
  });
}

async function startGateway(scratch: Scratch, { collector }: Binaries, contestant: Contestant, backend: string): Promise<Gateway> {
  const gateway = new Gateway(collector, contestant, path.join(scratch.directory, contestant), backend);
  scratch.ending(() => gateway.stop());
  return gateway.start();
}

async function scratched<T>(use: (scratch: Scratch) => Promise<T>): Promise<T> {
  const scratch = new Scratch();
  try {
    return await use(scratch);
  } finally {
    await scratch.clear();
  }
}

async function sleep(seconds: number): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, seconds * 1000));
}

export const FORGETTING = JSON.stringify({
  receivers: { otlp: { protocols: { grpc: { endpoint: '${env:POD_IP}:4317' } } } },
  exporters: { debug: { verbosity: 'basic', sampling_initial: 1, sampling_thereafter: 1_000_000 } },
  extensions: { health_check: { endpoint: '${env:POD_IP}:13133' } },
  service: {
    extensions: ['health_check'],
    pipelines: { traces: { receivers: ['otlp'], exporters: ['debug'] } },
    telemetry: { metrics: { level: 'none' } },
  },
});
