import { Construct } from 'constructs';
import { DebugExporter, DebugExporterOptions } from './exporters/debug-exporter';
import { OtlpGrpcExporter, OtlpHttpExporter } from './exporters/otlp-exporter';
import { OtlpGrpcExporterOptions, OtlpHttpExporterOptions } from './exporters/otlp-exporter-options';
import { SpanExporterConfig } from './span-exporter-config';

/**
 * Somewhere a Collector sends spans. Implement it to bring an exporter of your own.
 */
export interface ISpanExporter {
  /**
   * Says what the exporter needs of the Collector. Called once for each Collector that it is given to.
   *
   * @param scope the Collector, for exporters that make objects of their own
   */
  bind(scope: Construct): SpanExporterConfig;
}

/**
 * The exporters that come with this library.
 */
export class SpanExporter {
  /**
   * Shows the spans in the Collector's log. For looking around, not for production.
   *
   * @throws when an option is not what its documentation allows
   */
  public static debug(options: DebugExporterOptions = {}): ISpanExporter {
    return new DebugExporter(options);
  }

  /**
   * Sends OTLP over gRPC to any backend that takes it.
   *
   * @param name tells several exporters of a Collector apart: lower-case letters, digits and "-"
   * @throws when an option is not what its documentation allows, or a secret is written literally
   */
  public static otlpGrpc(name: string, options: OtlpGrpcExporterOptions): ISpanExporter {
    return new OtlpGrpcExporter(name, options);
  }

  /**
   * Sends OTLP over HTTP, encoded as protobuf, to any backend that takes it.
   *
   * @param name tells several exporters of a Collector apart: lower-case letters, digits and "-"
   * @throws when an option is not what its documentation allows, or a secret is written literally
   */
  public static otlpHttp(name: string, options: OtlpHttpExporterOptions): ISpanExporter {
    return new OtlpHttpExporter(name, options);
  }

  private constructor() {}
}
