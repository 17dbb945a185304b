/**
 * How an exporter compresses what it sends.
 */
export enum ExporterCompression {
  /** Not at all. */
  NONE = 'none',
  /** What every backend takes. */
  GZIP = 'gzip',
  /** Faster than gzip, and larger. */
  SNAPPY = 'snappy',
  /** Smaller and faster than gzip, where the backend takes it. */
  ZSTD = 'zstd',
}
