/**
 * What tracing costs, as plain figures: every sentence and every warning about rates, spans, volumes and sizes is calculated from these.
 *
 * `npx projen bench:overhead` measures those of the components, `npx projen bench` those of the Collector. Whoever measures again writes the
 * figures here.
 */

/** Where the figures of the components come from, as a phrase that follows "figures: ". */
export const MEASURED_ON = 'kube-apiserver 1.37.2 and etcd 3.7.3 on two processors, docs/explanation/cost.md';

/** Spans of kube-apiserver for one request that it traces, without those of etcd. */
export const API_SERVER_SPANS_PER_REQUEST = 10.3;

/** Spans of etcd for one request that kube-apiserver traces: the mean over reads that the cache answers, and writes. */
export const ETCD_SPANS_PER_REQUEST = 2;

/** Bytes of one span as OTLP encodes it, before compression, with its share of resource and scope. */
export const BYTES_PER_SPAN = 300;

/** CPU seconds that kube-apiserver spends more for 1,000 requests, all of them traced; undefined until measured. */
export const API_SERVER_CPU_SECONDS_PER_1000_TRACED: number | undefined = 0.2;

/** CPU seconds that etcd spends more for 1,000 requests of the API server, all of them traced; undefined until measured. */
export const ETCD_CPU_SECONDS_PER_1000_TRACED: number | undefined = 0.07;

/** Memory that kube-apiserver takes more with every request traced, in MiB; undefined until measured. */
export const API_SERVER_MEMORY_MIB: number | undefined = 10;

/** CPU seconds of the Collector per million spans, with its defaults. Of two stages, each takes about as much: docs/explanation/scale.md. */
export const COLLECTOR_CPU_SECONDS_PER_MILLION = 20;
