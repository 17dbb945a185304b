import { DebugExporter, DebugExporterOptions } from './debug-exporter';
import { FileExporter, FileExporterOptions } from './file-exporter';
import { ISpanExporter } from './i-span-exporter';
import { OtlpGrpcExporter, OtlpHttpExporter } from './otlp-exporter';
import { OtlpGrpcExporterOptions, OtlpHttpExporterOptions } from './otlp-exporter-options';
import {
  DynatraceExporterOptions, GrafanaCloudExporterOptions, HoneycombExporterOptions, NewRelicExporterOptions, TempoExporterOptions,
} from './preset-options';
import { dynatrace, grafanaCloud, honeycomb, newRelic, tempo } from './presets';
import { StdoutExporter } from './stdout-exporter';
import { checkOptions } from '../kit/check-options';

/**
 * The exporters that come with this library.
 */
export class SpanExporter {
  /**
   * Writes OTLP as JSON to the Collector's standard output, one line for each batch, so that `kubectl logs` has the spans. The `report` and `trace`
   * commands of this package read them there. For looking around: kubelet keeps 50 MiB of a log by default.
   *
   * @see https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/
   */
  public static stdout(): ISpanExporter {
    return new StdoutExporter();
  }

  /**
   * Shows the spans in the Collector's log, written for people. For looking around, not for production.
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
    return new OtlpGrpcExporter(name, checkOptions('options', options, 'OtlpGrpcExporterOptions'));
  }

  /**
   * Sends OTLP over HTTP, encoded as protobuf, to any backend that takes it.
   *
   * @param name tells several exporters of a Collector apart: lower-case letters, digits and "-"
   * @throws when an option is not what its documentation allows, or a secret is written literally
   */
  public static otlpHttp(name: string, options: OtlpHttpExporterOptions): ISpanExporter {
    return new OtlpHttpExporter(name, checkOptions('options', options, 'OtlpHttpExporterOptions'));
  }

  /**
   * Writes OTLP as JSON into files, one line for each batch.
   *
   * @param name tells several exporters of a Collector apart: lower-case letters, digits and "-"
   * @throws when an option is not what its documentation allows
   */
  public static file(name: string, options: FileExporterOptions = {}): ISpanExporter {
    return new FileExporter(name, options);
  }

  /**
   * Sends to Jaeger, which takes OTLP over gRPC on port 4317.
   *
   * @param name tells several exporters of a Collector apart: lower-case letters, digits and "-"
   * @see https://www.jaegertracing.io/docs/latest/architecture/apis/
   * @throws when an option is not what its documentation allows, or a secret is written literally
   */
  public static jaeger(name: string, options: OtlpGrpcExporterOptions): ISpanExporter {
    return new OtlpGrpcExporter(name, checkOptions('options', options, 'OtlpGrpcExporterOptions'));
  }

  /**
   * Sends to Grafana Tempo, which takes OTLP over gRPC on port 4317 of its distributor.
   *
   * @param name tells several exporters of a Collector apart: lower-case letters, digits and "-"
   * @see https://grafana.com/docs/tempo/latest/api_docs/
   * @throws when an option is not what its documentation allows, or a secret is written literally
   */
  public static tempo(name: string, options: TempoExporterOptions): ISpanExporter {
    return tempo(name, options);
  }

  /**
   * Sends to Grafana Cloud, by OTLP over HTTP.
   *
   * @param name tells several exporters of a Collector apart: lower-case letters, digits and "-"
   * @see https://grafana.com/docs/grafana-cloud/send-data/otlp/send-data-otlp/
   * @throws when an option is not what its documentation allows
   */
  public static grafanaCloud(name: string, options: GrafanaCloudExporterOptions): ISpanExporter {
    return grafanaCloud(name, options);
  }

  /**
   * Sends to Honeycomb, by OTLP over gRPC.
   *
   * @param name tells several exporters of a Collector apart: lower-case letters, digits and "-"
   * @see https://docs.honeycomb.io/send-data/opentelemetry/
   * @throws when an option is not what its documentation allows
   */
  public static honeycomb(name: string, options: HoneycombExporterOptions): ISpanExporter {
    return honeycomb(name, options);
  }

  /**
   * Sends to Dynatrace, by OTLP over HTTP.
   *
   * @param name tells several exporters of a Collector apart: lower-case letters, digits and "-"
   * @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/otlp-api
   * @throws when an option is not what its documentation allows
   */
  public static dynatrace(name: string, options: DynatraceExporterOptions): ISpanExporter {
    return dynatrace(name, options);
  }

  /**
   * Sends to New Relic, by OTLP over HTTP.
   *
   * @param name tells several exporters of a Collector apart: lower-case letters, digits and "-"
   * @see https://docs.newrelic.com/docs/opentelemetry/best-practices/opentelemetry-otlp/
   * @throws when an option is not what its documentation allows
   */
  public static newRelic(name: string, options: NewRelicExporterOptions): ISpanExporter {
    return newRelic(name, options);
  }

  private constructor() {}
}
