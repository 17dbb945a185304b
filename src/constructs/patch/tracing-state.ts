/**
 * What the control plane shall be: tracing, or as it was before.
 */
export enum TracingState {
  /** The components send their spans to the collector. */
  ENABLED = 'enabled',

  /**
   * Everything that was added to the components' manifests is taken out again, and nothing else.
   *
   * Apply this and wait for its Job before the stack itself is deleted.
   */
  DISABLED = 'disabled',
}
