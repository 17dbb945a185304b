import { Fields } from './collector-config';

/** Which data source of Grafana is meant, whatever it is called there: a variable of the dashboard. */
export const TEMPO = { type: 'tempo', uid: '${tempo}' };
export const PROMETHEUS = { type: 'prometheus', uid: '${prometheus}' };

export const TEMPO_VARIABLE = { name: 'tempo', label: 'Traces', type: 'datasource', query: 'tempo' };
export const PROMETHEUS_VARIABLE = { name: 'prometheus', label: 'Metrics', type: 'datasource', query: 'prometheus' };

/** Both dashboards carry them, so that each of them links to the other. */
const TAGS = ['kubernetes', 'control-plane', 'tracing'];

export interface DashboardDocument {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly variables: readonly Fields[];
  readonly panels: readonly Fields[];
}

/** A dashboard as Grafana reads it: two panels in a row. */
export function document({ uid, title, description, variables, panels }: DashboardDocument): Fields {
  return {
    uid,
    title,
    description,
    tags: TAGS,
    links: [{
      title: 'Control-plane tracing', type: 'dashboards', icon: 'dashboard', tooltip: '', tags: TAGS, asDropdown: false, targetBlank: false, includeVars: true, keepTime: true,
    }],
    annotations: { list: [] },
    schemaVersion: 39,
    time: { from: 'now-1h', to: 'now' },
    refresh: '1m',
    templating: { list: variables },
    panels: panels.map((one, index) => ({ id: index + 1, gridPos: { x: (index % 2) * 12, y: Math.floor(index / 2) * 8, w: 12, h: 8 }, ...one })),
  };
}

export function panel(title: string, unit: string, datasource: Fields, targets: readonly Fields[]): Fields {
  return { type: 'timeseries', title, datasource, fieldConfig: { defaults: { unit }, overrides: [] }, targets: targets.map((target, index) => ({ refId: refId(index), ...target })) };
}

export type PromQl = readonly [expr: string, legend: string];

export function metricsPanel(title: string, queries: readonly PromQl[], unit: string): Fields {
  return panel(title, unit, PROMETHEUS, queries.map(([expr, legendFormat]) => ({ datasource: PROMETHEUS, expr, legendFormat })));
}

function refId(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}
