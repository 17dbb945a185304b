import { OtlpGrpcExporterOptions } from './otlp-exporter-options';
import { SecretRef } from './secret-ref';
import { SendingQueueOptions } from './sending-queue-options';

/**
 * Options for `SpanExporter.tempo`.
 */
export interface TempoExporterOptions extends OtlpGrpcExporterOptions {
  /**
   * Tenant of a multi-tenant Tempo.
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
   * OTLP endpoint of the stack, such as `https://otlp-gateway-prod-eu-west-2.grafana.net/otlp`.
   */
  readonly endpoint: string;

  /**
   * Instance id of the stack: digits.
   */
  readonly instanceId: string;

  /**
   * An access policy token with the scope `traces:write`.
   */
  readonly token: SecretRef;
}

/**
 * Honeycomb's regions.
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
   * Region of the team's data.
   *
   * @default HoneycombRegion.US
   */
  readonly region?: HoneycombRegion;

  /**
   * Data set. Only classic environments need it.
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
 * New Relic's regions.
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
   * Region of the account's data.
   *
   * @default NewRelicRegion.US
   */
  readonly region?: NewRelicRegion;
}
