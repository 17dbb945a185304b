import { readFileSync } from 'fs';
import { join } from 'path';
import { planCommand, PlanEnd } from '../../../../src/patcher/commands/plan-command';

/** Manifests of real clusters, of which earlier releases said something wrong. */
const REPORTED = join(__dirname, '../../../support/fixtures/reported');

interface Reported {
  readonly what: string;
  readonly exit: PlanEnd | null;
  readonly args: readonly string[];
  readonly says: readonly string[];
  readonly neverSays: readonly string[];
}

const CASES = JSON.parse(readFileSync(join(REPORTED, 'cases.json'), 'utf8')) as Record<string, Reported>;

test.each(Object.entries(CASES))('%s', (directory, { exit, args, says, neverSays }) => {
  const said: string[] = [];
  const end = planCommand(['--manifests', join(REPORTED, directory), ...args], { out: text => said.push(text), err: text => said.push(text) });
  if (exit !== null) expect({ end, said: said.join('') }).toMatchObject({ end: exit });
  for (const words of says) expect(said.join('')).toContain(words);
  for (const words of neverSays) expect(said.join('')).not.toContain(words);
});
