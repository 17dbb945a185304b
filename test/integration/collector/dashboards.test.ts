import { Testing } from 'cdk8s';
import { Backend } from './backend';
import { components } from './components';
import { ControlPlane } from './control-plane';
import { givingUp } from './giving-up';
import { ownAddress, RealCollector, until } from './real-collector';
import { RealPrometheus } from './real-prometheus';
import { Scratch } from './scratch-directory';
import { SlowWebhook } from './slow-webhook';
import { Collector, SpanExporter } from '../../../src';
import { prometheus as prometheusBinary } from '../../support/components/promtool';

jest.setTimeout(600_000);

const WEBHOOK = 'slow.policy.example.com';

interface Target { readonly expr?: string; readonly exemplar?: boolean }
interface Panel { readonly title: string; readonly targets: readonly Target[] }

const scratch = new Scratch();
let backend: Backend;
let prometheus: RealPrometheus;
let panels: Panel[];

beforeAll(async () => {
  const binaries = await components('collector', 'etcd', 'apiServer');
  backend = await new Backend({ binary: binaries.collector, root: scratch.below('backend') }).start();
  scratch.ending(() => backend.stop());
  const gateway = new Collector(Testing.chart(), 'gateway', {
    dashboard: true,
    exporters: [
      SpanExporter.otlpGrpc('up', { endpoint: backend.endpoint, insecure: true }),
      givingUp('down', `${ownAddress()}:4317`),
    ],
  });
  panels = Object.values(gateway.dashboard!.toJson().data as { [file: string]: string }).flatMap(text => JSON.parse(text).panels as Panel[]);
  const collector = await new RealCollector({ binary: binaries.collector, root: scratch.below('gateway'), config: gateway }).start();
  scratch.ending(() => collector.stop());

  const controlPlane = new ControlPlane(binaries, scratch);
  await controlPlane.start(`${collector.address}:4317`);
  const webhook = await new SlowWebhook(WEBHOOK, 300, scratch).start();
  const made = await controlPlane.request('/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations', { method: 'POST', body: webhook.configuration() });
  expect(made).toBe(201);

  prometheus = await new RealPrometheus(await prometheusBinary(), scratch).start([
    {
      job_name: 'apiserver',
      scheme: 'https',
      tls_config: { insecure_skip_verify: true },
      authorization: { credentials: 'admintoken' },
      static_configs: [{ targets: [`${controlPlane.address}:6443`] }],
    },
    {
      job_name: 'collector',
      static_configs: [{
        targets: [`${collector.address}:8888`],
        labels: { namespace: gateway.namespace, pod: `${gateway.serviceName}-0` },
      }],
    },
  ]);
  let asked = 0;
  await until(async () => {
    asked += 1;
    await controlPlane.request('/api/v1/namespaces/default/configmaps', { method: 'POST', body: { metadata: { name: `a-${asked}` } } });
    await controlPlane.request('/api/v1/namespaces/default/configmaps?limit=7');
    await controlPlane.request('/api/v1/namespaces/default/configmaps/nobody');
    // An administrator's requests wait in no queue.
    await Promise.all(Array.from({ length: 20 }, async () => controlPlane.request('/api/v1/namespaces/default/configmaps', { token: 'usertoken' })));
    await new Promise(resolve => setTimeout(resolve, 2000));
    return (await withoutData()).length === 0 && (await withoutTrace()).length === 0;
  }, 'every panel has data', 240).catch(() => undefined);
});

afterAll(async () => scratch.clear());

function queries(wanted: (target: Target) => boolean): [title: string, expr: string][] {
  return panels.flatMap(({ title, targets }) => targets.filter(target => target.expr !== undefined && wanted(target))
    .map(({ expr }): [string, string] => [title, expr!.replaceAll('$job', '.*')]));
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
