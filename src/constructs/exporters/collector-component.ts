/**
 * Kind of a component of the OpenTelemetry Collector.
 */
export enum CollectorComponentKind {
  /** Takes telemetry in. */
  RECEIVER = 'receiver',
  /** Changes, drops or samples telemetry. */
  PROCESSOR = 'processor',
  /** Sends telemetry on. */
  EXPORTER = 'exporter',
  /** Serves the others: health checks, storage, authentication. */
  EXTENSION = 'extension',
  /** Joins two pipelines. */
  CONNECTOR = 'connector',
}

/**
 * A component that the Collector's image must have.
 */
export interface CollectorComponent {
  /**
   * Kind of the component.
   */
  readonly kind: CollectorComponentKind;

  /**
   * Type of the component, such as `otlp_grpc`: the part of its id before the slash.
   */
  readonly typeName: string;
}

/**
 * An extension that an exporter needs.
 */
export interface CollectorExtension {
  /**
   * The extension's id: its type, and a name after a slash, such as `sigv4auth/xray`.
   */
  readonly extensionId: string;

  /**
   * The extension's configuration, as the Collector's documentation spells it.
   *
   * @default - the extension's own defaults
   */
  readonly config?: { [key: string]: any };
}
