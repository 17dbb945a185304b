/**
 * Importing the package and synthesizing one stack, against an app on bare cdk8s-plus-28 that declares the same objects.
 * The ratio shall be at most 1.5.
 *
 *     npx tsx benchmarks/synth.ts
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { compiledPackage } from './support/compiled';
import { medians } from './support/measure';

const ROUNDS = 15;

const library = JSON.stringify(compiledPackage());
const directory = mkdtempSync(path.join(tmpdir(), 'benchmark-objects-'));
const objects = path.join(directory, 'objects.json');
const chartNamespace = "{ namespace: 'control-plane-tracing' }";

const stack = `
  const { App, Chart } = require('cdk8s');
  const { TracingStack } = require(${library});
  const app = new App();
  const chart = new Chart(app, 'tracing', ${chartNamespace});
  new TracingStack(chart, 'tracing');`;

const bare = `
  const { App, Chart } = require('cdk8s');
  const { k8s } = require('cdk8s-plus-28');
  const objects = JSON.parse(require('fs').readFileSync(${JSON.stringify(objects)}, 'utf8'));
  const app = new App();
  const chart = new Chart(app, 'tracing', ${chartNamespace});
  objects.forEach(({ apiVersion, kind, ...props }, i) => new k8s['Kube' + kind](chart, 'object-' + i, props));`;

try {
  writeFileSync(objects, execFileSync(process.execPath, ['-e', `${stack}\nprocess.stdout.write(JSON.stringify(chart.toJson()));`], { encoding: 'utf8' }));
  const { ours, theirs } = medians({ ours: `${stack}\napp.synth();`, theirs: `${bare}\napp.synth();` }, ROUNDS);
  console.log(`one stack ${ours.toFixed(0)} ms, the same objects on bare cdk8s-plus-28 ${theirs.toFixed(0)} ms (medians of ${ROUNDS})`);
  console.log(`synth ratio ${(ours / theirs).toFixed(2)}`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
