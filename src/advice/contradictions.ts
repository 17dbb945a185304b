import { POD_CPU_MILLIS, recordedPerSecond, RecordedLoad, SECONDS_IN_QUEUE, SPANS_PER_SECOND_OF_POD } from './advice';

/** Where nobody says how many requests there are: those of a small cluster, of 50 nodes. */
export const REQUESTS_OF_SMALL_CLUSTER = 100;
const SECONDS_PER_DAY = 86_400;
const MEBIBYTE = 1024 * 1024;

/** Pods of one kind that take spans, and what they have room for. */
export interface Takers {
  /** How messages call a prop of theirs, by its own name. */
  readonly prop: (name: string) => string;
  /** How many share the spans; undefined where an autoscaler decides. */
  readonly pods: number | undefined;
  /** The prop that sets how many, where one does. */
  readonly podsProp: string | undefined;
  readonly cpuRequestMillis: number;
  readonly memoryLimitMiB: number;
  /** What the smallest queue of a pod holds; undefined where no queue counts spans. */
  readonly queuedSpans: number | undefined;
  /** The share that is kept by the trace's id: 0 to 1. */
  readonly keptShare: number;
  /** What waits for the end of its trace, where something does. */
  readonly tail: WaitingTraces | undefined;
}

export interface WaitingTraces {
  /** How many can wait at the same time. */
  readonly traces: number;
  /** What each of them takes of the memory. */
  readonly traceBytes: number;
  readonly waitSeconds: number;
  /** The least share of them that is kept: 0 to 1. */
  readonly keptShare: number;
}

/** What is declared of a control plane. Without `requestsPerSecond`, only what contradicts itself in any cluster but the smallest is told. */
export interface DeclaredLoad extends Omit<RecordedLoad, 'requestsPerSecond'> {
  readonly requestsPerSecond: number | undefined;
}

/** What of rate, limits and sampling cannot go together by the measured figures: a sentence for each, in the words of the props. */
export function contradictions(declared: DeclaredLoad, takers: readonly Takers[]): string[] {
  const load = { ...declared, requestsPerSecond: declared.requestsPerSecond ?? REQUESTS_OF_SMALL_CLUSTER };
  const { traces, spans } = recordedPerSecond(load);
  return takers.flatMap(taker => {
    if (traces === 0) return nothingBegun(taker);
    const { pods } = taker;
    if (pods === undefined) return nothingKept(traces, taker);
    const ofPod = spans / pods;
    return [
      ...nothingKept(traces, taker),
      ...waitingTraces(traces / pods, taker, declared.requestsPerSecond),
      ...(declared.requestsPerSecond === undefined ? [] : [...tooManySpans(ofPod, taker, declared.requestsPerSecond), ...shortQueue(ofPod, taker)]),
    ];
  });
}

/** With a rate of 0, only what a caller asks for is traced, and its spans are what the caller waits for. */
function nothingBegun({ prop, keptShare, tail }: Takers): string[] {
  const dropped = 1 - keptShare * (tail?.keptShare ?? 1);
  if (dropped === 0) return [];
  return ["'samplingRatePerMillion' (0) begins no trace, so that only the traces come whose callers ask for them, and "
    + `${prop('sampling')} drops ${number(dropped * 100)} % of those: leave it out, or raise the rate`];
}

function nothingKept(traces: number, { prop, keptShare }: Takers): string[] {
  const perDay = traces * keptShare * SECONDS_PER_DAY;
  return perDay >= 1 ? [] : [`'samplingRatePerMillion' and ${prop('sampling')} leave ${number(perDay)} traces a day: raise one of them`];
}

function waitingTraces(perSecond: number, taker: Takers, declared: number | undefined): string[] {
  const { prop, tail, pods, podsProp, memoryLimitMiB } = taker;
  if (tail === undefined || perSecond * tail.waitSeconds <= tail.traces) return [];
  const waiting = Math.ceil(perSecond * tail.waitSeconds);
  // Traces that wait take a quarter of the memory, unless somebody asks for more.
  const memory = Math.ceil(waiting * tail.traceBytes * 4 / MEBIBYTE / 128) * 128;
  const room = memory > memoryLimitMiB ? `${prop('memoryLimit')} (${memoryLimitMiB} MiB) to ${memory} MiB` : `'maxTraces' to ${waiting}`;
  const requests = declared === undefined ? `the ${REQUESTS_OF_SMALL_CLUSTER} requests per second of a small cluster make` : makes(declared);
  return [`${prop('sampling')} can hold ${count(tail.traces)} traces in each pod, and ${requests} ${count(waiting)} `
    + `in the ${tail.waitSeconds} s that it waits: the oldest would be decided on early, without their last spans. Raise ${room}`
    + `${podsProp === undefined ? '' : ` or ${prop(podsProp)} (${pods})`}, or lower 'samplingRatePerMillion'`
    + `${declared === undefined ? "; if your cluster makes fewer requests, say how many with 'requestsPerSecond'" : ''}`];
}

function tooManySpans(perPod: number, taker: Takers, declared: number): string[] {
  const { prop, podsProp, pods, cpuRequestMillis } = taker;
  const takes = SPANS_PER_SECOND_OF_POD / POD_CPU_MILLIS * cpuRequestMillis;
  if (perPod <= takes) return [];
  const more = podsProp === undefined ? '' : ` or ${prop(podsProp)} (${pods}) to ${Math.ceil(perPod * pods! / takes)}`;
  return [`${makes(declared)} ${count(perPod)} spans per second for each pod, and ${prop('cpuRequestMillis')} (${cpuRequestMillis}) is enough for ${count(takes)}: `
    + `raise it to ${Math.ceil(cpuRequestMillis * perPod / takes / 100) * 100}${more}, or lower 'samplingRatePerMillion'`];
}

function shortQueue(perPod: number, { prop, keptShare, tail, queuedSpans, memoryLimitMiB, podsProp, pods }: Takers): string[] {
  const kept = perPod * keptShare * (tail?.keptShare ?? 1);
  if (queuedSpans === undefined || kept === 0 || queuedSpans / kept >= SECONDS_IN_QUEUE) return [];
  return [`the queue of each pod (${count(queuedSpans)} spans) is full after ${number(queuedSpans / kept)} s without the backend, with ${count(kept)} spans per second: `
    + `raise ${prop('memoryLimit')} (${memoryLimitMiB} MiB)${podsProp === undefined ? '' : `, ${prop(podsProp)} (${pods}) or ${prop('queueVolumeSize')}`}, `
    + "or lower 'samplingRatePerMillion'"];
}

function makes(requestsPerSecond: number): string {
  return `'requestsPerSecond' (${requestsPerSecond.toLocaleString('en-US')}) makes`;
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function number(value: number): string {
  return Number(value.toPrecision(2)).toLocaleString('en-US', { maximumFractionDigits: 6 });
}
