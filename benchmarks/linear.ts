/**
 * How the time of synthesis grows from 100 clusters to 400.
 *
 * `linear` is the time of a cluster among 400 over that of one among 100, where each cluster has an app of its own: 1 is linear.
 * In a single app, cdk8s itself walks over all charts once for each chart; `linear-one-app` is our growth over the growth of bare
 * cdk8s-plus-28 with the same objects: 1 says that we add nothing to that.
 *
 *     npx tsx benchmarks/linear.ts
 */
import { medians } from './support/measure';
import { Programs } from './support/programs';

const ROUNDS = 3;

const LAYOUTS = {
  apart: ['stacks', 'an app each'],
  together: ['stacks', 'one app'],
  bare: ['bare', 'one app'],
} as const;
type Layout = keyof typeof LAYOUTS;

const programs = new Programs();
try {
  const layouts = Object.keys(LAYOUTS) as Layout[];
  const times = medians(Object.fromEntries(layouts.flatMap(layout => {
    const [kind, division] = LAYOUTS[layout];
    return [0, 100, 400].map(clusters => [`${layout}-${clusters}`, programs[kind](clusters, division)]);
  })), ROUNDS);
  const time = (layout: Layout, clusters: number) => times[`${layout}-${clusters}`]!;
  // Without what the import takes, however many clusters there are.
  const growth = (layout: Layout) => (time(layout, 400) - time(layout, 0)) / (time(layout, 100) - time(layout, 0));

  for (const layout of layouts) {
    console.log(`${LAYOUTS[layout].join(', ')}: 100 clusters ${time(layout, 100).toFixed(0)} ms, 400 clusters ${time(layout, 400).toFixed(0)} ms`);
  }
  console.log(`linear ratio ${(growth('apart') / 4).toFixed(2)}`);
  console.log(`linear-one-app ratio ${(growth('together') / growth('bare')).toFixed(2)}`);
} finally {
  programs.dispose();
}
