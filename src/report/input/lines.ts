/** Longer than any batch of a Collector, and shorter than the longest string of Node.js. */
export const LONGEST_LINE = 256 * 1024 * 1024;

const NEWLINE = 10;

/** Cuts chunks into lines, and gives each to `line`; one that is too long to hold is left out and counted. */
export class Lines {
  public tooLong = 0;
  private rest: Buffer[] = [];
  private length = 0;

  constructor(private readonly line: (text: string) => void) {}

  public add(chunk: Buffer): void {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      if (this.length === 0) {
        this.line(chunk.toString('utf8', from, at));
      } else {
        this.keep(chunk.subarray(from, at));
        this.flush();
      }
      from = at + 1;
    }
    if (from < chunk.length) this.keep(chunk.subarray(from));
  }

  public end(): void {
    if (this.length > 0) this.flush();
  }

  private keep(part: Buffer): void {
    this.length += part.length;
    if (this.length <= LONGEST_LINE) this.rest.push(part);
    else this.rest = [];
  }

  private flush(): void {
    if (this.length > LONGEST_LINE) this.tooLong++;
    else this.line(Buffer.concat(this.rest).toString('utf8'));
    this.rest = [];
    this.length = 0;
  }
}
