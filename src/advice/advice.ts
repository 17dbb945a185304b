import {
  API_SERVER_CPU_SECONDS_PER_1000_TRACED, API_SERVER_SPANS_PER_REQUEST, BYTES_PER_SPAN, COLLECTOR_CPU_SECONDS_PER_MILLION,
  ETCD_CPU_SECONDS_PER_1000_TRACED, ETCD_SPANS_PER_REQUEST,
} from './measured';

/** What a pod of the collector is asked to take at most: where there is more, there are more pods. */
export const SPANS_PER_SECOND_OF_POD = 5_000;
/** The CPU time that so many spans take, in thousandths of a core. */
export const POD_CPU_MILLIS = SPANS_PER_SECOND_OF_POD * COLLECTOR_CPU_SECONDS_PER_MILLION / 1_000;
/** What one span takes in memory in a queue, and the seconds of spans that half of the memory shall hold: a backend that restarts is away so long. */
const SPAN_IN_MEMORY = 1536;
export const SECONDS_IN_QUEUE = 60;
const SMALLEST_LIMIT_MIB = 512;
const SECONDS_PER_DAY = 86_400;

/** What a cluster does, and which share of it is recorded. */
export interface TracedLoad {
  readonly requestsPerSecond: number;
  readonly ratePerMillion: number;
}

/** The same with what each component records. */
export interface RecordedLoad extends TracedLoad {
  /** Whether kube-apiserver traces; `ratePerMillion` is its rate. */
  readonly apiServer: boolean;
  /** Whether etcd traces what the API server does. */
  readonly etcd: boolean;
  /** The rate of etcd itself, for what the API server does not trace. */
  readonly etcdRatePerMillion: number;
}

/** What a rate comes to. */
export interface Advice extends TracedLoad {
  readonly spansPerSecond: number;
  readonly gigabytesPerDay: number;
  /** In thousandths of a core, of all nodes together; undefined until measured. */
  readonly apiServerMillis: number | undefined;
  readonly etcdMillis: number | undefined;
  readonly collectorMillis: number;
  /** Of the collector. */
  readonly replicas: number;
  readonly memoryLimitMiB: number;
  readonly cpuRequestMillis: number;
}

export function spansPerSecond({ requestsPerSecond, ratePerMillion }: TracedLoad): number {
  return requestsPerSecond * ratePerMillion / 1_000_000 * (API_SERVER_SPANS_PER_REQUEST + ETCD_SPANS_PER_REQUEST);
}

/** What the components of all nodes record together. */
export function recordedPerSecond(load: RecordedLoad): { readonly traces: number; readonly spans: number } {
  const byApiServer = load.apiServer ? load.requestsPerSecond * load.ratePerMillion / 1_000_000 : 0;
  const byEtcd = load.etcd ? (load.requestsPerSecond - byApiServer) * load.etcdRatePerMillion / 1_000_000 : 0;
  return {
    traces: byApiServer + byEtcd,
    spans: byApiServer * API_SERVER_SPANS_PER_REQUEST + (byEtcd + (load.etcd ? byApiServer : 0)) * ETCD_SPANS_PER_REQUEST,
  };
}

export function advise(load: TracedLoad): Advice {
  const spans = spansPerSecond(load);
  const replicas = Math.max(1, Math.ceil(spans / SPANS_PER_SECOND_OF_POD));
  const collectorMillis = spans * COLLECTOR_CPU_SECONDS_PER_MILLION / 1_000;
  return {
    ...load,
    spansPerSecond: spans,
    gigabytesPerDay: spans * BYTES_PER_SPAN * SECONDS_PER_DAY / 1e9,
    apiServerMillis: millis(load, API_SERVER_CPU_SECONDS_PER_1000_TRACED),
    etcdMillis: millis(load, ETCD_CPU_SECONDS_PER_1000_TRACED),
    collectorMillis,
    replicas,
    memoryLimitMiB: memoryLimitFor(spans / replicas),
    // A quarter more than it takes, in steps of a tenth of a core.
    cpuRequestMillis: Math.max(100, Math.ceil(collectorMillis / replicas * 1.25 / 100) * 100),
  };
}

/** The seconds of spans that the queues of a pod hold while the backend is away. */
export function secondsInQueue(memoryLimitMiB: number, spans: number): number {
  return memoryLimitMiB * 1024 * 1024 / 2 / SPAN_IN_MEMORY / spans;
}

/** Doubled until the queue is long enough. */
function memoryLimitFor(spans: number): number {
  let limit = SMALLEST_LIMIT_MIB;
  while (secondsInQueue(limit, spans) < SECONDS_IN_QUEUE) limit *= 2;
  return limit;
}

function millis({ requestsPerSecond, ratePerMillion }: TracedLoad, secondsPer1000: number | undefined): number | undefined {
  return secondsPer1000 === undefined ? undefined : requestsPerSecond * ratePerMillion / 1_000_000 * secondsPer1000;
}
