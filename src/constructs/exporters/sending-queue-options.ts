import { Duration, Size } from 'cdk8s';

/**
 * Unit of a queue's size.
 */
export enum QueueSizer {
  /** Spans. */
  ITEMS = 'items',
  /** Bytes, as the spans are encoded. */
  BYTES = 'bytes',
  /** Requests as they came in, whatever they hold. */
  REQUESTS = 'requests',
}

/**
 * Options for an exporter's queue, batches and retries.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector/blob/main/exporter/exporterhelper/README.md
 */
export interface SendingQueueOptions {
  /**
   * Unit of `queueSize`.
   *
   * @default QueueSizer.ITEMS
   */
  readonly queueSizer?: QueueSizer;

  /**
   * Capacity of the queue while the backend is slow or down, in units of `queueSizer`. A full queue refuses spans.
   *
   * @default - with `QueueSizer.ITEMS` as many spans as take half of the Collector's memory limit, a quarter where it samples by the tail, or
   *   three eighths of its volume where the queue is persistent, divided among the exporters; required with another sizer
   */
  readonly queueSize?: number;

  /**
   * Number of batches that are sent at the same time: 1 to 1000.
   *
   * @default 10
   */
  readonly queueConsumers?: number;

  /**
   * Largest batch, in bytes before compression: 64 KiB to 64 MiB. Larger ones are split. A batch is sent at two thirds of it.
   *
   * Receivers refuse requests of more than 4 MiB by gRPC unless they are set to take more, and a batch that is refused is lost.
   *
   * @default - 3 MiB; none where `batchMinSize` or `batchMaxSize` counts spans
   */
  readonly batchMaxBytes?: Size;

  /**
   * Number of spans at which a batch is sent before `batchFlushTimeout`. With it, batches are counted in spans, not in bytes.
   *
   * @default - a batch waits for bytes; where `batchMaxSize` is given for 2048 spans, or for `batchMaxSize` where that is less
   */
  readonly batchMinSize?: number;

  /**
   * Largest number of spans in a batch, at least `batchMinSize`. Larger ones are split. With it, batches are counted in spans, not in bytes.
   *
   * For backends that limit the number of spans. Spans that are large can make such a batch larger than the backend takes.
   *
   * @default - any number; where `batchMinSize` is given 2048 spans, or `batchMinSize` where that is more
   */
  readonly batchMaxSize?: number;

  /**
   * Longest time that a batch waits to grow.
   *
   * @default Duration.millis(200)
   */
  readonly batchFlushTimeout?: Duration;

  /**
   * Time limit of one attempt to send.
   *
   * @default Duration.seconds(10)
   */
  readonly timeout?: Duration;

  /**
   * Wait after the first failed attempt. Each further wait is longer by half.
   *
   * @default Duration.seconds(1)
   */
  readonly retryInitialInterval?: Duration;

  /**
   * Longest wait between two attempts.
   *
   * @default Duration.seconds(30)
   */
  readonly retryMaxInterval?: Duration;

  /**
   * Time after which a batch that cannot be sent is dropped: at least `retryMaxInterval`. Zero means never.
   *
   * @default - 5 minutes; without end where the queue is persistent
   */
  readonly retryMaxElapsedTime?: Duration;
}
