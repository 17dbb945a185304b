import { Duration, Size } from 'cdk8s';

/**
 * What the size of a queue counts.
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
 * How an exporter queues, batches and tries again.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector/blob/main/exporter/exporterhelper/README.md
 */
export interface SendingQueueOptions {
  /**
   * What `queueSize` counts.
   *
   * @default QueueSizer.ITEMS
   */
  readonly queueSizer?: QueueSizer;

  /**
   * How much the queue holds while the backend is slow or down, in units of `queueSizer`. What comes in when it is full is refused.
   *
   * @default - with `QueueSizer.ITEMS` as many spans as take half of the Collector's memory limit, a quarter where it samples by the tail, or
   *   three eighths of its volume where the queue is persistent, divided among the exporters; required with another sizer
   */
  readonly queueSize?: number;

  /**
   * How many batches are sent at the same time: 1 to 1000.
   *
   * @default 10
   */
  readonly queueConsumers?: number;

  /**
   * The largest batch, in bytes before compression: 64 KiB to 64 MiB. Larger ones are split. A batch waits for two thirds of it.
   *
   * Receivers refuse requests of more than 4 MiB by gRPC unless they are set to take more, and a batch that is refused is lost.
   *
   * @default - 3 MiB; none where `batchMinSize` or `batchMaxSize` counts spans
   */
  readonly batchMaxBytes?: Size;

  /**
   * How many spans a batch waits for, for as long as `batchFlushTimeout`. Batches are counted in spans then, not in bytes.
   *
   * @default - a batch waits for bytes; where `batchMaxSize` is given for 2048 spans, or for `batchMaxSize` where that is less
   */
  readonly batchMinSize?: number;

  /**
   * How many spans a batch has at most; larger ones are split. At least `batchMinSize`. Batches are counted in spans then, not in bytes.
   *
   * For backends that limit the number of spans. Spans that are large can make such a batch larger than the backend takes.
   *
   * @default - any number; where `batchMinSize` is given 2048 spans, or `batchMinSize` where that is more
   */
  readonly batchMaxSize?: number;

  /**
   * How long a batch waits until it is large enough.
   *
   * @default Duration.millis(200)
   */
  readonly batchFlushTimeout?: Duration;

  /**
   * How long one attempt to send may take.
   *
   * @default Duration.seconds(10)
   */
  readonly timeout?: Duration;

  /**
   * How long to wait after the first failed attempt. Each further wait is longer by half.
   *
   * @default Duration.seconds(1)
   */
  readonly retryInitialInterval?: Duration;

  /**
   * The longest wait between two attempts.
   *
   * @default Duration.seconds(30)
   */
  readonly retryMaxInterval?: Duration;

  /**
   * For how long a batch is tried before it is dropped: at least `retryMaxInterval`. No time at all means without end.
   *
   * @default - 5 minutes; without end where the queue is persistent
   */
  readonly retryMaxElapsedTime?: Duration;
}
