/**
 * One plan of both manifests, in a program that has just started (nothing is warm) and in one that has planned before. Against reading the two
 * files with the YAML library once, which is the least that a plan could do. The first shall take at most 50 ms.
 *
 *     npx tsx benchmarks/plan.ts
 */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { median } from './support/median';
import { parsePatchSpec } from '../src/patch-spec/parse-patch-spec';
import { plan } from '../src/patcher/plan/planner';

const ROUNDS = 15;
const FIXTURES = path.join(__dirname, '..', 'test', 'support', 'fixtures');
const directory = path.join(FIXTURES, 'manifests', 'kubeadm-1.37.2');
const manifests = fs.readdirSync(directory).sort().map(name => ({ name, text: fs.readFileSync(path.join(directory, name), 'utf8') }));
const spec = parsePatchSpec(fs.readFileSync(path.join(FIXTURES, 'spec-v3.json'), 'utf8'));
const template = 'apiVersion: apiserver.config.k8s.io/v1beta1\nkind: TracingConfiguration\nsamplingRatePerMillion: 1000000\n';

const milliseconds = (work: () => void) => {
  const start = performance.now();
  work();
  return performance.now() - start;
};
const planBoth = () => {
  const result = plan({ spec, template, manifests, facts: { nodeName: 'cp1', endpoint: { host: '10.96.0.42', port: 4317 } } });
  if (result.kind === 'refused' || result.plan.components.length !== 2) throw new Error(JSON.stringify(result));
};

if (process.argv[2] === 'first') {
  process.stdout.write(String(milliseconds(planBoth)));
} else {
  const first = Array.from({ length: ROUNDS }, () => Number(execFileSync(process.execPath, ['--import', 'tsx', __filename, 'first'], { encoding: 'utf8' })));
  const plans: number[] = [];
  const reads: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    reads.push(milliseconds(() => manifests.forEach(({ text }) => parseAllDocuments(text, { version: '1.1' }))));
    plans.push(milliseconds(planBoth));
  }
  console.log(`a plan of both manifests: the first ${median(first).toFixed(0)} ms, later ones ${median(plans).toFixed(1)} ms, `
    + `reading them once ${median(reads).toFixed(1)} ms (medians of ${ROUNDS})`);
  console.log(`plan ratio ${(median(plans) / median(reads)).toFixed(2)}`);
}
