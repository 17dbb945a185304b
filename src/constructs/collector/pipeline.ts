import { Duration } from 'cdk8s';
import { OwnProcessor } from './check-pipelines';
import { Component, Fields } from './collector-config';
import { ottlString } from './ottl';
import { SpanFilter } from './span-filter';
import { SpanRedaction } from './span-redaction';
import { keepingPolicies, SpanSampling } from './span-sampling';
import { goDuration } from '../exporters/render-sending-queue';
import { refuse } from '../kit/check';

/** What a trace of the control plane takes in memory while it waits for its decision: some twenty spans of two kilobytes. */
export const TRACE_BYTES = 40_960;
const MEBIBYTE = 1024 * 1024;

/** What happens to spans between being taken in and being sent on. */
export interface PipelineOptions {
  readonly clusterName: string | undefined;
  /** An expression for the node's name, where the collector knows it: all its spans come from there. */
  readonly nodeName: string | undefined;
  readonly sampling: SpanSampling | undefined;
  readonly dropTraces: readonly SpanFilter[];
  readonly dropSpans: readonly SpanFilter[];
  readonly redactions: readonly SpanRedaction[];
  readonly memoryLimitMiB: number;
}

/** The processors beside the memory limiter, in their order: first those that leave less to do for the others. */
export function renderPipeline(options: PipelineOptions): Component[] {
  checkWaitingTraces(options.sampling?._tail?.maxTraces ?? 0, options.memoryLimitMiB);
  const { sampling, dropSpans, dropTraces, redactions } = options;
  return [
    ...filteredSpans(dropSpans),
    ...(sampling?._percentage !== undefined ? [component('probabilistic_sampler', {
      sampling_percentage: sampling._percentage,
      // Not by the bits of the trace's id that the components have already decided by: their sample would be all or nothing.
      mode: 'hash_seed',
      hash_seed: 22,
    })] : []),
    ...(wantsWholeTraces(options) ? [component('tail_sampling', tailSampling(options))] : []),
    // The span that shows what a trace is may come long after the others were decided on: that of a watch, when it ends.
    ...(dropTraces.length > 0 ? [component('filter/late', filter(dropTraces))] : []),
    component('transform/identity', { error_mode: 'ignore', trace_statements: identity(options) }),
    ...(redactions.length > 0 ? [component('transform/redaction', {
      // What cannot be redacted is not sent.
      error_mode: 'propagate',
      trace_statements: redactionStatements(redactions),
    })] : []),
  ];
}

/** The props that ask for a processor, and its id. */
export function ownProcessors({ sampling, dropSpans, dropTraces, redactions }: Pick<PipelineOptions, 'sampling' | 'dropSpans' | 'dropTraces' | 'redactions'>): OwnProcessor[] {
  return [
    ...(dropSpans.length > 0 ? [['dropSpans', 'filter'] as const] : []),
    ...(sampling === undefined ? [] : [['sampling', sampling._tail === undefined ? 'probabilistic_sampler' : 'tail_sampling'] as const]),
    ...(dropTraces.length > 0 ? [['dropTraces', 'tail_sampling'] as const] : []),
    ...(redactions.length > 0 ? [['redactions', 'transform/redaction'] as const] : []),
  ];
}

/** Drops single spans. */
export function filteredSpans(dropSpans: readonly SpanFilter[]): Component[] {
  return dropSpans.length > 0 ? [component('filter', filter(dropSpans))] : [];
}

/** What traces that wait for their decision take in memory at most. */
export function waitingBytes(processors: readonly Component[]): number {
  const traces: number = processors.find(([id]) => id === 'tail_sampling')?.[1].num_traces ?? 0;
  return traces * TRACE_BYTES;
}

/** The Collector looks at spans or at events, for one list of statements. */
function redactionStatements(redactions: readonly SpanRedaction[]): (string | Fields)[] {
  const ofSpans = redactions.flatMap(({ _statements }) => _statements);
  const ofEvents = redactions.flatMap(({ _eventStatements }) => _eventStatements);
  return ofEvents.length === 0 ? ofSpans : [{ context: 'span', statements: ofSpans }, { context: 'spanevent', statements: ofEvents }];
}

function filter(filters: readonly SpanFilter[]): Fields {
  return { error_mode: 'ignore', trace_conditions: filters.flatMap(({ _conditions }) => _conditions) };
}

/** Which node and which cluster a span is of, where the component does not say it itself. */
function identity({ clusterName, nodeName }: PipelineOptions): string[] {
  return [
    nodeName === undefined
      // The patch gives every etcd the name of its node.
      ? 'set(resource.attributes["k8s.node.name"], resource.attributes["service.instance.id"]) where resource.attributes["service.name"] == "etcd" and resource.attributes["k8s.node.name"] == nil'
      : `set(resource.attributes["k8s.node.name"], "${nodeName}")`,
    ...(clusterName === undefined ? [] : [`set(resource.attributes["k8s.cluster.name"], ${ottlString(clusterName)})`]),
  ];
}

function tailSampling({ sampling, dropTraces, memoryLimitMiB }: PipelineOptions): Fields {
  const tail = sampling?._tail;
  const traces = tail?.maxTraces ?? Math.floor(memoryLimitMiB * MEBIBYTE / 4 / TRACE_BYTES);
  return {
    decision_wait: goDuration(tail?.decisionWait ?? Duration.seconds(10)),
    num_traces: traces,
    // Spans that come after the decision follow it: those of watches come an hour later.
    decision_cache: { sampled_cache_size: 10 * traces, non_sampled_cache_size: 10 * traces },
    policies: [
      ...(dropTraces.length > 0 ? [noise(dropTraces)] : []),
      ...(tail === undefined ? [{ name: 'everything', type: 'always_sample' }] : keepingPolicies(tail)),
    ],
  };
}

function noise(dropTraces: readonly SpanFilter[]): Fields {
  const condition = { error_mode: 'ignore', span: dropTraces.flatMap(({ _conditions }) => _conditions) };
  return {
    name: 'noise',
    type: 'drop',
    drop: { drop_sub_policy: [{ name: 'noise', type: 'ottl_condition', ottl_condition: condition }] },
  };
}

export function wantsWholeTraces({ sampling, dropTraces }: Pick<PipelineOptions, 'sampling' | 'dropTraces'>): boolean {
  return sampling?._tail !== undefined || dropTraces.length > 0;
}

/** Refuses more traces than half of the memory can hold while they wait for their decision. */
export function checkWaitingTraces(traces: number, memoryLimitMiB: number): void {
  const mebibytes = Math.ceil(traces * TRACE_BYTES / MEBIBYTE);
  if (mebibytes > memoryLimitMiB / 2) {
    refuse('maxTraces', traces, `be smaller, or 'memoryLimit' (${memoryLimitMiB} MiB) larger: `
      + `so many traces take about ${mebibytes} MiB, and may take half of the limit; a processor tail_sampling of your own says it by num_traces, and waits for 50000 otherwise`);
  }
}

function component(id: string, config: Fields): Component {
  return [id, config];
}
