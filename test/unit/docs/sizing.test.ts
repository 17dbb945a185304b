import { App, Chart } from 'cdk8s';
import { page, table } from './markdown';
import { SpanSampling, TracingStack } from '../../../src';
import { advise } from '../../../src/advice/advice';

const production = page('docs/how-to/production.md');
const number = (cell: string) => Number(cell.replace(/,| MiB/g, ''));

test('the table of sizes is what is advised', () => {
  const rows = table(production, 'requests per second that are traced').map(row => row.map(number));
  expect(rows.length).toBeGreaterThan(3);
  expect(rows).toEqual(rows.map(([requestsPerSecond]) => {
    const load = { requestsPerSecond: requestsPerSecond!, ratePerMillion: 1_000_000 };
    const { spansPerSecond, replicas, memoryLimitMiB, cpuRequestMillis } = advise(load);
    return [requestsPerSecond, spansPerSecond, replicas, memoryLimitMiB, cpuRequestMillis];
  }));
});

test('the warning that is shown is the one that is printed', () => {
  const printed = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  try {
    new TracingStack(new Chart(new App(), 'tracing'), 'tracing', {
      requestsPerSecond: 400,
      samplingRatePerMillion: 1_000_000,
      collectorOptions: { sampling: SpanSampling.tail({ restPercentage: 1 }) },
    });
    const shown = /```console\n(warning: [^`]*)\n```/.exec(production)![1]!.replaceAll('\n', ' ');
    expect(printed.mock.calls).toEqual([[shown]]);
  } finally {
    printed.mockRestore();
  }
});
