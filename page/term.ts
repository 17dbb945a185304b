/** What is searched for: all of its words, in any order. */
export class Term {
  private readonly words: readonly string[];

  constructor(text: string) {
    this.words = text.toLowerCase().split(/\s+/).filter(word => word !== '');
  }

  public get empty(): boolean {
    return this.words.length === 0;
  }

  /** @param text in lower case */
  public matches(text: string): boolean {
    return this.words.every(word => text.includes(word));
  }
}
