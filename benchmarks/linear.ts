/**
 * The time that a chart takes among 400, against the time that it takes among 100: 1.0 where synthesis is linear in the number of clusters.
 *
 *     npx tsx benchmarks/linear.ts
 */
import { compiledPackage } from './support/compiled';
import { medians } from './support/measure';

const ROUNDS = 3;

const library = JSON.stringify(compiledPackage());
const clusters = (count: number) => `
  const { App, Chart } = require('cdk8s');
  const { TracingStack } = require(${library});
  const app = new App();
  for (let i = 0; i < ${count}; i++) {
    const chart = new Chart(app, 'cluster-' + i, { namespace: 'control-plane-tracing' });
    new TracingStack(chart, 'tracing', { clusterName: 'cluster-' + i, controlPlaneNodes: 3 });
  }
  app.synth();`;

const times = medians({ one: clusters(1), hundred: clusters(100), fourHundred: clusters(400) }, ROUNDS);
const amongHundred = (times.hundred - times.one) / 99;
const amongFourHundred = (times.fourHundred - times.one) / 399;
console.log(`1 chart ${times.one.toFixed(0)} ms, 100 charts ${times.hundred.toFixed(0)} ms, 400 charts ${times.fourHundred.toFixed(0)} ms (medians of ${ROUNDS})`);
console.log(`linear ratio ${(amongFourHundred / amongHundred).toFixed(2)}`);
