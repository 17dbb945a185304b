/** What is used of two libraries that bring no types. */

declare module 'd3-selection' {
  export interface Selection<Datum> {
    datum(value: Datum): this;
    call(run: (selection: Selection<Datum>) => unknown): this;
  }
  export function select<Datum = unknown>(element: Element): Selection<Datum>;
}

declare module 'd3-flame-graph' {
  /** A node of d3-hierarchy. */
  export interface FlameItem<Data> {
    readonly id: number;
    readonly data: Data;
    readonly parent: FlameItem<Data> | null;
    readonly children?: readonly FlameItem<Data>[];
    readonly highlight?: boolean;
  }
  export interface FlameGraph<Data> {
    (selection: unknown): unknown;
    width(width: number): this;
    cellHeight(height: number): this;
    inverted(inverted: boolean): this;
    selfValue(selfValue: boolean): this;
    minFrameSize(pixels: number): this;
    transitionDuration(ms: number): this;
    getName(of: (item: FlameItem<Data>) => string): this;
    label(of: (item: FlameItem<Data>) => string): this;
    setColorMapper(of: (item: FlameItem<Data>, original: string) => string): this;
    setSearchMatch(matches: (item: FlameItem<Data>, term: string) => boolean): this;
    setSearchHandler(found: (items: readonly FlameItem<Data>[], sum: number, total: number) => void): this;
    onClick(clicked: (item: FlameItem<Data>) => void): this;
    search(term: string): void;
    clear(): void;
    resetZoom(): void;
    update(): unknown;
  }
  export default function flamegraph<Data>(): FlameGraph<Data>;
}
