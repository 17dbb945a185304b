import { POSIX_CLASSES, unicodeClassExists } from './re2-classes';
import { refuse } from '../kit/check';

/** Limits of Go's parser. https://pkg.go.dev/regexp/syntax */
const MOST_REPEATS = 1000;
const DEEPEST = 1000;
const LAST_CODE_POINT = 0x10ffff;

/** What has been read: how deep it is, and how often its innermost part is repeated. */
interface Part {
  readonly depth: number;
  readonly repeats: number;
}

/** What stands between a parenthesis and where the reader is. */
interface Group {
  readonly captures: boolean;
  readonly alternatives: Part[];
  sequence: Part[];
}

/** Refuses a regular expression with which the Collector, which is written in Go, would not start. */
export function checkRegularExpression(prop: string, pattern: string): void {
  if (/\p{Surrogate}/u.test(pattern)) refuse(prop, pattern, 'be Unicode: it holds half of a surrogate pair');
  const rule = new Reader(pattern).fault();
  if (rule !== undefined) refuse(prop, pattern, rule);
}

class Fault extends Error {}

/** Reads as Go's `regexp/syntax` does, so far as it takes to say whether that would. https://github.com/google/re2/wiki/Syntax */
class Reader {
  private readonly text: string[];
  private at = 0;
  private group: Group = { captures: false, alternatives: [], sequence: [] };
  private readonly outer: Group[] = [];
  /** The repetition that has just been read, which no other one may follow. */
  private repetition = '';

  constructor(pattern: string) {
    this.text = Array.from(pattern);
  }

  /** What the pattern must be or do without; undefined where nothing is wrong. */
  public fault(): string | undefined {
    try {
      while (this.at < this.text.length) this.token();
      return this.outer.length > 0 ? wrong('a parenthesis is not closed') : undefined;
    } catch (error) {
      if (error instanceof Fault) return error.message;
      throw error;
    }
  }

  private token(): void {
    const last = this.repetition;
    this.repetition = '';
    switch (this.text[this.at]) {
      case '(': return this.open();
      case ')': return this.close();
      case '|': return this.alternative();
      case '[': return this.characterClass();
      case '\\': return this.escape();
      case '*': case '+': case '?': return this.repeat(this.take(1), undefined, last);
      case '{': return this.braces(last);
      default: return this.literal(1);
    }
  }

  private take(length: number): string {
    const taken = this.text.slice(this.at, this.at + length).join('');
    this.at += length;
    return taken;
  }

  private sees(text: string): boolean {
    return this.text.slice(this.at, this.at + text.length).join('') === text;
  }

  private match(pattern: RegExp): string | undefined {
    return pattern.exec(this.text.slice(this.at).join(''))?.[0];
  }

  private literal(length: number): void {
    this.at += length;
    this.group.sequence.push({ depth: 1, repeats: 1 });
  }

