import { Backend } from './backend/backend';

export interface ReportCommandOptions {
  /** `-` is standard input. */
  readonly files: readonly string[];
  /** Asked instead of files. */
  readonly backend?: Backend;
  readonly output: 'text' | 'json';
  readonly top: number;
  readonly sinceMs?: number;
  /** The first digits of a trace's id; all of them for a backend. */
  readonly trace?: string;
  /** The file that the report is written to as a page. */
  readonly html?: string;
}

/** What surrounds the report; belongs to the command line. */
export interface ReportOutput {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Columns of the terminal. */
  readonly width: number;
  readonly colour: boolean;
  /** Whether standard error is a terminal. */
  readonly progress: boolean;
}
