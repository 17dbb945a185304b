import { Fields } from './collector-config';
import { checkWaitingTraces, TRACE_BYTES } from './pipeline';
import { refuse } from '../kit/check';

/** What `tail_sampling` holds where it is not told. */
export const DEFAULT_TRACES = 50_000;
const WHOLE_TRACES = /^(tail_sampling|groupbytrace)(\/|$)/;

export interface SamplingContext {
  readonly replicas: number | undefined;
  /** Whether all spans of a trace reach one pod, however many there are. */
  readonly byTrace: boolean;
  readonly space: { readonly memoryLimitMiB: number };
}

/**
 * Refuses processors that wait for whole traces where a trace comes to several pods, or where there is no memory for those that wait.
 *
 * @returns the memory that waiting traces take at most
 */
export function checkSampling(config: Fields, { replicas, byTrace, space }: SamplingContext): number {
  const used = new Set(Object.values<Fields>(config.service.pipelines).flatMap(({ processors = [] }) => processors as string[]));
  const waiting = [...used].filter(id => WHOLE_TRACES.test(id));
  if (waiting.length > 0 && replicas !== 1 && !byTrace) {
    const [prop, value, rule] = replicas === undefined ? ['autoscaled', true, 'be left out'] as const : ['replicas', replicas, 'be 1'] as const;
    refuse(prop, value, `${rule} with the processor ${waiting[0]}: all spans of a trace must reach the same pod, which 'sampling' by SpanSampling.tail or 'dropTraces' sees to`);
  }
  const traces = waiting.filter(id => id.startsWith('tail_sampling')).map(id => tracesOf(id, config.processors[id]));
  const all = traces.reduce((sum, number) => sum + number, 0);
  checkWaitingTraces(all, space.memoryLimitMiB);
  return all * TRACE_BYTES;
}

function tracesOf(id: string, processor: Fields | null): number {
  const traces: unknown = processor?.num_traces ?? DEFAULT_TRACES;
  return typeof traces === 'number' && Number.isInteger(traces) && traces > 0
    ? traces
    : refuse('configOverrides', `processors.${id}.num_traces: ${String(traces)}`, 'be a whole number from 1 on');
}
