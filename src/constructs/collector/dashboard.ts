import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { Fields } from './collector-config';
import { Metadata, withoutSubstitution } from './metadata';
import { METRICS, selectorOf } from './metrics';

export interface DashboardOptions {
  readonly metadata: Metadata;
  readonly name: string;
  readonly namespace: string;
  readonly workload: string;
  /** The workload of the second stage, where there are two. */
  readonly sampler: string | undefined;
}

const TEMPO = { type: 'tempo', uid: '${tempo}' };
const PROMETHEUS = { type: 'prometheus', uid: '${prometheus}' };
const REQUESTS = 'resource.service.name = "apiserver" && kind = server';
/** A watch's span has the name of a list and lasts as long as the watch. A client can spell `true` in several ways. */
const NO_WATCHES = 'span.http.target !~ ".*[?&]watch=(1|[tT]).*"';
const ETCD_CALLS = 'resource.service.name = "etcd" && kind = server && name !~ ".*(Watch/Watch|LeaseKeepAlive|Snapshot)"';
const TRACEQL_METRICS = 'Needs TraceQL metrics: on in Tempo 3.0, and in older releases with the metrics-generator\'s processor local-blocks.';
const RATE = 'Of sampled requests: multiply by 1,000,000 / samplingRatePerMillion. After tail sampling it counts what was kept.';
const PERCENTILE = 'Of sampled requests. After tail sampling it is the percentile of what was kept, and so too high.';

/** A dashboard over the spans, by queries of Tempo, and over the collector's own metrics, by Prometheus. */
export function dashboard(scope: Construct, { metadata, name, namespace, workload, sampler }: DashboardOptions): ApiObject {
  const ofFirst = selectorOf(namespace, workload);
  const of = sampler === undefined ? ofFirst : selectorOf(namespace, workload, sampler);
  const panels = [
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
    metrics('Spans taken in, refused and sent', [
      [`sum(rate(${METRICS.accepted}{${ofFirst}}[5m]))`, 'taken in'],
      [`sum(rate(${METRICS.refused}{${of}}[5m]))`, 'refused'],
      [`sum by (exporter) (rate(${METRICS.sent}{${of}}[5m]))`, 'sent to {{exporter}}'],
      [`sum by (exporter) (rate(${METRICS.sendFailed}{${of}}[5m]))`, 'lost to {{exporter}}'],
    ], 'ops'),
    metrics('Queues', [[`max by (exporter, pod) (${METRICS.queueSize}{${of}} / ${METRICS.queueCapacity}{${of}})`, '{{exporter}} {{pod}}']], 'percentunit'),
    metrics('Memory of the collector', [[`max by (pod) (${METRICS.memory}{${of}})`, '{{pod}}']], 'bytes'),
    metrics('CPU of the collector', [[`sum by (pod) (rate(${METRICS.cpu}{${of}}[5m]))`, '{{pod}}']], 'short'),
  ];
  return new ApiObject(scope, 'dashboard', k8s.KubeConfigMap.manifest({
    metadata: withoutSubstitution({ ...metadata, labels: { grafana_dashboard: '1', ...metadata.labels } }),
    data: { [`${name}.json`]: `${JSON.stringify(document(name, panels), undefined, 2)}\n` },
  }));
}

function document(name: string, panels: readonly Fields[]): Fields {
  return {
    uid: name,
    title: `Control-plane tracing (${name})`,
    tags: ['kubernetes', 'control-plane', 'tracing'],
    schemaVersion: 39,
    time: { from: 'now-1h', to: 'now' },
    refresh: '1m',
    templating: {
      list: [
        { name: 'tempo', label: 'Traces', type: 'datasource', query: 'tempo' },
        { name: 'prometheus', label: 'Metrics', type: 'datasource', query: 'prometheus' },
      ],
    },
    panels: panels.map((one, index) => ({ id: index + 1, gridPos: { x: (index % 2) * 12, y: Math.floor(index / 2) * 8, w: 12, h: 8 }, ...one })),
  };
}

function traces(title: string, description: string, unit: string, ...queries: readonly string[]): Fields {
  const targets = queries.map((query, index) => ({ refId: refId(index), datasource: TEMPO, queryType: 'traceql', query }));
  return { ...panel(title, unit, TEMPO, targets), description: `${description} ${TRACEQL_METRICS}` };
}

function metrics(title: string, queries: readonly (readonly [expr: string, legend: string])[], unit: string): Fields {
  return panel(title, unit, PROMETHEUS, queries.map(([expr, legendFormat], index) => ({
    refId: refId(index), datasource: PROMETHEUS, expr, legendFormat,
  })));
}

function panel(title: string, unit: string, datasource: Fields, targets: readonly Fields[]): Fields {
  return { type: 'timeseries', title, datasource, fieldConfig: { defaults: { unit }, overrides: [] }, targets };
}

function refId(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}
