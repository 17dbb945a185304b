/**
 * From `npm install` to the first YAML, as somebody has it who finds the package: packed, installed into an empty directory, one file, under a minute.
 * `npx projen compile` comes first (the task does it).
 */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

const ROOT = path.join(__dirname, '../../..');
const APP = `
const { App, Chart } = require('cdk8s');
const { TracingStack } = require('cdk8s-control-plane-tracing');
const app = new App();
new TracingStack(new Chart(app, 'tracing', { namespace: 'control-plane-tracing' }), 'tracing');
app.synth();
`;

let directory: string;
beforeAll(() => { directory = fs.mkdtempSync(path.join(tmpdir(), 'first-yaml-')); });
afterAll(() => fs.rmSync(directory, { recursive: true, force: true }));

test('takes less than a minute, and installs the peers and nothing else', () => {
  if (!fs.existsSync(path.join(ROOT, '.jsii'))) throw new Error('there is no .jsii: run "npx projen compile" first');
  const npm = (...args: string[]) => execFileSync('npm', args, { cwd: directory, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const [{ filename }] = JSON.parse(npm('pack', '--json', '--ignore-scripts', '--pack-destination', directory, ROOT)) as [{ filename: string }];
  fs.writeFileSync(path.join(directory, 'package.json'), '{"name":"first","private":true}');
  fs.writeFileSync(path.join(directory, 'main.js'), APP);

  const start = process.hrtime.bigint();
  npm('install', '--no-audit', '--no-fund', `./${filename}`, 'cdk8s', 'cdk8s-plus-28', 'constructs');
  execFileSync(process.execPath, ['main.js'], { cwd: directory });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  process.stderr.write(`from npm install to the first YAML: ${seconds.toFixed(1)} s\n`);

  expect(fs.readFileSync(path.join(directory, 'dist/tracing.k8s.yaml'), 'utf8')).toContain('kind: Job');
  const installed = fs.readdirSync(path.join(directory, 'node_modules')).filter(name => !name.startsWith('.'));
  expect(installed.filter(name => name.startsWith('cdk8s') || name === 'constructs').sort()).toEqual([
    'cdk8s', 'cdk8s-control-plane-tracing', 'cdk8s-plus-28', 'constructs',
  ]);
  expect(seconds).toBeLessThan(60);

  // What was installed has the command line too, and needs nothing of this checkout.
  const help = execFileSync(path.join(directory, 'node_modules/.bin/cdk8s-control-plane-tracing'), ['plan', '--help'], { encoding: 'utf8' });
  expect(help).toContain('--manifests DIR');
});
