import { Component } from './collector-config';
import { SpanExporterConfig } from '../exporters/span-exporter-config';
import { refuse } from '../kit/check';

/** What a span of the control plane takes in memory, attributes and all: measured. Where they are larger, the memory limiter refuses first. */
const SPAN_BYTES = 1536;
/** What it takes on disk. */
const STORED_SPAN_BYTES = 1024;
/** Encoded, a span takes about a third of what it takes in memory. */
const DECODED = 3;
const MEBIBYTE = 1024 * 1024;

export const QUEUE_STORAGE = 'file_storage/queue';
export const QUEUE_DIRECTORY = '/var/lib/otelcol/queue';

export interface QueueSpace {
  readonly memoryLimitMiB: number;
  /** The size of the volume, where queues are persistent. */
  readonly volumeMiB: number | undefined;
  /** What traces that wait for their decision take of the memory. */
  readonly waitingBytes: number;
}

/**
 * Fills in what exporters leave to the Collector: the size of their queues, so that all of them together take half of the memory, a quarter
 * beside tail sampling, or three eighths of the volume; and the storage of persistent ones.
 */
export function completeQueues(exporters: readonly SpanExporterConfig[], space: QueueSpace): SpanExporterConfig[] {
  const spans = openQueueSize(exporters.flatMap(({ config }) => hasQueue(config) ? [config.sending_queue] : []), space);
  return exporters.map(exporter => hasQueue(exporter.config)
    ? { ...exporter, config: completeExporter(exporter.config, spans, space) }
    : exporter);
}

/** The storage of persistent queues. */
export function queueStorage(volumeMiB: number): Component {
  return [QUEUE_STORAGE, {
    directory: QUEUE_DIRECTORY,
    timeout: '10s',
    // What is left is room for compaction, which copies.
    max_size: storedBytes(volumeMiB),
    compaction: {
      on_start: true,
      on_rebound: true,
      directory: QUEUE_DIRECTORY,
      cleanup_on_start: true,
      rebound_needed_threshold_mib: 32,
      rebound_trigger_threshold_mib: 8,
    },
  }];
}

/** Refuses queues for which there is no room. */
export function checkQueues(exporters: Exporters, { memoryLimitMiB, volumeMiB, waitingBytes }: QueueSpace): void {
  const queues = Object.entries(exporters).flatMap(([exporterId, config]) => hasQueue(config) ? [{ exporterId, queue: config.sending_queue }] : []);
  queues.forEach(({ exporterId, queue }) => checkSize(exporterId, queue));
  const room = roomOf({ memoryLimitMiB, volumeMiB });
  const sizes = queues.map(({ queue }) => queue.queue_size).join(' + ');
  const needed = queues.map(({ queue }) => queueBytes(queue, volumeMiB !== undefined)).reduce((sum, bytes) => sum + bytes, 0);
  if (needed > room) {
    const prop = volumeMiB === undefined ? `'memoryLimit' (${memoryLimitMiB} MiB)` : `'queueVolumeSize' (${volumeMiB} MiB)`;
    refuse('queueSize', sizes, `be smaller, or ${prop} larger: `
      + `full queues take about ${Math.ceil(needed / MEBIBYTE)} MiB, and may take ${Math.floor(room / MEBIBYTE)} MiB`);
  }
  // Each may take half of the memory, and both together less than at what the memory limiter refuses.
  const shared = memoryLimitMiB * MEBIBYTE * 0.75;
  if (volumeMiB === undefined && needed + waitingBytes > shared) {
    refuse('queueSize', sizes, `be smaller, or 'maxTraces' smaller, or 'memoryLimit' (${memoryLimitMiB} MiB) larger: full queues and the traces that wait take about `
      + `${Math.ceil((needed + waitingBytes) / MEBIBYTE)} MiB together, and may take ${Math.floor(shared / MEBIBYTE)} MiB`);
  }
}

type Queue = { [key: string]: any };
/** Configurations by the exporters' ids. */
type Exporters = { readonly [exporterId: string]: SpanExporterConfig['config'] | null };

function checkSize(exporterId: string, { queue_size: size }: Queue): void {
  if (size !== undefined && (!Number.isInteger(size) || size < 1)) {
    refuse('queueSize', `exporters.${exporterId}.sending_queue.queue_size: ${String(size)}`, 'be a whole number from 1 on');
  }
}

/** An equal share, or what is left by those that say how large they are. */
function openQueueSize(queues: readonly Queue[], space: QueueSpace): number {
  const stored = space.volumeMiB !== undefined;
  const open = queues.filter(isOpen).length;
  const taken = queues.filter(queue => !isOpen(queue)).reduce((sum, queue) => sum + queueBytes(queue, stored), 0);
  const used = stored ? 0.75 : space.waitingBytes > 0 ? 0.5 : 1;
  const bytes = Math.min(roomOf(space) * used / Math.max(queues.length, 1), (roomOf(space) - taken) / Math.max(open, 1));
  return Math.max(1, Math.floor(bytes / (stored ? STORED_SPAN_BYTES : SPAN_BYTES)));
}

/** What all queues together may take when they are full. */
function roomOf({ memoryLimitMiB, volumeMiB }: Pick<QueueSpace, 'memoryLimitMiB' | 'volumeMiB'>): number {
  return volumeMiB === undefined ? memoryLimitMiB * MEBIBYTE / 2 : storedBytes(volumeMiB);
}

function isOpen(queue: Queue): boolean {
  return queue.queue_size === undefined && (queue.sizer ?? 'items') === 'items';
}

function hasQueue(config: SpanExporterConfig['config'] | null): config is { sending_queue: Queue; retry_on_failure?: Queue } {
  const queue = config?.sending_queue;
  return typeof queue === 'object' && queue !== null && queue.enabled !== false;
}

function completeExporter(config: { sending_queue: Queue; retry_on_failure?: Queue }, spans: number, { volumeMiB }: QueueSpace): Queue {
  const retry = config.retry_on_failure;
  return {
    ...config,
    // On disk a batch can wait for as long as it takes.
    ...(volumeMiB !== undefined && retry !== undefined ? { retry_on_failure: { max_elapsed_time: '0s', ...retry } } : {}),
    sending_queue: {
      ...completeQueue(config.sending_queue, spans),
      ...(volumeMiB === undefined ? {} : { storage: config.sending_queue.storage ?? QUEUE_STORAGE }),
    },
  };
}

function completeQueue(queue: Queue, spans: number): Queue {
  if (!isOpen(queue)) return queue;
  // The queue must be able to hold a batch, where both count spans.
  const batch = queue.batch === undefined || (queue.batch?.sizer ?? 'items') !== 'items' ? {} : {
    batch: { ...queue.batch, min_size: Math.min(queue.batch?.min_size ?? 8192, spans) },
  };
  return { ...queue, sizer: 'items', queue_size: spans, ...batch };
}

/** What a queue takes when it is full; a request holds 64 spans on average, and 512 at most. */
function queueBytes(queue: Queue, stored: boolean): number {
  const size = Number(queue.queue_size ?? 1000);
  const span = stored ? STORED_SPAN_BYTES : SPAN_BYTES;
  switch (queue.sizer ?? 'requests') {
    case 'items': return size * span;
    case 'bytes': return stored ? size : size * DECODED;
    default: return queue.queue_size === undefined ? 0 : size * 64 * span;
  }
}

function storedBytes(volumeMiB: number): number {
  return Math.floor(volumeMiB / 2) * MEBIBYTE;
}
