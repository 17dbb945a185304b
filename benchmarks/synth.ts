/**
 * Importing the package and synthesizing one stack, against an app on bare cdk8s-plus-28 that declares the same objects.
 * The ratio shall be at most 1.5.
 *
 *     npx tsx benchmarks/synth.ts
 */
import { medians } from './support/measure';
import { Programs } from './support/programs';

const ROUNDS = 15;

const programs = new Programs();
try {
  const { ours, theirs } = medians({ ours: programs.stacks(1, 'one app'), theirs: programs.bare(1, 'one app') }, ROUNDS);
  console.log(`one stack ${ours.toFixed(0)} ms, the same objects on bare cdk8s-plus-28 ${theirs.toFixed(0)} ms (medians of ${ROUNDS})`);
  console.log(`synth ratio ${(ours / theirs).toFixed(2)}`);
} finally {
  programs.dispose();
}
