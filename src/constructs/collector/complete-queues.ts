import { SpanExporterConfig } from '../span-exporter-config';

/** What a span of the control plane takes in memory, attributes and all: measured, and rounded up. */
const SPAN_BYTES = 2048;
const MEBIBYTE = 1024 * 1024;

/** Fills in the size of queues that have none, so that all of them together take a quarter of the memory. */
export function completeQueues(exporters: readonly SpanExporterConfig[], memoryLimitMiB: number): SpanExporterConfig[] {
  const queues = exporters.filter(({ config }) => hasQueue(config)).length;
  const spans = Math.floor(memoryLimitMiB * MEBIBYTE / 4 / SPAN_BYTES / Math.max(queues, 1));
  return exporters.map(exporter => hasQueue(exporter.config)
    ? { ...exporter, config: { ...exporter.config, sending_queue: completeQueue(exporter.config.sending_queue, spans) } }
    : exporter);
}

function hasQueue(config: SpanExporterConfig['config']): config is { sending_queue: { [key: string]: any } } {
  const queue = config?.sending_queue;
  return typeof queue === 'object' && queue !== null && queue.enabled !== false;
}

function completeQueue(queue: { [key: string]: any }, spans: number): { [key: string]: any } {
  if (queue.queue_size !== undefined || (queue.sizer ?? 'items') !== 'items') {
    return queue;
  }
  const batch = queue.batch === undefined ? {} : {
    batch: { ...queue.batch, min_size: Math.min(queue.batch?.min_size ?? 8192, spans) },
  };
  return { ...queue, sizer: 'items', queue_size: spans, ...batch };
}
