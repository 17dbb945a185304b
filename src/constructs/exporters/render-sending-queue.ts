import { Duration, Size } from 'cdk8s';
import { QueueSizer, SendingQueueOptions } from './sending-queue-options';
import { checkBytes, checkEnum, checkMillis, checkWhole, refuse } from '../kit/check';

/** Where batches are counted in spans: about 2 MB of ordinary ones of the control plane. */
const DEFAULT_BATCH = 2048;
/** Receivers take 4 MiB by gRPC unless told otherwise, and what is larger is lost. */
const DEFAULT_BATCH_BYTES = Size.mebibytes(3);

/** The queue, retry and timeout of an exporter, as its configuration spells them. The Collector completes the queue. */
export function renderSending(options: SendingQueueOptions): { [key: string]: any } {
  checkQueue(options);
  const initial = checkMillis('retryInitialInterval', options.retryInitialInterval ?? Duration.seconds(1), 1);
  const max = checkMillis('retryMaxInterval', options.retryMaxInterval ?? Duration.seconds(30), 1);
  if (max < initial) refuse('retryMaxInterval', `${max} ms`, `be at least 'retryInitialInterval' (${initial} ms)`);
  const elapsed = checkMillis('retryMaxElapsedTime', options.retryMaxElapsedTime ?? Duration.minutes(5), 0);
  if (elapsed > 0 && elapsed < max) {
    refuse('retryMaxElapsedTime', `${elapsed} ms`, `be at least 'retryMaxInterval' (${max} ms), or no time at all for trying without end`);
  }
  return {
    timeout: goMillis(checkMillis('timeout', options.timeout ?? Duration.seconds(10), 1)),
    retry_on_failure: {
      enabled: true,
      initial_interval: goMillis(initial),
      max_interval: goMillis(max),
      ...(options.retryMaxElapsedTime === undefined ? {} : {
        max_elapsed_time: goMillis(elapsed),
      }),
    },
    sending_queue: {
      sizer: options.queueSizer ?? QueueSizer.ITEMS,
      ...(options.queueSize === undefined ? {} : { queue_size: options.queueSize }),
      num_consumers: options.queueConsumers ?? 10,
      batch: {
        ...batchSize(options),
        flush_timeout: goMillis(checkMillis('batchFlushTimeout', options.batchFlushTimeout ?? Duration.millis(200), 1)),
      },
    },
  };
}

/** What a batch counts, whatever the queue counts, and how much of it. */
function batchSize(options: SendingQueueOptions): { [key: string]: any } {
  const { batchMinSize, batchMaxSize, batchMaxBytes } = options;
  if (batchMinSize === undefined && batchMaxSize === undefined) {
    const bytes = checkBytes('batchMaxBytes', batchMaxBytes ?? DEFAULT_BATCH_BYTES, 65_536, 67_108_864);
    return { sizer: QueueSizer.BYTES, min_size: Math.floor(bytes * 2 / 3), max_size: bytes };
  }
  if (batchMaxBytes !== undefined) {
    throw new Error(`'batchMaxBytes' must be left out where '${batchMinSize === undefined ? 'batchMaxSize' : 'batchMinSize'}' is given: a batch counts bytes or spans`);
  }
  return {
    sizer: QueueSizer.ITEMS,
    min_size: batchMinSize ?? Math.min(DEFAULT_BATCH, batchMaxSize ?? DEFAULT_BATCH, queueItems(options)),
    max_size: batchMaxSize ?? Math.max(DEFAULT_BATCH, batchMinSize ?? 0),
  };
}

/** A duration as the Collector reads it. */
export function goDuration(value: Duration): string {
  return goMillis(value.toMilliseconds());
}

function checkQueue(options: SendingQueueOptions): void {
  const { queueSizer = QueueSizer.ITEMS, queueSize, queueConsumers = 10, batchMinSize, batchMaxSize } = options;
  checkEnum('queueSizer', queueSizer, QueueSizer);
  if (queueSize !== undefined) {
    checkWhole('queueSize', queueSize, 1, Number.MAX_SAFE_INTEGER);
  } else if (queueSizer !== QueueSizer.ITEMS) {
    refuse('queueSize', undefined, `be given where 'queueSizer' is ${queueSizer}`);
  }
  checkWhole('queueConsumers', queueConsumers, 1, 1000);
  if (batchMinSize !== undefined) {
    checkWhole('batchMinSize', batchMinSize, 0, Number.MAX_SAFE_INTEGER);
    if (batchMinSize > queueItems(options)) {
      refuse('batchMinSize', batchMinSize, `be at most 'queueSize' (${queueSize}): the queue would never hold a batch`);
    }
  }
  if (batchMaxSize !== undefined) {
    checkWhole('batchMaxSize', batchMaxSize, 1, Number.MAX_SAFE_INTEGER);
    if (batchMinSize !== undefined && batchMaxSize < batchMinSize) {
      refuse('batchMaxSize', batchMaxSize, `be at least 'batchMinSize' (${batchMinSize})`);
    }
  }
}

/** How many spans the queue holds, as far as that is known here. */
function queueItems(options: SendingQueueOptions): number {
  return (options.queueSizer ?? QueueSizer.ITEMS) === QueueSizer.ITEMS ? options.queueSize ?? Infinity : Infinity;
}

function goMillis(millis: number): string {
  return millis % 1000 === 0 ? `${millis / 1000}s` : `${millis}ms`;
}
