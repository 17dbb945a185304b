import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { advise, secondsInQueue, SPANS_PER_SECOND_OF_POD, spansPerSecond } from '../../../src/advice/advice';
import { API_SERVER_SPANS_PER_REQUEST, BYTES_PER_SPAN, ETCD_SPANS_PER_REQUEST } from '../../../src/advice/measured';

const load = fc.record({
  requestsPerSecond: fc.double({ min: 0.1, max: 1_000_000, noNaN: true }),
  ratePerMillion: fc.integer({ min: 1, max: 1_000_000 }),
});

test('a thousand requests of which one percent is traced', () => {
  const spans = 10 * (API_SERVER_SPANS_PER_REQUEST + ETCD_SPANS_PER_REQUEST);
  expect(advise({ requestsPerSecond: 1000, ratePerMillion: 10_000 })).toMatchObject({
    spansPerSecond: spans, gigabytesPerDay: spans * BYTES_PER_SPAN * 86_400 / 1e9, replicas: 1, memoryLimitMiB: 512, cpuRequestMillis: 100,
  });
});

test('what is recommended takes the spans, and no more pods than it needs', () => {
  fc.assert(fc.property(load, of => {
    const { replicas, memoryLimitMiB, cpuRequestMillis, collectorMillis } = advise(of);
    const spans = spansPerSecond(of);
    expect(spans / replicas).toBeLessThanOrEqual(SPANS_PER_SECOND_OF_POD);
    if (replicas > 1) expect(spans / (replicas - 1)).toBeGreaterThan(SPANS_PER_SECOND_OF_POD);
    expect(secondsInQueue(memoryLimitMiB, spans / replicas)).toBeGreaterThanOrEqual(60);
    expect(cpuRequestMillis * replicas).toBeGreaterThanOrEqual(collectorMillis);
  }));
});

test('the program that goes onto the nodes holds no advice', () => {
  const { inputs } = JSON.parse(readFileSync(path.join(__dirname, '../../../assets/patcher/main/index.meta.json'), 'utf8'));
  expect(Object.keys(inputs).filter(file => /advice|prometheus/.test(file))).toEqual([]);
  expect(Object.keys(inputs)).toContain('src/patcher/main.ts');
});
