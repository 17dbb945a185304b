import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { stringify } from 'yaml';
import { collectorObjects } from './collector-objects';
import { promtool } from '../../../support/components/promtool';
import { find } from '../rendering';

interface Target { readonly refId: string; readonly expr?: string; readonly query?: string; readonly exemplar?: boolean }
interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly Target[];
}
interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string }[] };
}

function dashboards(name?: string): [file: string, dashboard: Dashboard][] {
  const objects = collectorObjects({ name, dashboard: true });
  const { data } = find(objects, 'ConfigMap', `${name ?? 'control-plane-tracing'}-collector-dashboard`);
  return Object.entries(data as { [file: string]: string }).map(([file, text]) => [file, JSON.parse(text)]);
}

describe.each(dashboards())('%s', (_file, { panels, templating, uid }) => {
  test('has panels that Grafana tells apart, side by side', () => {
    expect(uid.length).toBeLessThanOrEqual(40);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
    const places = panels.map(({ gridPos: { x, y } }) => `${x} ${y}`);
    expect(new Set(places).size).toBe(panels.length);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
    for (const { targets } of panels) expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
  });

  test('uses the variables that it defines, and those alone', () => {
    const used = [...JSON.stringify(panels).matchAll(/\$\{?(\w+)/g)].map(([, variable]) => variable);
    expect(new Set(used)).toEqual(new Set(templating.list.map(({ name }) => name)));
  });
});

test('every expression is PromQL', async () => {
  const expressions = dashboards().flatMap(([, { panels }]) => panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => expr ?? [])));
  expect(expressions.length).toBeGreaterThan(15);
  const directory = mkdtempSync(path.join(tmpdir(), 'dashboards-'));
  try {
    const file = path.join(directory, 'rules.yaml');
    const rules = expressions.map((expr, index) => ({ record: `x:${index}`, expr: expr.replaceAll('$job', '.*') }));
    writeFileSync(file, stringify({ groups: [{ name: 'x', rules }] }));
    const { status, stdout, stderr } = spawnSync(await promtool(), ['check', 'rules', file], { encoding: 'utf8' });
    expect({ status, said: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, said: '' });
  } finally {
    rmSync(directory, { recursive: true });
  }
}, 300_000);

test('what the API servers count leads to traces, and leaves watches out', () => {
  const [, { panels }] = dashboards().find(([file]) => file === 'control-plane-tracing-requests.json')!;
  expect(panels.filter(({ targets }) => targets.some(({ exemplar }) => exemplar)).map(({ title }) => title)).toEqual([
    'Slowest requests by verb and resource, 99th percentile', 'Admission webhooks by name, 99th percentile', 'Filters that requests pass through, 99th percentile',
  ]);
  expect(panels[0]!.targets[0]!.expr).toContain('verb!~"WATCH|WATCHLIST|CONNECT"');
  expect(panels.every(({ targets }) => targets.every(({ query }) => query === undefined))).toBe(true);
});

test('long names have ids of their own', () => {
  const [one, other] = ['a', 'b'].map(end => dashboards(`${'x'.repeat(39)}${end}`).map(([, { uid }]) => uid));
  const uids = [...one!, ...other!];
  expect(new Set(uids).size).toBe(4);
  expect(uids.filter(uid => uid.length > 40)).toEqual([]);
});
