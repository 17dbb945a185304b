/** A load, or `each` requests of each kind one after the other. */
export interface Order {
  readonly seconds?: number;
  readonly perSecond?: number;
  readonly each?: number;
}

export interface Outcome {
  /** One for each request that was answered. */
  readonly milliseconds: number[];
  readonly failed: number;
}
