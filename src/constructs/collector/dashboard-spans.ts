import { Fields } from './collector-config';
import { metricsPanel, panel, TEMPO } from './dashboard-document';
import { METRICS, selectorOf } from './metrics';

const REQUESTS = 'resource.service.name = "apiserver" && kind = server';
/** A watch's span has the name of a list and lasts as long as the watch. A client can spell `true` in several ways. */
const NO_WATCHES = 'span.http.target !~ ".*[?&]watch=(1|[tT]).*"';
const ETCD_CALLS = 'resource.service.name = "etcd" && kind = server && name !~ ".*(Watch/Watch|LeaseKeepAlive|Snapshot)"';
const TRACEQL_METRICS = 'Needs TraceQL metrics: on in Tempo 3.0, and in older releases with the metrics-generator\'s processor local-blocks.';
const RATE = 'Of sampled requests: multiply by 1,000,000 / samplingRatePerMillion. After tail sampling it counts what was kept.';
const PERCENTILE = 'Of sampled requests. After tail sampling it is the percentile of what was kept, and so too high.';

/** Whose metrics are shown. */
export interface DashboardSource {
  readonly namespace: string;
  readonly workload: string;
  /** The workload of the second stage, where there are two. */
  readonly sampler: string | undefined;
}

/** Panels over the spans, by queries of Tempo, and over the collector's own metrics, by Prometheus. */
export function spanPanels({ namespace, workload, sampler }: DashboardSource): Fields[] {
  const ofFirst = selectorOf(namespace, workload);
  const of = sampler === undefined ? ofFirst : selectorOf(namespace, workload, sampler);
  return [
    traces('Sampled requests by verb and resource', RATE, 'reqps', `{ ${REQUESTS} } | rate() by (name)`),
    traces('Latency of requests by verb and resource without watches, 99th percentile', PERCENTILE, 's',
      `{ ${REQUESTS} && ${NO_WATCHES} } | quantile_over_time(duration, .99) by (name)`),
    // The status of a span is an error from 500 on only. Before Kubernetes 1.37 the attribute may have its older name.
    traces('Sampled requests that failed (4xx and 5xx) by status code', RATE, 'reqps',
      ...['span.http.response.status_code', 'span.http.status_code'].map(code => `{ ${REQUESTS} && ${code} >= 400 } | rate() by (name, ${code})`)),
    traces('Time in etcd by call, 99th percentile', PERCENTILE, 's', `{ ${ETCD_CALLS} } | quantile_over_time(duration, .99) by (name)`),
    traces('Time in etcd by node, 99th percentile', PERCENTILE, 's',
      `{ ${ETCD_CALLS} } | quantile_over_time(duration, .99) by (resource.k8s.node.name)`),
    // Spans of webhooks all have one name: the attribute tells them apart.
    traces('Admission webhooks by name, 99th percentile', PERCENTILE, 's',
      '{ name =~ "Call (mutating|validating) webhook.*" } | quantile_over_time(duration, .99) by (span.webhook)'),
    metricsPanel('Spans taken in, refused and sent', [
      [`sum(rate(${METRICS.accepted}{${ofFirst}}[5m]))`, 'taken in'],
      [`sum(rate(${METRICS.refused}{${of}}[5m]))`, 'refused'],
      [`sum by (exporter) (rate(${METRICS.sent}{${of}}[5m]))`, 'sent to {{exporter}}'],
      [`sum by (exporter) (rate(${METRICS.sendFailed}{${of}}[5m]))`, 'lost to {{exporter}}'],
    ], 'ops'),
    metricsPanel('Queues', [[`max by (exporter, pod) (${METRICS.queueSize}{${of}} / ${METRICS.queueCapacity}{${of}})`, '{{exporter}} {{pod}}']], 'percentunit'),
    metricsPanel('Memory of the collector', [[`max by (pod) (${METRICS.memory}{${of}})`, '{{pod}}']], 'bytes'),
    metricsPanel('CPU of the collector', [[`sum by (pod) (rate(${METRICS.cpu}{${of}}[5m]))`, '{{pod}}']], 'short'),
  ];
}

function traces(title: string, description: string, unit: string, ...queries: readonly string[]): Fields {
  return { ...panel(title, unit, TEMPO, queries.map(query => ({ datasource: TEMPO, queryType: 'traceql', query, filters: [] }))), description: `${description} ${TRACEQL_METRICS}` };
}
