import { collectorObjects } from './collector-objects';
import { GrafanaDashboard, schemaFaults } from '../../../support/grafana/schema';
import { find } from '../rendering';

const { data } = find(collectorObjects({ dashboard: true }), 'ConfigMap', 'control-plane-tracing-collector-dashboard');
const dashboards = Object.entries(data as { [file: string]: string })
  .map(([file, text]): [file: string, dashboard: GrafanaDashboard] => [file, JSON.parse(text)]);

test.each(dashboards)('%s is what Grafana\'s schema allows', (_file, dashboard) => {
  expect(schemaFaults(dashboard)).toEqual([]);
});

test.each<[what: string, change: (dashboard: any) => void, fault: RegExp]>([
  ['a unit that Grafana does not know', ({ panels }) => { panels[0].fieldConfig.defaults.unit = 'seconds'; }, /^Sampled requests by verb and resource: .*"seconds"/],
  ['a field of a panel', ({ panels }) => { panels[0].legend = 'below'; }, /^Sampled requests by verb and resource: .*"legend"' does not exist/],
  ['a position without a width', ({ panels }) => { delete panels[1].gridPos.w; }, /^Latency of requests .*'w' is missing/],
  ['a drawing style', ({ panels }) => { panels[0].fieldConfig.defaults.custom = { drawStyle: 'dashes' }; }, /'"dashes"'/],
  ['a field of a query of Tempo', ({ panels }) => { panels[0].targets[0].expr = 'up'; }, /"expr"' does not exist/],
  ['a query of Tempo in an unknown language', ({ panels }) => { panels[0].targets[0].queryType = 'sql'; }, /'"sql"'/],
  ['a query of Prometheus without an expression', ({ panels }) => { delete panels.at(-1).targets[0].expr; }, /^CPU of the collector: .*'expr' is missing/],
  ['a variable of an unknown type', ({ templating }) => { templating.list[0].type = 'tempo'; }, /^the dashboard: .*'"tempo"'/],
  ['a link without an icon', ({ links }) => { delete links[0].icon; }, /^the dashboard: .*'icon' is missing/],
  ['no version of the schema', dashboard => { delete dashboard.schemaVersion; }, /^the dashboard: .*'schemaVersion' is missing/],
])('%s is a fault', (_what, change, fault) => {
  const [, dashboard] = dashboards.find(([, { panels }]) => panels.some(({ targets }) => targets[0]!.datasource.type === 'tempo'))!;
  const changed = structuredClone(dashboard);
  change(changed);
  expect(schemaFaults(changed)).toEqual([expect.stringMatching(fault)]);
});
