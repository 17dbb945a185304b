import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { Yaml } from 'cdk8s';

const ROOT = path.join(__dirname, '../../..');
const run = (bin: string, args: string[], env: Record<string, string> = {}) =>
  execFileSync(process.execPath, [path.join(ROOT, 'node_modules', bin), ...args], { cwd: ROOT, encoding: 'utf8', env: { ...process.env, ...env } });

const examples = readdirSync(path.join(ROOT, 'examples'), { withFileTypes: true }).filter(entry => entry.isDirectory()).map(entry => entry.name);

test.each(examples)('the example %s synthesizes a Job', example => {
  const outdir = mkdtempSync(path.join(tmpdir(), 'example-'));
  try {
    run('tsx/dist/cli.mjs', [`examples/${example}/main.ts`], { CDK8S_OUTDIR: outdir });
    const objects = readdirSync(outdir).flatMap(file => Yaml.load(path.join(outdir, file)));
    expect(objects.map(({ kind }) => kind)).toContain('Job');
    const made = objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
    const needed = objects.flatMap(({ metadata }) => metadata.namespace ?? []);
    expect(new Set(needed.filter(namespace => !['kube-system', 'argocd', 'flux-system'].includes(namespace)))).toEqual(new Set(made));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}, 30_000);

test('the examples compile', () => {
  run('typescript/bin/tsc', ['--noEmit', '-p', 'examples']);
}, 120_000);
