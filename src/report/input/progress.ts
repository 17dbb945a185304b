import { InputProgress } from './read-input';

/** Bytes from which it takes long enough to be told. */
const LONG = 8 * 1024 * 1024;
const EVERY_MS = 200;
const BAR = 30;

/** A line on a terminal, for files that take a while. */
export class ReadProgress {
  private shown = 0;

  constructor(
    private readonly file: string,
    private readonly spans: () => number,
    private readonly output: { readonly err: (text: string) => void; readonly progress: boolean },
  ) {}

  public show({ read, size }: InputProgress): void {
    const now = Date.now();
    if (!this.output.progress || read < LONG && size < LONG || now - this.shown < EVERY_MS) return;
    this.shown = now;
    const share = size > 0 ? Math.min(1, read / size) : undefined;
    const bar = share === undefined ? '' : `${'█'.repeat(Math.round(share * BAR)).padEnd(BAR, '░')} ${Math.round(share * 100)} %  `;
    this.output.err(`\r\u001b[K${bar}${Math.round(read / 1048576)} MB, ${this.spans()} spans${this.file === '-' ? ' from standard input' : ''}`);
  }

  public end(): void {
    if (this.shown > 0) this.output.err('\r\u001b[K');
  }
}
