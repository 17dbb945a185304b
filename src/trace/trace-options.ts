import { Backend } from '../report/backend/backend';

/** Where the spans are looked up. */
export type SpanSource =
  | { readonly kind: 'collector'; readonly namespace: string | undefined }
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'backend'; readonly backend: Pick<Backend, 'kind' | 'url' | 'headers'> };

export interface TraceCommandOptions {
  /** The program, and its arguments. */
  readonly command: readonly [string, ...string[]];
  readonly source: SpanSource;
  /** Of the caller's own kubeconfig; as kubectl decides where it is missing. */
  readonly kubeconfig?: string;
  readonly context?: string;
  /** Milliseconds to wait for spans. */
  readonly waitMs: number;
  /** Requests that are shown as waterfalls. */
  readonly top: number;
  /** Short spans and those of filters, too. */
  readonly all: boolean;
}

/** What surrounds the trace; belongs to the command line. */
export interface TraceOutput {
  /** Standard error: standard output is the command's own. */
  readonly err: (text: string) => void;
  /** Columns of the terminal. */
  readonly width: number;
  readonly colour: boolean;
  /** Whether standard error is a terminal. */
  readonly progress: boolean;
}
