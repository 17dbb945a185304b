import { Duration, Size } from 'cdk8s';
import { render } from './rendering';
import {
  Collector, CollectorAddress, CollectorProps, ControlPlaneComponent, SpanExporter, SpanSampling, TracingStack, TracingStackProps,
  TracingState,
} from '../../../src';

const WARNING = 'cdk8s-control-plane-tracing:warning';
const BACKEND = [SpanExporter.otlpGrpc('backend', { endpoint: 'tempo.tracing:4317', insecure: true })];
const TAIL = SpanSampling.tail({ restPercentage: 1 });

let printed: jest.SpyInstance;
beforeEach(() => { printed = jest.spyOn(console, 'warn').mockImplementation(() => undefined); });
afterEach(() => printed.mockRestore());

type Props = TracingStackProps | ((collector: (of: CollectorProps) => Collector) => TracingStackProps);

function warnings(props: Props): string[] {
  let found: string[] = [];
  render(chart => {
    const stack = new TracingStack(chart, 'tracing', typeof props === 'function' ? props(of => new Collector(chart, 'collector', of)) : props);
    found = stack.node.metadata.filter(({ type }) => type === WARNING).map(({ data }) => data as string);
  });
  return found;
}

test.each<[string, TracingStackProps]>([
  ['no props', {}],
  ['a backend', { exporters: BACKEND }],
  ['an agent', { exporters: BACKEND, agent: {} }],
  ['tail sampling of everything', { exporters: BACKEND, collectorOptions: { sampling: TAIL } }],
  ['two stages', { exporters: BACKEND, collectorOptions: { sampling: TAIL, replicas: 2 } }],
  ['a small cluster', { exporters: BACKEND, requestsPerSecond: 100, agent: {}, controlPlaneNodes: 3 }],
  ['requests on demand', { samplingRatePerMillion: 0 }],
  ['dropped traces, and requests on demand', { samplingRatePerMillion: 0, collectorOptions: { dropTraces: [] } }],
  ['a collector that nobody knows', { collectorAddress: CollectorAddress.endpoint('10.0.0.1:4317'), requestsPerSecond: 100_000 }],
  ['tracing that is taken out', { state: TracingState.DISABLED, requestsPerSecond: 100_000 }],
  ['an autoscaler', { requestsPerSecond: 100_000, collectorOptions: { autoscaled: true } }],
])('%s: no warning', (_what, props) => {
  expect(warnings(props)).toEqual([]);
  expect(printed).not.toHaveBeenCalled();
});

test.each<[string, TracingStackProps, RegExp]>([
  ['more than one pod takes', { requestsPerSecond: 1_000 }, /12,300 spans per second for each pod, and 'collectorOptions\.cpuRequestMillis' \(100\)/],
  ['more than the queues hold', { requestsPerSecond: 400, exporters: BACKEND }, /queue of each pod \(174,762 spans\).*'collectorOptions\.memoryLimit' \(512 MiB\)/],
  ['more than an agent takes', { requestsPerSecond: 1_000, exporters: BACKEND, agent: { memoryLimit: Size.gibibytes(4) }, collectorOptions: { autoscaled: true } }, /'agent\.cpuRequestMillis' \(100\)/],
  ['everything, little memory and tail sampling', { collectorOptions: { sampling: TAIL, memoryLimit: Size.mebibytes(128) } },
    /^'collectorOptions\.sampling' can hold 819 traces .* make 1,000 .*'collectorOptions\.memoryLimit' \(128 MiB\) to 256 MiB/],
  ['a wait that no memory is there for', { collectorOptions: { sampling: SpanSampling.tail({ restPercentage: 1, decisionWait: Duration.minutes(5) }) } }, /make 30,000 in the 300 s/],
  ['an override of the same', { collectorOptions: { sampling: TAIL, configOverrides: { processors: { tail_sampling: { decision_wait: '1m40s' } } } } }, /make 10,000 in the 100 s/],
  ['tail sampling that nothing comes to', { samplingRatePerMillion: 0, collectorOptions: { sampling: TAIL } }, /^'samplingRatePerMillion' \(0\) begins no trace/],
  ['a share of a share', { samplingRatePerMillion: 1, collectorOptions: { sampling: SpanSampling.probabilistic(0.01) } }, /traces a day/],
])('%s: a warning, printed once and kept with the stack', (_what, props, text) => {
  expect(warnings(props)).toEqual([expect.stringMatching(text)]);
  expect(printed.mock.calls).toEqual([[expect.stringMatching(/^warning: [^:]*tracing: '|^warning: [^:]*tracing: the queue/)]]);
});

test('of a collector that is passed in, the props are named as they are there', () => {
  expect(warnings(collector => ({ requestsPerSecond: 1_000, collector: collector({}) }))).toEqual([expect.stringContaining("'replicas' of the collector (1) to 3")]);
});

test('only what the components record counts', () => {
  const load = { requestsPerSecond: 450, collectorOptions: { replicas: 1 } };
  expect(warnings(load)).toHaveLength(1);
  expect(warnings({ ...load, components: [ControlPlaneComponent.API_SERVER] })).toEqual([]);
  expect(warnings({ ...load, components: [ControlPlaneComponent.ETCD] })).toEqual([]);
});

test.each([0, -1, Number.NaN, '100', 1e12])('%p requests per second are refused', requests => {
  expect(() => warnings({ requestsPerSecond: requests as number })).toThrow(/^'requestsPerSecond' \(.*\) must be (a number|more than 0, and at most 10000000)$/);
});

test('the number changes no object', () => {
  const objects = (props: TracingStackProps) => render(chart => new TracingStack(chart, 'tracing', props));
  expect(objects({ requestsPerSecond: 10_000 })).toEqual(objects({}));
});
