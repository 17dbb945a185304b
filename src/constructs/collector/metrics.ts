/**
 * What the Collector calls its own metrics, as the configuration asks for them: without suffixes for types and units.
 *
 * @see https://opentelemetry.io/docs/collector/internal-telemetry/
 */
export const METRICS = {
  accepted: 'otelcol_receiver_accepted_spans',
  refused: 'otelcol_receiver_refused_spans',
  sent: 'otelcol_exporter_sent_spans',
  sendFailed: 'otelcol_exporter_send_failed_spans',
  enqueueFailed: 'otelcol_exporter_enqueue_failed_spans',
  queueSize: 'otelcol_exporter_queue_size',
  queueCapacity: 'otelcol_exporter_queue_capacity',
  memory: 'otelcol_process_memory_rss',
  cpu: 'otelcol_process_cpu_seconds',
  uptime: 'otelcol_process_uptime',
} as const;

/** Finds the metrics of a collector's workloads, whoever scrapes them: a scrape of pods always writes these two labels. */
export function selectorOf(namespace: string, ...workloads: readonly string[]): string {
  const either = workloads.length === 1 ? workloads[0] : `(${workloads.join('|')})`;
  return `namespace="${namespace}",pod=~"${either}-.+"`;
}
