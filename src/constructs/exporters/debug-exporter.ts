import { Construct } from 'constructs';
import { ISpanExporter } from './i-span-exporter';
import { SpanExporterConfig } from './span-exporter-config';
import { checkEnum } from '../kit/check';
import { checkOptions } from '../kit/check-options';

/**
 * Verbosity of the `debug` exporter.
 */
export enum DebugVerbosity {
  /** One line for each batch. */
  BASIC = 'basic',
  /** One line for each span. */
  NORMAL = 'normal',
  /** Every span with all its attributes. */
  DETAILED = 'detailed',
}

/**
 * Options for `SpanExporter.debug`.
 */
export interface DebugExporterOptions {
  /**
   * Detail that is shown of each span.
   *
   * @default DebugVerbosity.DETAILED
   */
  readonly verbosity?: DebugVerbosity;
}

/** @internal */
export class DebugExporter implements ISpanExporter {
  private readonly verbosity: DebugVerbosity;

  constructor(options: DebugExporterOptions) {
    const { verbosity } = checkOptions('options', options, 'DebugExporterOptions');
    this.verbosity = checkEnum('verbosity', verbosity ?? DebugVerbosity.DETAILED, DebugVerbosity);
  }

  public bind(_scope: Construct): SpanExporterConfig {
    return {
      exporterId: 'debug',
      config: {
        verbosity: this.verbosity,
        // Straight to standard output, readable whatever the encoding of the Collector's own log.
        use_internal_logger: false,
        // Nobody who sends spans waits for the log to be written.
        sending_queue: { batch: {} },
      },
    };
  }
}