  private open(): void {
    if (!this.sees('(?')) {
      this.at += 1;
      return this.enter(true);
    }
    const named = this.match(/^\(\?P?<\w+>/);
    const flags = this.match(/^\(\?(?:[imsU]*|[imsU]*-[imsU]+)[:)]/);
    const lookAround = this.match(/^\(\?<?[=!]/);
    if (lookAround !== undefined) throw new Fault(`do without look-around (${lookAround}), which RE2 does not have`);
    if (named === undefined && flags === undefined) throw new Fault(wrong(`${this.match(/^\(\?[^:)>]{0,20}[:)>]?/)} is no group of RE2`));
    this.at += (named ?? flags!).length;
    // Flags without a colon hold for the rest of the group that they stand in.
    return flags?.endsWith(')') ? undefined : this.enter(flags === undefined);
  }

  private enter(captures: boolean): void {
    this.outer.push(this.group);
    this.group = { captures, alternatives: [], sequence: [] };
  }

  private close(): void {
    const outer = this.outer.pop();
    if (outer === undefined) throw new Fault(wrong('a parenthesis is closed that is not open'));
    const inner = joined([...this.group.alternatives, joined(this.group.sequence)]);
    outer.sequence.push(this.group.captures ? deeper(inner) : inner);
    this.at += 1;
    this.group = outer;
  }

  private alternative(): void {
    this.at += 1;
    this.group.alternatives.push(joined(this.group.sequence));
    this.group.sequence = [];
  }

  private braces(last: string): void {
    // Anything else in braces stands for itself.
    const range = this.match(/^\{(?:0|[1-9]\d*)(?:,(?:0|[1-9]\d*)?)?\}/);
    if (range === undefined) return this.literal(1);
    const [min = 0, max = min] = range.slice(1, -1).split(',').map(times => times === '' ? -1 : Number(times));
    if (Math.max(min, max) > MOST_REPEATS) throw tooOften(range);
    if (max >= 0 && min > max) throw new Fault(wrong(`${range} has its numbers in the wrong order`));
    return this.repeat(this.take(range.length), max < 0 ? min : max, last);
  }

  /** @param times how often at most, or at least where there is no end; undefined for operators that do not count */
  private repeat(operator: string, times: number | undefined, last: string): void {
    this.repetition = operator;
    if (this.sees('?')) this.repetition += this.take(1);
    const part = this.group.sequence.pop();
    if (part === undefined || last !== '') throw new Fault(`be a regular expression (RE2); it is not: Nothing to repeat before ${this.repetition}`);
    const repeats = times === 0 ? 1 : part.repeats * (times ?? 1);
    if (times !== undefined && repeats > MOST_REPEATS) throw tooOften(this.repetition);
    this.group.sequence.push(deeper({ depth: part.depth, repeats }));
  }

  private escape(): void {
    const next = this.text[this.at + 1];
    if (next === 'Q') return this.quoted();
    if (next !== undefined && 'AbBzdDsSwW'.includes(next)) return this.literal(2);
    this.group.sequence.push({ depth: 1, repeats: 1 });
    if (next === 'p' || next === 'P') return this.unicodeClass();
    this.escapedCharacter();
  }

  /** `\Q…\E`, or up to the end. */
  private quoted(): void {
    const quoted = this.match(/^\\Q[^]*?(?:\\E|$)/)!;
    const length = Array.from(quoted).length;
    if (/^\\Q(\\E)?$/.test(quoted)) {
      this.at += length;
    } else {
      this.literal(length);
    }
  }

  /** What one escaped character stands for, in a class and outside of one. */
  private escapedCharacter(): number {
    const letter = this.match(/^\\[afnrtv]/);
    // From \1 to \7 one digit alone refers back, and several are octal.
    const number = this.match(/^\\(?:x\{[0-9A-Fa-f]+\}|x[0-9A-Fa-f]{2}|[1-7][0-7]{1,2}|0[0-7]{0,2})/);
    const mark = this.match(/^\\[\x00-/:-@[-`{-\x7f]/);
    const token = letter ?? number ?? mark;
    if (token === undefined) throw this.unknownEscape();
    this.at += token.length;
    if (number === undefined) return letter === undefined ? token.charCodeAt(1) : CONTROLS[token[1]!]!;
    const code = number[1] === 'x' ? parseInt(number.replace(/[\\x{}]/g, ''), 16) : parseInt(number.slice(1), 8);
    if (code > LAST_CODE_POINT) throw new Fault(wrong(`${number} is no character`));
    return code;
  }

  private unknownEscape(): Fault {
    const token = this.take(2);
    if (token === '\\') return new Fault(wrong('it ends with a backslash'));
    return new Fault(/^\\[1-9k]$/.test(token)
      ? `do without back-references (${token}), which RE2 does not have`
      : `do without ${token}, which RE2 does not know${/^\\[bdDsSwW]$/.test(token) ? ' at this place in brackets' : ''}`);
  }

  private unicodeClass(): void {
    const token = this.match(/^\\[pP](?:\{[^}]*\}|[^{]|\{?)/u)!;
    const name = /^\\[pP](?:\{\^?([^}]*)\}|([^{]))$/u.exec(token)?.slice(1).find(found => found !== undefined);
    if (name === undefined || !unicodeClassExists(name)) throw new Fault(wrong(`${token} is no Unicode class that RE2 knows`));
    this.at += Array.from(token).length;
  }

  private characterClass(): void {
    this.literal(this.sees('[^') ? 2 : 1);
    for (let first = true; first || !this.sees(']'); first = false) this.classMember();
    this.at += 1;
  }

  private classMember(): void {
    const named = this.match(/^\[:[^]*?:\]/);
    if (named !== undefined) {
      if (!POSIX_CLASSES.includes(named.replace(/^\[:\^?|:\]$/g, ''))) throw new Fault(wrong(`${named} is no class that RE2 knows`));
      this.at += named.length;
    } else if (this.match(/^\\[pP]/) !== undefined) {
      this.unicodeClass();
    } else if (this.match(/^\\[dDsSwW]/) !== undefined) {
      this.at += 2;
    } else {
      this.range();
    }
  }

  private range(): void {
    const start = this.at;
    const low = this.classCharacter();
    if (this.sees('-') && !this.sees('-]') && this.at + 1 < this.text.length) {
      this.at += 1;
      if (this.classCharacter() < low) {
        throw new Fault(wrong(`the range ${this.text.slice(start, this.at).join('')} has its ends in the wrong order`));
      }
    }
  }

  private classCharacter(): number {
    if (this.at >= this.text.length) throw new Fault(wrong('a bracket is not closed'));
    return this.sees('\\') ? this.escapedCharacter() : this.take(1).codePointAt(0)!;
  }
}

const CONTROLS: { readonly [letter: string]: number } = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

function joined(parts: readonly Part[]): Part {
  const all = { depth: Math.max(1, ...parts.map(({ depth }) => depth)), repeats: Math.max(1, ...parts.map(({ repeats }) => repeats)) };
  return parts.length > 1 ? deeper(all) : all;
}

function deeper({ depth, repeats }: Part): Part {
  if (depth >= DEEPEST) throw new Fault(wrong('it is nested too deeply'));
  return { depth: depth + 1, repeats };
}

function tooOften(token: string): Fault {
  return new Fault(`repeat nothing more often than ${MOST_REPEATS} times (${token}), as RE2 does not, not even by repetitions of repetitions`);
}

function wrong(fault: string): string {
  return `be a regular expression (RE2); it is not: ${fault}`;
}
