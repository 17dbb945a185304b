import { OtlpGrpcExporterOptions } from './otlp-exporter-options';
import { SecretRef } from './secret-ref';
import { SendingQueueOptions } from './sending-queue-options';

/**
 * Options for `SpanExporter.tempo`.
 */
export interface TempoExporterOptions extends OtlpGrpcExporterOptions {
  /**
   * The tenant that the spans belong to, where Tempo has several.
   *
   * @default - none
   */
  readonly tenant?: string;
}

/**
 * Options for `SpanExporter.grafanaCloud`.
 */
export interface GrafanaCloudExporterOptions extends SendingQueueOptions {
  /**
   * The stack's OTLP endpoint, such as `https://otlp-gateway-prod-eu-west-2.grafana.net/otlp`.
   */
  readonly endpoint: string;

  /**
   * The stack's instance id: digits.
   */
  readonly instanceId: string;

  /**
   * An access policy token with the scope `traces:write`.
   */
  readonly token: SecretRef;
}

/**
 * Where Honeycomb keeps a team's data.
 */
export enum HoneycombRegion {
  /** In the United States. */
  US = 'us',
  /** In the European Union. */
  EU = 'eu',
}

/**
 * Options for `SpanExporter.honeycomb`.
 */
export interface HoneycombExporterOptions extends SendingQueueOptions {
  /**
   * An ingest key.
   */
  readonly apiKey: SecretRef;

  /**
   * Where the team's data is kept.
   *
   * @default HoneycombRegion.US
   */
  readonly region?: HoneycombRegion;

  /**
   * The data set, which only environments of the classic kind ask for.
   *
   * @default - the names of the services: "apiserver" and "etcd"
   */
  readonly dataset?: string;
}

/**
 * Options for `SpanExporter.dynatrace`.
 */
export interface DynatraceExporterOptions extends SendingQueueOptions {
  /**
   * The environment's URL, such as `https://abc12345.live.dynatrace.com`, or `https://activegate:9999/e/abc12345` for an ActiveGate.
   */
  readonly environmentUrl: string;

  /**
   * An API token with the scope `openTelemetryTrace.ingest`.
   */
  readonly apiToken: SecretRef;
}

/**
 * Where New Relic keeps an account's data.
 */
export enum NewRelicRegion {
  /** In the United States. */
  US = 'us',
  /** In the European Union. */
  EU = 'eu',
}

/**
 * Options for `SpanExporter.newRelic`.
 */
export interface NewRelicExporterOptions extends SendingQueueOptions {
  /**
   * An ingest licence key.
   */
  readonly licenseKey: SecretRef;

  /**
   * Where the account's data is kept.
   *
   * @default NewRelicRegion.US
   */
  readonly region?: NewRelicRegion;
}
