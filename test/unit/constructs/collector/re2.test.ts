import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { SpanFilter, SpanRedaction } from '../../../../src';
import { checkRegularExpression } from '../../../../src/constructs/collector/re2';

/** What Go, in which the Collector is written, says of them: made by re2/judge.go. */
const PATTERNS: [string, boolean][] = JSON.parse(readFileSync(path.join(__dirname, 're2', 'patterns.json'), 'utf8'));

const takes = (pattern: string) => {
  try {
    checkRegularExpression('pattern', pattern);
    return true;
  } catch {
    return false;
  }
};

test('takes the patterns that Go takes, and no others', () => {
  expect(PATTERNS.length).toBeGreaterThan(1000);
  expect(PATTERNS.filter(([, taken]) => taken).length).toBeGreaterThan(300);
  expect(PATTERNS.filter(([pattern, taken]) => takes(pattern) !== taken)).toEqual([]);
});

test.each([
  ['[a-\\d]', 'do without \\d, which RE2 does not know at this place in brackets'],
  ['[\\b]', 'do without \\b, which RE2 does not know at this place in brackets'],
  ['[[:foo:]]', '[:foo:] is no class that RE2 knows'],
  ['\\p{Foo}', '\\p{Foo} is no Unicode class that RE2 knows'],
  ['(a{1,500}){1,500}', 'repeat nothing more often than 1000 times ({1,500}), as RE2 does not, not even by repetitions of repetitions'],
  ['a{2,1}', '{2,1} has its numbers in the wrong order'],
  ['[z-a]', 'the range z-a has its ends in the wrong order'],
  ['(?x)a', '(?x) is no group of RE2'],
  ['(a', 'a parenthesis is not closed'],
  ['a)', 'a parenthesis is closed that is not open'],
  ['[a', 'a bracket is not closed'],
  ['a\\', 'it ends with a backslash'],
  ['\\x{110000}', '\\x{110000} is no character'],
  ['\ud800', 'be Unicode: it holds half of a surrogate pair'],
])('says what is wrong with %s', (pattern, message) => {
  expect(() => checkRegularExpression('pattern', pattern)).toThrow(message);
});

test('is what filters and redactions check by', () => {
  expect(() => SpanFilter.paths('[a-\\d]')).toThrow("'pattern' ([a-\\d]) must");
  expect(() => SpanFilter.userAgents('\\p{Foo}')).toThrow("'pattern' (\\p{Foo}) must");
  expect(() => SpanRedaction.replace('url.path', '[\\b]', '')).toThrow("'pattern' ([\\b]) must");
});
