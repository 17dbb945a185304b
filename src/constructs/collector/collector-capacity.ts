import { ResolvedPod } from './check-props';
import { DEFAULT_TRACES } from './check-sampling';
import { Fields } from './collector-config';
import { toMillis } from './go-duration';
import { TRACE_BYTES } from './pipeline';

type PodSize = Pick<ResolvedPod, 'cpuRequestMillis' | 'memoryLimitMiB'>;

/** What a pod has room for, and what it keeps, by its configuration as it is rendered. */
export interface CollectorCapacity extends PodSize {
  /** What the smallest queue holds; undefined where none counts spans. */
  readonly queuedSpans: number | undefined;
  /** The share of traces that is kept by their ids: 0 to 1. */
  readonly keptShare: number;
  /** The traces that can wait for their end, where some do. */
  readonly tail: { readonly traces: number; readonly traceBytes: number; readonly waitSeconds: number; readonly keptShare: number } | undefined;
}

/** What `tail_sampling` waits for where it is not told. */
const DEFAULT_WAIT_MS = 30_000;

export function capacityOf(config: Fields, { cpuRequestMillis, memoryLimitMiB }: PodSize): CollectorCapacity {
  const pipelines = Object.values<Fields>(config.service.pipelines);
  const processors = [...new Set(pipelines.flatMap(({ processors: ids = [] }) => ids as string[]))];
  const ofType = (type: string) => processors.filter(id => id.split('/')[0] === type).map(id => (config.processors[id] ?? {}) as Fields);
  const queues = Object.values<Fields | null>(config.exporters)
    .map(exporter => exporter?.sending_queue as Fields | undefined)
    .filter(queue => queue?.sizer === 'items' && queue.enabled !== false)
    .map(queue => Number(queue!.queue_size));
  const [tail] = ofType('tail_sampling');
  return {
    cpuRequestMillis,
    memoryLimitMiB,
    queuedSpans: queues.length === 0 ? undefined : Math.min(...queues),
    keptShare: ofType('probabilistic_sampler').reduce((share, { sampling_percentage: percentage = 0 }) => share * Number(percentage) / 100, 1),
    tail: tail && {
      traces: Number(tail.num_traces ?? DEFAULT_TRACES),
      traceBytes: TRACE_BYTES,
      waitSeconds: (toMillis(tail.decision_wait) ?? DEFAULT_WAIT_MS) / 1000,
      keptShare: restOf(tail),
    },
  };
}

/** The share of traces that are neither slow nor failed, nor dropped on purpose. */
function restOf({ policies = [] }: Fields): number {
  return (policies as Fields[]).reduce((share, policy) => Math.max(share, keptBy(policy)), 0);
}

function keptBy({ type, probabilistic }: Fields): number {
  return type === 'always_sample' ? 1 : type === 'probabilistic' ? Number(probabilistic?.sampling_percentage ?? 0) / 100 : 0;
}
