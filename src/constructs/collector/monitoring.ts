import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { Fields } from './collector-config';
import { Metadata, withoutSubstitution } from './metadata';
import { METRICS, selectorOf } from './metrics';

export interface AlertOptions {
  readonly metadata: Metadata;
  readonly namespace: string;
  readonly workload: string;
  readonly noSpansSeconds: number;
}

/** Alerts on spans that do not come, and on those that are lost. */
export function prometheusRule(scope: Construct, options: AlertOptions): ApiObject {
  return new ApiObject(scope, 'prometheus-rule', {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    // Its texts hold what Flux would take for variables, and Prometheus for templates.
    metadata: withoutSubstitution(options.metadata),
    spec: { groups: [{ name: `${options.workload}.rules`, rules: rules(options) }] },
  });
}

function rules({ namespace, workload, noSpansSeconds }: AlertOptions): Fields[] {
  const of = selectorOf(namespace, workload);
  const rate = (metric: string, window = '5m') => `sum by (namespace, pod) (rate(${metric}{${of}}[${window}]))`;
  const byExporter = (metric: string) => `sum by (namespace, pod, exporter) (rate(${metric}{${of}}[5m]))`;
  const window = `${noSpansSeconds}s`;
  return [
    rule('ControlPlaneTracingCollectorDown', `absent(${METRICS.uptime}{${of}})`, '10m', 'warning',
      'No collector of control-plane spans is scraped', 'All spans of the control plane are lost while no collector runs.'),
    rule('ControlPlaneTracingNoSpans', noSpans(of, window), '5m', 'warning',
      'The control plane sends no spans',
      `No span was accepted for ${noSpansSeconds / 60} minutes. Compare the endpoint in the control plane's manifests with the collector's Service.`),
    rule('ControlPlaneTracingSpansRefused', `${rate(METRICS.refused)} > 0`, '10m', 'warning',
      'A collector refuses spans', 'Pod {{ $labels.pod }} refuses spans: its memory or its queue is full.'),
    rule('ControlPlaneTracingExportFails', `${byExporter(METRICS.sendFailed)} > 0`, '10m', 'warning',
      'Spans are lost on the way to a backend', 'Exporter {{ $labels.exporter }} of pod {{ $labels.pod }} gives spans up: the backend refuses them or is down.'),
    rule('ControlPlaneTracingQueueFull', `${byExporter(METRICS.enqueueFailed)} > 0`, '5m', 'warning',
      'Spans are lost because a queue is full', 'The queue of exporter {{ $labels.exporter }} of pod {{ $labels.pod }} is full.'),
    rule('ControlPlaneTracingQueueFillsUp',
      `max by (namespace, pod, exporter) (${METRICS.queueSize}{${of}} / ${METRICS.queueCapacity}{${of}}) > 0.8`, '5m', 'warning',
      'A queue fills up', 'The queue of exporter {{ $labels.exporter }} of pod {{ $labels.pod }} is {{ $value | humanizePercentage }} full.'),
  ];
}

/**
 * A collector counts accepted spans from the first one on: before, there is no series to sum. It must have been there when the window began, or else it is
 * only new.
 */
function noSpans(of: string, window: string): string {
  return `(sum(increase(${METRICS.accepted}{${of}}[${window}])) or vector(0)) == 0 and on() count(${METRICS.uptime}{${of}} offset ${window}) > 0`;
}

function rule(alert: string, expr: string, duration: string, severity: string, summary: string, description: string): Fields {
  return { alert, expr, for: duration, labels: { severity }, annotations: { summary, description } };
}
