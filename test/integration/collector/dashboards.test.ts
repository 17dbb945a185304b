import { Backend } from './backend';
import { asSent, CONFIGMAPS, ObservedControlPlane, Panel, Target } from './observed-control-plane';
import { until } from './real-collector';
import { RealPrometheus } from './real-prometheus';
import { Scratch } from './scratch-directory';

jest.setTimeout(600_000);

const WEBHOOK = 'slow.policy.example.com';

const scratch = new Scratch();
let backend: Backend;
let prometheus: RealPrometheus;
let panels: Panel[];

beforeAll(async () => {
  const observed = await ObservedControlPlane.start({ webhook: WEBHOOK, webhookMillis: 300 }, scratch);
  ({ backend, prometheus } = observed);
  panels = observed.dashboards.flatMap(dashboard => dashboard.panels);
  let asked = 0;
  await until(async () => {
    asked += 1;
    await observed.makeConfigMap(`a-${asked}`);
    await observed.controlPlane.request(`${CONFIGMAPS}?limit=7`);
    await observed.controlPlane.request(`${CONFIGMAPS}/nobody`);
    await observed.crowd(20);
    await new Promise(resolve => setTimeout(resolve, 2000));
    return (await withoutData()).length === 0 && (await withoutTrace()).length === 0;
  }, 'every panel has data', 240).catch(() => undefined);
});

afterAll(async () => scratch.clear());

function queries(wanted: (target: Target) => boolean): [title: string, expr: string][] {
  return panels.flatMap(({ title, targets }) => targets.filter(target => target.expr !== undefined && wanted(target))
    .map(({ expr }): [string, string] => [title, asSent(expr!)]));
}

async function withoutData(): Promise<string[]> {
  const answers = await Promise.all(queries(() => true).map(async ([title, expr]) => (await prometheus.query(expr)).length > 0 ? [] : [`${title}: ${expr}`]));
  return answers.flat();
}

/** Panels whose exemplars lead to no trace that has arrived. */
async function withoutTrace(): Promise<string[]> {
  const traces = new Set(backend.spans().map(({ traceId }) => traceId));
  const answers = await Promise.all(queries(({ exemplar }) => exemplar === true).map(async ([title, expr]) =>
    (await prometheus.exemplars(expr)).some(({ labels }) => traces.has(labels.trace_id!)) ? [] : [title]));
  return answers.flat();
}

test('every PromQL expression of both dashboards has data', async () => {
  expect(queries(() => true).length).toBeGreaterThan(15);
  expect(await withoutData()).toEqual([]);
});

test('every panel that shows exemplars leads to traces', async () => {
  expect(queries(({ exemplar }) => exemplar === true).map(([title]) => title)).toEqual([
    expect.stringMatching(/^Slowest requests/), expect.stringMatching(/^Admission webhooks/), expect.stringMatching(/^Filters/),
  ]);
  expect(await withoutTrace()).toEqual([]);
});

test('the webhook that is slow is named, and its exemplar is the trace of a slow request', async () => {
  const [, expr] = queries(() => true).find(([title]) => title.startsWith('Admission webhooks by name, 99th percentile') && title.length < 50)!;
  const slowest = [...await prometheus.query(expr)].sort((a, b) => b.value - a.value)[0]!;
  expect(slowest.metric.name).toBe(WEBHOOK);
  expect(slowest.value).toBeGreaterThan(0.3);
  const spans = backend.spans();
  const traceIds = new Set(spans.map(({ traceId }) => traceId));
  const exemplars = (await prometheus.exemplars(expr)).filter(({ value, labels }) => Number(value) > 0.3 && traceIds.has(labels.trace_id!));
  expect(exemplars.length).toBeGreaterThan(0);
  const trace = spans.filter(({ traceId }) => traceId === exemplars[0]!.labels.trace_id);
  expect(trace.map(({ attributes }) => attributes.webhook)).toContain(WEBHOOK);
});
