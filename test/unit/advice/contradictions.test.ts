import * as fc from 'fast-check';
import { advise } from '../../../src/advice/advice';
import { contradictions, DeclaredLoad, Takers } from '../../../src/advice/contradictions';

const EVERYTHING: DeclaredLoad = { requestsPerSecond: undefined, ratePerMillion: 1_000_000, apiServer: true, etcd: true, etcdRatePerMillion: 0 };
const POD: Takers = {
  prop: name => `'${name}'`,
  pods: 1,
  podsProp: 'replicas',
  cpuRequestMillis: 100,
  memoryLimitMiB: 512,
  queuedSpans: 174_762,
  keptShare: 1,
  tail: undefined,
};
const TAIL = { traces: 3_276, traceBytes: 40_960, waitSeconds: 10, keptShare: 0.01 };

const told = (load: Partial<DeclaredLoad>, taker: Partial<Takers> = {}) => contradictions({ ...EVERYTHING, ...load }, [{ ...POD, ...taker }]);

test.each<[string, Partial<DeclaredLoad>, Partial<Takers>]>([
  ['the defaults', {}, {}],
  ['tail sampling with the defaults', {}, { tail: TAIL }],
  ['a small cluster, all of it', { requestsPerSecond: 100 }, {}],
  ['a large one, 1 % of it', { requestsPerSecond: 1_000, ratePerMillion: 10_000 }, { tail: TAIL }],
  ['the largest, 0.1 % of it', { requestsPerSecond: 10_000, ratePerMillion: 1_000 }, {}],
  ['nothing but what callers ask for', { ratePerMillion: 0 }, {}],
  ['the same where tail sampling drops only what it is told to', { ratePerMillion: 0 }, { tail: { ...TAIL, keptShare: 1 } }],
  ['etcd alone, at a rate of its own', { apiServer: false, etcdRatePerMillion: 10_000, requestsPerSecond: 1_000 }, { tail: TAIL }],
  ['an autoscaler sets how many pods there are', { requestsPerSecond: 50_000 }, { pods: undefined, tail: TAIL }],
  ['no queue that counts spans', { requestsPerSecond: 400 }, { queuedSpans: undefined }],
  ['a queue for the share that is kept', { requestsPerSecond: 400 }, { keptShare: 0.1 }],
])('nothing is told of %s', (_what, load, taker) => {
  expect(told(load, taker)).toEqual([]);
});

test('more spans than the CPU request of the pods is enough for', () => {
  expect(told({ requestsPerSecond: 1_000 }, { queuedSpans: undefined })).toEqual([
    "'requestsPerSecond' (1,000) makes 12,300 spans per second for each pod, and 'cpuRequestMillis' (100) is enough for 5,000: "
    + "raise it to 300 or 'replicas' (1) to 3, or lower 'samplingRatePerMillion'",
  ]);
  expect(told({ requestsPerSecond: 1_000 }, { queuedSpans: undefined, pods: 3 })).toEqual([]);
  expect(told({ requestsPerSecond: 1_000 }, { queuedSpans: undefined, cpuRequestMillis: 300 })).toEqual([]);
  expect(told({ requestsPerSecond: 1_000, etcd: false }, { queuedSpans: undefined })[0]).toContain('10,300 spans per second');
});

test('a queue that is full before a backend has restarted', () => {
  expect(told({ requestsPerSecond: 400 })).toEqual([
    'the queue of each pod (174,762 spans) is full after 36 s without the backend, with 4,920 spans per second: '
    + "raise 'memoryLimit' (512 MiB), 'replicas' (1) or 'queueVolumeSize', or lower 'samplingRatePerMillion'",
  ]);
  expect(told({ requestsPerSecond: 400 }, { queuedSpans: 2 * 174_762 })).toEqual([]);
});

test('more traces than can wait for their end', () => {
  const [text] = told({ requestsPerSecond: 400 }, { tail: TAIL });
  expect(text).toBe("'sampling' can hold 3,276 traces in each pod, and 'requestsPerSecond' (400) makes 4,000 in the 10 s that it waits: the oldest would be "
    + "decided on early, without their last spans. Raise 'memoryLimit' (512 MiB) to 640 MiB or 'replicas' (1), or lower 'samplingRatePerMillion'");
  expect(told({ requestsPerSecond: 400 }, { tail: { ...TAIL, traces: 100 }, memoryLimitMiB: 640 })[0]).toContain("Raise 'maxTraces' to 4000");
  expect(told({ requestsPerSecond: 400 }, { tail: TAIL, pods: 2 })).toEqual([]);
});

test('without any number, what is too much for a small cluster', () => {
  expect(told({}, { tail: { ...TAIL, waitSeconds: 60 } })).toEqual([
    expect.stringMatching(/the 100 requests per second of a small cluster make 6,000 in the 60 s .* say how many with 'requestsPerSecond'$/),
  ]);
  expect(told({ requestsPerSecond: 20 }, { tail: { ...TAIL, waitSeconds: 60 } })).toEqual([]);
  expect(told({}, { tail: { ...TAIL, traces: 819 }, memoryLimitMiB: 128 })).toEqual([expect.stringContaining("'memoryLimit' (128 MiB) to 256 MiB")]);
  expect(told({ ratePerMillion: 100_000 }, { tail: { ...TAIL, traces: 819 }, memoryLimitMiB: 128 })).toEqual([]);
});

test('sampling of what nothing begins, and of what nothing is left', () => {
  expect(told({ ratePerMillion: 0 }, { tail: TAIL })).toEqual([
    expect.stringMatching(/^'samplingRatePerMillion' \(0\) begins no trace, .*'sampling' drops 99 % of those/),
  ]);
  expect(told({ ratePerMillion: 0 }, { keptShare: 0.5 })).toEqual([expect.stringContaining("'sampling' drops 50 % of those")]);
  expect(told({ ratePerMillion: 1 }, { keptShare: 0.0001 })).toEqual([expect.stringMatching(/leave 0.00086 traces a day/)]);
});

test('the collector that is advised for a load is not warned of', () => {
  const loads = fc.record({
    requestsPerSecond: fc.double({ min: 0.1, max: 100_000, noNaN: true }),
    ratePerMillion: fc.integer({ min: 1_000, max: 1_000_000 }),
  });
  fc.assert(fc.property(loads, load => {
    const { replicas, memoryLimitMiB, cpuRequestMillis } = advise(load);
    const queuedSpans = Math.floor(memoryLimitMiB * 1024 * 1024 / 2 / 1536);
    expect(told(load, { pods: replicas, memoryLimitMiB, cpuRequestMillis, queuedSpans })).toEqual([]);
  }));
});
