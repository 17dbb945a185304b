import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { EXIT } from '../../../../src/patch-spec/exit-status';
import { UsageError } from '../../../../src/patcher/commands/options';
import { planCommand } from '../../../../src/patcher/commands/plan-command';

/** Manifests of real clusters, of which earlier releases said something wrong. */
const REPORTED = join(__dirname, '../../../support/fixtures/reported');

interface Reported {
  readonly what: string;
  /** As of the command; null: as it may be. */
  readonly exit: number | null;
  readonly args: readonly string[];
  readonly says: readonly string[];
  readonly neverSays: readonly string[];
}

const CASES = JSON.parse(readFileSync(join(REPORTED, 'cases.json'), 'utf8')) as Record<string, Reported>;

test.each(Object.entries(CASES))('%s', (directory, { exit, args, says, neverSays }) => {
  const said: string[] = [];
  const manifests = mkdtempSync(join(tmpdir(), 'reported-'));
  cpSync(join(REPORTED, directory), manifests, { recursive: true });
  // Not in the tree: not everything that copies a tree takes a link to nothing.
  if (directory === 'dangling-link') symlinkSync('/etc/kubernetes/retired/kube-vip.yaml', join(manifests, 'kube-vip.yaml'));
  let end;
  try {
    end = planCommand(['--manifests', manifests, ...args], { out: text => said.push(text), err: text => said.push(text) });
  } catch (e) {
    if (!(e instanceof UsageError)) throw e;
    end = EXIT.usage;
    said.push(e.message);
  } finally {
    rmSync(manifests, { recursive: true });
  }
  if (exit !== null) expect({ end, said: said.join('') }).toMatchObject({ end: exit });
  for (const words of says) expect(said.join('')).toContain(words);
  for (const words of neverSays) expect(said.join('')).not.toContain(words);
});
