/** The workflows as their linter sees them: syntax, expressions, contexts, action inputs, and the shell in them where shellcheck is there. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const ACTIONLINT = 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.7';
const WORKFLOWS = path.join(__dirname, '..', '..', '..', '.github', 'workflows');

function lint(files: readonly string[]): { status: number | null; output: string } {
  const { status, stdout, stderr, error } = spawnSync('go', ['run', ACTIONLINT, '-no-color', ...files], {
    cwd: path.join(WORKFLOWS, '..', '..'), encoding: 'utf8', env: { ...process.env, GOFLAGS: '', GOWORK: 'off' },
  });
  if (error) throw error;
  return { status, output: stdout + (status === 1 ? '' : stderr) };
}

test('no workflow has a mistake', () => {
  const files = fs.readdirSync(WORKFLOWS).map((name) => path.join(WORKFLOWS, name));
  expect(files.length).toBeGreaterThan(0);
  expect(lint(files).output.replace(/^go: downloading .*\n/gm, '')).toBe('');
});

test('a mistake is found', () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'workflows-'));
  try {
    const file = path.join(directory, 'wrong.yml');
    fs.writeFileSync(file, 'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ github.nothing }}\n');
    expect(lint([file])).toMatchObject({ status: 1, output: expect.stringContaining('nothing') });
  } finally {
    fs.rmSync(directory, { recursive: true });
  }
});
