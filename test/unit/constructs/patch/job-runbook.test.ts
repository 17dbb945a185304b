import { TracingStack } from '../../../../src';
import { find, render } from '../rendering';

const jobOf = (annotations?: Record<string, string>) =>
  find(render(chart => new TracingStack(chart, 'tracing', { createNamespace: true, annotations })), 'Job').metadata;

test('the Job carries the address of the runbook beside annotations of the user', () => {
  expect(jobOf({ team: 'platform' }).annotations).toEqual({
    'team': 'platform',
    'cdk8s-control-plane-tracing.github.io/runbook': 'https://github.com/cdk8s-control-plane-tracing/cdk8s-control-plane-tracing/blob/main/docs/how-to/runbook.md',
  });
});

test('annotations make no other Job', () => {
  expect(jobOf({ team: 'platform' }).name).toBe(jobOf().name);
});
