import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { page, ROOT, table } from './markdown';
import { EXIT, FINAL_EXIT_STATUSES } from '../../../src/patch-spec/exit-status';
import { PLAN_REFUSAL_CODES } from '../../../src/patcher/plan/refusal';

const text = page('docs/reference/refusals.md');

/** What the code can say beyond planning: literals, as every code is written once where it arises. */
function applyCodes(): string[] {
  return ['apply', 'commands'].flatMap(part => {
    const directory = path.join(ROOT, 'src/patcher', part);
    return readdirSync(directory).flatMap(file => {
      const source = readFileSync(path.join(directory, file), 'utf8');
      return [...source.matchAll(/(?:code: '|refuse\('|touched \[)([a-z-]+)['\]]/g)].map(([, code]) => code!);
    });
  });
}

test('every code is documented, and every documented code exists', () => {
  const documented = [...text.matchAll(/^### (.*)$/gm)].map(([, code]) => code!);
  expect([...documented].sort()).toEqual([...new Set([...PLAN_REFUSAL_CODES, ...applyCodes()])].sort());
});

test('every exit status is documented', () => {
  const documented = [...new Set(table(text, 'exit status').map(([status]) => Number(status)))];
  expect(documented).toEqual(Object.values(EXIT).sort((a, b) => a - b));
  expect(FINAL_EXIT_STATUSES).toEqual(documented.filter(status => status > EXIT.stopped));
});
