import { Fields } from './collector-config';
import { metricsPanel, PROMETHEUS, PromQl } from './dashboard-document';

/** The API servers of the cluster, by the job of Prometheus that scrapes them. */
const JOB = 'job=~"$job"';
/** Watches last as long as somebody watches, and connections as long as somebody is connected. */
const REQUESTS = `${JOB},verb!~"WATCH|WATCHLIST|CONNECT"`;

/** Lists jobs that scrape an API server. */
export const JOB_VARIABLE = {
  name: 'job',
  label: 'API servers',
  type: 'query',
  datasource: PROMETHEUS,
  query: { query: 'label_values(apiserver_request_total, job)', refId: 'job' },
  includeAll: true,
  allValue: '.*',
  current: { text: 'All', value: '$__all' },
  multi: true,
  refresh: 2,
};

const EXEMPLARS = 'The dots are single requests that were traced: each leads to its trace, from Kubernetes 1.33 on, where Prometheus takes exemplars.';

/**
 * Panels over what kube-apiserver counts itself: every request, whatever share is sampled and wherever the traces are.
 *
 * @see https://kubernetes.io/docs/reference/instrumentation/metrics/
 */
export function requestPanels(): Fields[] {
  return [
    withExemplars('Slowest requests by verb and resource, 99th percentile', 's', [
      [slowest('apiserver_request_duration_seconds', REQUESTS, 'verb, resource, subresource'), '{{verb}} {{resource}} {{subresource}}'],
    ]),
    metricsPanel('Time spent on requests by verb and resource, in seconds per second', [
      [most(secondsOf('apiserver_request_duration_seconds', REQUESTS, 'verb, resource')), '{{verb}} {{resource}}'],
    ], 'short'),
    metricsPanel('Requests by verb and resource', [
      [most(`sum by (verb, resource) (rate(apiserver_request_total{${JOB}}[5m]))`), '{{verb}} {{resource}}'],
    ], 'reqps'),
    metricsPanel('Requests that failed (4xx and 5xx) by status code', [
      [most(`sum by (code, verb, resource) (rate(apiserver_request_total{${JOB},code=~"[45].."}[5m]))`), '{{code}} {{verb}} {{resource}}'],
    ], 'reqps'),
    withExemplars('Admission webhooks by name, 99th percentile', 's', [
      [slowest('apiserver_admission_webhook_admission_duration_seconds', JOB, 'name, operation'), '{{name}} {{operation}}'],
    ]),
    metricsPanel('Time spent in admission webhooks by name, in seconds per second', [
      [most(secondsOf('apiserver_admission_webhook_admission_duration_seconds', JOB, 'name')), '{{name}}'],
    ], 'short'),
    metricsPanel('Wait in the queues of API Priority and Fairness by priority level, 99th percentile', [
      [slowest('apiserver_flowcontrol_request_wait_duration_seconds', JOB, 'priority_level'), '{{priority_level}}'],
    ], 's'),
    withExemplars('Filters that requests pass through, 99th percentile', 's', [
      [slowest('apiserver_request_filter_duration_seconds', JOB, 'filter'), '{{filter}}'],
    ]),
    metricsPanel('Time in etcd by operation and type, 99th percentile', [
      [slowest('etcd_request_duration_seconds', JOB, 'operation, type'), '{{operation}} {{type}}'],
    ], 's'),
    metricsPanel('Calls of etcd by operation', [
      [eitherWay(`sum by (operation) (rate(etcd_request_duration_seconds_count{${JOB}}[5m]))`,
        `histogram_count(sum by (operation) (rate(etcd_request_duration_seconds{${JOB}}[5m])))`), '{{operation}}'],
    ], 'ops'),
  ];
}

function slowest(histogram: string, selector: string, labels: string): string {
  return `topk(10, ${eitherWay(
    `histogram_quantile(0.99, sum by (le, ${labels}) (rate(${histogram}_bucket{${selector}}[5m])))`,
    `histogram_quantile(0.99, sum by (${labels}) (rate(${histogram}{${selector}}[5m])))`)})`;
}

function secondsOf(histogram: string, selector: string, labels: string): string {
  return eitherWay(
    `sum by (${labels}) (rate(${histogram}_sum{${selector}}[5m]))`,
    `histogram_sum(sum by (${labels}) (rate(${histogram}{${selector}}[5m])))`);
}

/**
 * By buckets that are series of their own, or from native histograms, which newer API servers offer: a Prometheus that takes those
 * need not have the others.
 */
function eitherWay(classic: string, native: string): string {
  return `(${classic} or ${native})`;
}

function most(rates: string): string {
  return `topk(10, ${rates} > 0)`;
}

function withExemplars(title: string, unit: string, queries: readonly PromQl[]): Fields {
  const { targets, ...rest } = metricsPanel(title, queries, unit);
  return { ...rest, description: EXEMPLARS, targets: (targets as readonly Fields[]).map(target => ({ ...target, exemplar: true })) };
}
