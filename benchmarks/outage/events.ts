export interface Event {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly what: string;
  readonly event: string;
  readonly pod: string | undefined;
}

/** What the observer of a node has printed. */
export function parseEvents(text: string): Event[] {
  return text.trim().split('\n').map(line => {
    const [at, what, event, pod] = line.split(' ') as [string, string, string, string | undefined];
    return { at: Number(at), what, event, pod };
  }).sort((one, other) => one.at - other.at);
}

/** For how many seconds the API was away: the sum of the times between a `down` and the next `up`. */
export function unavailableSeconds(events: readonly Event[]): number {
  let milliseconds = 0;
  let down: number | undefined;
  for (const { at, event } of events.filter(({ what }) => what === 'readyz')) {
    if (event === 'down') down ??= at;
    else if (down !== undefined) {
      milliseconds += at - down;
      down = undefined;
    }
  }
  return milliseconds / 1000;
}
