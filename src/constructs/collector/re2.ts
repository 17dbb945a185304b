import { refuse } from '../kit/check';

/** What JavaScript reads otherwise than RE2 does, or not at all. https://github.com/google/re2/wiki/Syntax */
const TOKEN = /\\Q[^]*?(?:\\E|$)|\\[^]?|\[\^?\]?(?:\[:\^?[a-z]+:\]|\\[^]|[^\]\\])*\]|\(\?(?:<[=!]|[=!]|P?<\w+>|[imsU-]*[:)])|\{\d+(?:,\d*)?\}/g;
const ESCAPED_LETTERS = 'afnrtvxAbBdDsSwWpPz0';

/** Refuses a regular expression that the Collector, which is written in Go, would not start with. */
export function checkRegularExpression(prop: string, pattern: string): void {
  try {
    new RegExp(pattern.replace(TOKEN, token => inJavaScript(prop, pattern, token)));
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      throw error;
    }
    refuse(prop, pattern, `be a regular expression (RE2); it is not: ${error.message.split(': ').at(-1)}`);
  }
}

function inJavaScript(prop: string, pattern: string, token: string): string {
  const [first, second = ''] = token;
  switch (first) {
    case '\\': return escape(prop, pattern, second, token);
    case '[': return token.replace(/\[:\^?[a-z]+:\]/g, 'x').replace(/^(\[\^?)\]/, '$1x');
    case '{': return repetition(prop, pattern, token);
    default: return group(prop, pattern, token);
  }
}

function escape(prop: string, pattern: string, escaped: string, token: string): string {
  if (token.startsWith('\\Q')) {
    return 'x';
  }
  if (/[1-9k]/.test(escaped)) {
    refuse(prop, pattern, `do without back-references (${token}), which RE2 does not have`);
  }
  if (/[A-Za-z]/.test(escaped) && !ESCAPED_LETTERS.includes(escaped)) {
    refuse(prop, pattern, `do without ${token}, which RE2 does not know`);
  }
  return token;
}

function repetition(prop: string, pattern: string, token: string): string {
  if ((token.match(/\d+/g) ?? []).some(times => Number(times) > 1000)) {
    refuse(prop, pattern, `repeat nothing more often than 1000 times (${token}), as RE2 does not`);
  }
  return token;
}

function group(prop: string, pattern: string, token: string): string {
  if (/^\(\?<?[=!]/.test(token)) {
    refuse(prop, pattern, `do without look-around (${token}), which RE2 does not have`);
  }
  return token.endsWith('>') ? token.replace('?P<', '?<') : token.endsWith(')') ? '(?:)' : '(?:';
}
