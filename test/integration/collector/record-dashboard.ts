/**
 * Records what the pictures of the dashboards are drawn from: three minutes of a real API server, etcd and Collector, as a real Prometheus answers the
 * dashboards' own queries. In the middle of it a webhook becomes slow, and later many clients come at once. As root.
 *
 *     npx tsx test/integration/collector/record-dashboard.ts
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { asSent, CONFIGMAPS, Dashboard, ObservedControlPlane, Panel } from './observed-control-plane';
import { Labels, Point, Range } from './real-prometheus';
import { Scratch } from './scratch-directory';
import { DrawnPanel } from '../../support/traces/draw-panels';

const STORED = path.join(__dirname, '../../support/traces/stored/dashboards.json');
const WEBHOOK = 'slow.policy.example.com';
/** Before the record begins, so that each point of it has a whole window of rates behind it. */
const WARM_S = 40;
const RECORD_S = 180;
const STEP_S = 3;
/** The dashboards' five minutes would be longer than the record, and would flatten it. */
const WINDOW = ['[5m]', '[30s]'] as const;
const MOST_SERIES = 8;
const EXEMPLARS_EVERY_S = 6;
/** An API server that does not keep up is not asked for more. */
const MOST_OPEN = 80;

const scratch = new Scratch();
let asked = 0;
let open = 0;

async function main(): Promise<void> {
  const observed = await ObservedControlPlane.start({ webhook: WEBHOOK, webhookMillis: 40 }, scratch);
  const begin = Date.now() / 1000;
  const start = begin + WARM_S;
  for (let now = begin; now < start + RECORD_S; now = Date.now() / 1000) {
    load(observed, now - start);
    await new Promise(resolve => setTimeout(resolve, 500));
  }
  const range = { start, end: start + RECORD_S, step: STEP_S };
  const recorded: DrawnPanel[] = [];
  for (const dashboard of observed.dashboards) {
    for (const panel of dashboard.panels.filter(({ targets }) => targets.some(({ expr }) => expr !== undefined))) {
      recorded.push(await record(observed, dashboard, panel, range));
    }
  }
  const lines = recorded.map(({ series, ...panel }) => `{${JSON.stringify(panel).slice(1, -1)},"series":[\n${series.map(one => JSON.stringify(one)).join(',\n')}\n]}`);
  fs.writeFileSync(STORED, `[\n${lines.join(',\n')}\n]\n`);
  process.stderr.write(`${STORED} is there\n`);
}

/** Half a second of requests: writes that come and go, reads, and a crowd near the end. */
function load(observed: ObservedControlPlane, second: number): void {
  const { controlPlane } = observed;
  observed.webhook.delayMillis = second > 60 && second < 120 ? 850 : 40;
  const made = `a-${asked += 1}`;
  const several = (most: number, period: number) => Math.round(most * (1 + Math.sin(second / period * 2 * Math.PI)) / 2);
  repeat(1 + several(3, 90), i => observed.makeConfigMap(`${made}-${i}`));
  repeat(1 + several(6, 60), () => controlPlane.request(`${CONFIGMAPS}?limit=50`));
  repeat(several(4, 120), () => controlPlane.request(`${CONFIGMAPS}/nobody`));
  repeat(several(2, 75), i => controlPlane.request(`${CONFIGMAPS}/a-${asked - 20}-${i}`, { method: 'DELETE' }));
  repeat(second > 135 && second < 160 ? 20 : 1, () => observed.crowd(1));
}

function repeat(times: number, request: (i: number) => Promise<unknown>): void {
  for (let i = 0; i < times && open < MOST_OPEN; i += 1) {
    open += 1;
    void request(i).catch(() => undefined).finally(() => { open -= 1; });
  }
}

async function record({ prometheus }: ObservedControlPlane, dashboard: Dashboard, panel: Panel, range: Range): Promise<DrawnPanel> {
  const { title, fieldConfig, targets } = panel;
  const at = ([seconds, value]: Point): Point => [Math.round(seconds - range.start), Number(value.toPrecision(4))];
  const series: { legend: string; points: Point[] }[] = [];
  const exemplars: Point[] = [];
  for (const { expr, legendFormat = '', exemplar } of targets) {
    const query = asSent(expr!).replaceAll(...WINDOW);
    for (const { metric, values } of await prometheus.range(query, range)) {
      if (values.length > 0) series.push({ legend: legendOf(legendFormat, metric), points: values.map(at) });
    }
    if (exemplar) {
      // Before 2.46 Prometheus keeps only the first exemplar of a native histogram, that of the lowest bucket: it says nothing of slow requests.
      const kept = (await prometheus.exemplars(query)).filter(one => one.series.__name__!.endsWith('_bucket'));
      exemplars.push(...kept.map(({ timestamp, value }) => at([timestamp, Number(value)])));
    }
  }
  const sum = (points: readonly Point[]) => points.reduce((total, [, value]) => total + value, 0);
  series.sort((a, b) => sum(b.points) - sum(a.points));
  return {
    dashboard: dashboard.title, title, unit: fieldConfig.defaults.unit, exemplars: slowestOfEach(exemplars), series: series.slice(0, MOST_SERIES),
  };
}

/** As Grafana thins exemplars out: a dot at most for each stretch of time. */
function slowestOfEach(exemplars: readonly Point[]): Point[] {
  const slowest = new Map<number, Point>();
  for (const point of exemplars.filter(([seconds]) => seconds >= 0 && seconds <= RECORD_S)) {
    const stretch = Math.floor(point[0] / EXEMPLARS_EVERY_S);
    if ((slowest.get(stretch)?.[1] ?? -1) < point[1]) slowest.set(stretch, point);
  }
  return [...slowest.values()].sort(([a], [b]) => a - b);
}

function legendOf(format: string, metric: Labels): string {
  return format.replace(/\{\{(\w+)\}\}/g, (_, label: string) => metric[label] ?? '').trim();
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}).finally(() => scratch.clear());
