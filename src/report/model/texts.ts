/** Attribute values of a length that nobody reads are cut, so that one hostile span cannot hold the memory. */
const LONGEST = 512;

/** Every text once, by number: a million spans share a few hundred names. */
export class Texts {
  private readonly numbers = new Map<string, number>([['', 0]]);
  private readonly texts: string[] = [''];

  public get size(): number {
    return this.texts.length;
  }

  public number(text: string): number {
    const short = text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
    let number = this.numbers.get(short);
    if (number === undefined) {
      number = this.texts.length;
      // A copy: a part of a line would keep all of the line in memory.
      const copy = Buffer.from(short, 'utf8').toString('utf8');
      this.texts.push(copy);
      this.numbers.set(copy, number);
    }
    return number;
  }

  public text(number: number): string {
    return this.texts[number] ?? '';
  }
}
