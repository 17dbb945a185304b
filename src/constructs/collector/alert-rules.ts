import { METRICS, selectorOf } from './metrics';
import { AlertRule, alertRule } from '../kit/prometheus-rule';

export interface CollectorAlertOptions {
  readonly namespace: string;
  readonly workload: string;
  /** The workload of the second stage, where there are two. */
  readonly sampler: string | undefined;
  /** Number of pods of each; undefined where an autoscaler decides it. */
  readonly replicas: number | undefined;
  readonly noSpansSeconds: number;
}

export interface AgentAlertOptions {
  readonly namespace: string;
  readonly workload: string;
  /** Number of control-plane nodes, where it is known. */
  readonly nodes: number | undefined;
}

/** Alerts on a collector that is down, on spans that do not come, and on spans that are lost. */
export function collectorRules({ namespace, workload, sampler, replicas, noSpansSeconds }: CollectorAlertOptions): AlertRule[] {
  const of = selectorOf(namespace, workload);
  const ofSampler = sampler === undefined ? [] : [selectorOf(namespace, sampler)];
  const ofAll = sampler === undefined ? of : selectorOf(namespace, workload, sampler);
  return [
    alertRule(namespace, {
      alert: 'ControlPlaneTracingCollectorDown',
      expr: `absent(${METRICS.uptime}{${of}})`,
      for: '10m',
      summary: 'No collector of control-plane spans is scraped',
      description: 'All spans of the control plane are lost while no collector runs.',
    }),
    ...ofSampler.map(selector => alertRule(namespace, {
      alert: 'ControlPlaneTracingSamplerDown',
      expr: `absent(${METRICS.uptime}{${selector}})`,
      for: '5m',
      summary: 'No pod of the collector\'s second stage is scraped',
      description: 'The first stage keeps spans for five minutes, or until its queue is full. Then they are lost.',
    })),
    alertRule(namespace, {
      alert: 'ControlPlaneTracingReplicaDown',
      expr: anyOf([downPods(ofAll), ...[of, ...ofSampler].map(selector => fewerThan(replicas, selector))]),
      for: '5m',
      summary: 'A replica of the collector is down',
      description: `{{ with $labels.pod }}Pod {{ . }} cannot be scraped.{{ else }}Fewer pods of ${sampler === undefined ? workload : `${workload} or ${sampler}`} are scraped than there should be.{{ end }}`,
    }),
    alertRule(namespace, {
      alert: 'ControlPlaneTracingNoSpans',
      expr: noSpans(of, `${noSpansSeconds}s`),
      for: '5m',
      summary: 'The control plane sends no spans',
      description: `No span was accepted for ${noSpansSeconds / 60} minutes. `
        + "Compare the endpoint in the control plane's manifests with the collector's Service.",
    }),
    ...lossRules(namespace, ofAll),
  ];
}

/** Alerts on an agent that is down on any of its nodes, and on spans that are lost there. */
export function agentRules({ namespace, workload, nodes }: AgentAlertOptions): AlertRule[] {
  const of = selectorOf(namespace, workload);
  return [
    alertRule(namespace, {
      alert: 'ControlPlaneTracingAgentDown',
      expr: anyOf([
        downPods(of),
        fewerThan(nodes, of),
        `max by (namespace) (kube_daemonset_status_number_unavailable{namespace="${namespace}",daemonset="${workload}"}) > 0`,
        `absent(${METRICS.uptime}{${of}})`,
      ]),
      for: '5m',
      summary: 'The agent is down on a control-plane node',
      description: '{{ with $labels.pod }}Pod {{ . }} cannot be scraped.{{ else }}An agent is missing.{{ end }} '
        + 'The spans of its node are lost.',
    }),
    ...lossRules(namespace, of),
  ];
}

/** Losses are counted over a window, with no time to wait: a burst of a few minutes counts as much as a trickle. */
function lossRules(namespace: string, of: string): AlertRule[] {
  return [
    alertRule(namespace, {
      alert: 'ControlPlaneTracingSpansRefused',
      expr: `sum by (namespace, pod) (${growth(METRICS.refused, of)}) > 0`,
      for: '0m',
      summary: 'A collector refuses spans',
      description: 'Pod {{ $labels.pod }} refused {{ $value | humanize }} spans in 15 minutes: its memory or its queue is full.',
    }),
    alertRule(namespace, {
      alert: 'ControlPlaneTracingExportFails',
      expr: `sum by (namespace, pod, exporter) (${growth(METRICS.sendFailed, of)}) > 0`,
      for: '0m',
      summary: 'Spans are lost on the way to a backend',
      description: 'Exporter {{ $labels.exporter }} of pod {{ $labels.pod }} gave up {{ $value | humanize }} spans in 15 minutes: '
        + 'the backend refuses them or is down.',
    }),
    alertRule(namespace, {
      alert: 'ControlPlaneTracingQueueFull',
      expr: `sum by (namespace, pod, exporter) (${growth(METRICS.enqueueFailed, of)}) > 0`,
      for: '0m',
      summary: 'Spans are lost because a queue is full',
      description: 'The queue of exporter {{ $labels.exporter }} of pod {{ $labels.pod }} had no room for {{ $value | humanize }} spans in 15 minutes.',
    }),
    alertRule(namespace, {
      alert: 'ControlPlaneTracingQueueFillsUp',
      expr: `max by (namespace, pod, exporter) (${METRICS.queueSize}{${of}} / ${METRICS.queueCapacity}{${of}}) > 0.8`,
      for: '5m',
      summary: 'A queue fills up',
      description: 'The queue of exporter {{ $labels.exporter }} of pod {{ $labels.pod }} is {{ $value | humanizePercentage }} full.',
    }),
  ];
}

/**
 * Pods that could not be scraped for most of the last five minutes. The average also finds a pod that crashes again and again, and is up for
 * a moment in between.
 */
function downPods(of: string): string {
  return `max by (namespace, pod) (avg_over_time(up{${of}}[5m])) < 0.5`;
}

/** A pod that does not exist has no series that could be 0. */
function fewerThan(pods: number | undefined, of: string): string | undefined {
  return pods === undefined || pods < 2 ? undefined : `count by (namespace) (${METRICS.uptime}{${of}}) < ${pods}`;
}

/** The first condition that holds in a namespace: it says most about the cause. */
function anyOf(conditions: readonly (string | undefined)[]): string {
  return conditions.filter(condition => condition !== undefined).map(condition => `(${condition})`).join(' or on (namespace) ');
}

/** A collector shows a counter of losses from the first loss on, which `increase` alone does not count: it knows of no 0 before it. */
function growth(metric: string, of: string): string {
  return `(${metric}{${of}} unless ${metric}{${of}} offset 15m) or increase(${metric}{${of}}[15m])`;
}

/**
 * A collector counts accepted spans from the first one on: before, there is no series to sum. It must have been there when the window began, or else it is
 * only new.
 */
function noSpans(of: string, window: string): string {
  return `(sum(increase(${METRICS.accepted}{${of}}[${window}])) or vector(0)) == 0 and on() count(${METRICS.uptime}{${of}} offset ${window}) > 0`;
}
