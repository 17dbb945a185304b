import { cut, escape, LETTER, picture, WIDTH } from './drawing';

/** When, in seconds since the record began, and what. */
export type Point = readonly [seconds: number, value: number];

export interface DrawnSeries {
  readonly legend: string;
  readonly points: readonly Point[];
}

/** A panel of a dashboard, with what Prometheus answered to its queries; the greatest series come first. */
export interface DrawnPanel {
  readonly dashboard: string;
  readonly title: string;
  /** As Grafana calls it. */
  readonly unit: string;
  readonly exemplars: readonly Point[];
  readonly series: readonly DrawnSeries[];
}

/** Seconds between two points, beyond which nothing is drawn between them. */
const GAP_S = 5;
const COLUMNS = 2;
const TOP = 64;
const PANEL = { width: (WIDTH - 24 - 24) / COLUMNS, height: 240 };
/** The part of a panel in which the lines are. */
const PLOT = { left: 68, top: 28, width: PANEL.width - 68 - 12, height: 128 };
const LEGEND_ROW = 16;
/** Colours, by the names that the style has for them; the greatest series have one each, and a name in the legend. The others share the last one. */
const COLOURS = ['webhook', 'api', 'etcd', 'queueing'] as const;
const REST = 'none';

/** Panels of a dashboard as a picture (SVG): small, two in a row, as Grafana lays them out. */
export function drawPanels(panels: readonly DrawnPanel[], title: string, said: string): string {
  const end = Math.max(1, ...panels.flatMap(({ series }) => series.flatMap(({ points }) => points.map(([seconds]) => seconds))));
  const height = TOP + Math.ceil(panels.length / COLUMNS) * PANEL.height;
  return picture(title, said, height, panels.map((panel, i) => {
    const [x, y] = [12 + (i % COLUMNS) * (PANEL.width + 24), TOP + Math.floor(i / COLUMNS) * PANEL.height];
    return `<g transform="translate(${x} ${y})">${drawPanel(panel, end)}</g>`;
  }));
}

function drawPanel({ title, unit, exemplars, series }: DrawnPanel, end: number): string {
  const most = Math.max(0, ...[...series.map(({ points }) => points), exemplars].flatMap(points => points.map(([, value]) => value)));
  const top = roundAbove(most, unit);
  const x = (seconds: number) => (PLOT.left + seconds / end * PLOT.width).toFixed(1);
  const y = (value: number) => (PLOT.top + PLOT.height - value / top * PLOT.height).toFixed(1);
  const coloured = series.map((one, i) => [one, COLOURS[i] ?? REST] as const);
  return [
    `<text x="0" y="14" font-weight="600">${escape(cut(title, PANEL.width * 0.94))}</text>`,
    ...[0, top / 2, top].map(value => [
      `<line x1="${PLOT.left}" x2="${PLOT.left + PLOT.width}" y1="${y(value)}" y2="${y(value)}" class="grid"/>`,
      `<text x="${PLOT.left - 8}" y="${(Number(y(value)) + 4).toFixed(1)}" text-anchor="end" class="axis">${inUnit(value, unit)}</text>`,
    ].join('')),
    ...minutes(end).map(seconds => `<text x="${x(seconds)}" y="${PLOT.top + PLOT.height + 16}" text-anchor="middle" class="axis">${seconds / 60} min</text>`),
    // The greatest lie on top of the others.
    ...[...coloured].reverse().map(([{ points }, colour]) =>
      `<path d="${line(points, x, y)}" fill="none" stroke-width="${colour === REST ? 1 : 1.8}" stroke-linecap="round" stroke-linejoin="round" style="stroke: var(--${colour})"/>`),
    ...exemplars.map(([seconds, value]) => `<circle cx="${x(seconds)}" cy="${y(value)}" r="2.8" stroke-width="1" style="fill: var(--ink); stroke: var(--page)"/>`),
    ...series.length === 0 ? [`<text x="${PLOT.left + 12}" y="${PLOT.top + 20}" class="faint">no data</text>`] : [],
    legend(series, exemplars.length > 0),
  ].join('\n');
}

function line(points: readonly Point[], x: (seconds: number) => string, y: (value: number) => string): string {
  return points.map(([seconds, value], i) => {
    const joined = i > 0 && seconds - points[i - 1]![0] <= GAP_S;
    // A point alone is a line of no length, which its round ends make a dot.
    return `${joined ? 'L' : 'M'}${x(seconds)} ${y(value)}${joined ? '' : 'h0'}`;
  }).join('');
}

/** Two names in a row, or one where there are few, and below them what the other marks are. */
function legend(series: readonly DrawnSeries[], dots: boolean): string {
  const top = PLOT.top + PLOT.height + 34;
  const columns = series.length > 2 ? 2 : 1;
  const width = PLOT.width / columns;
  const names = series.slice(0, COLOURS.length).map(({ legend: name }, i) => {
    const [x, y] = [PLOT.left + (i % columns) * width, top + Math.floor(i / columns) * LEGEND_ROW];
    return `<rect x="${x}" y="${y - 5}" width="11" height="3" class="${COLOURS[i]}"/><text x="${x + 17}" y="${y}" class="axis">${escape(cut(name, width - 24))}</text>`;
  });
  const others = series.length - names.length;
  const y = top + Math.ceil(names.length / columns) * LEGEND_ROW;
  const rest = `${others} more`;
  return [
    ...names,
    ...others > 0 ? [`<rect x="${PLOT.left}" y="${y - 5}" width="11" height="3" class="${REST}"/><text x="${PLOT.left + 17}" y="${y}" class="axis">${rest}</text>`] : [],
    ...dots ? (x => [
      `<circle cx="${x + 5.5}" cy="${y - 4}" r="2.8" style="fill: var(--ink)"/><text x="${x + 17}" y="${y}" class="axis">exemplar: a request with a trace</text>`,
    ])(PLOT.left + (others > 0 ? Math.ceil(17 + rest.length * LETTER + 12) : 0)) : [],
  ].join('');
}

/** A value whose half is round as well. */
function roundAbove(most: number, unit: string): number {
  if (most === 0) return 1;
  const base = unit === 'bytes' ? 2 ** 20 : 1;
  const power = 10 ** Math.floor(Math.log10(most / base));
  return base * power * [1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10].find(n => n * power * base >= most)!;
}

function minutes(end: number): number[] {
  return Array.from({ length: Math.floor(end / 60) + 1 }, (_, minute) => minute * 60);
}

function inUnit(value: number, unit: string): string {
  const short = (n: number) => String(Number(n.toPrecision(3)));
  if (value === 0) return '0';
  switch (unit) {
    case 's': return value < 1 ? `${short(value * 1000)} ms` : `${short(value)} s`;
    case 'percentunit': return `${short(value * 100)} %`;
    case 'bytes': return `${short(value / 2 ** 20)} MiB`;
    case 'reqps': case 'ops': return `${short(value)} /s`;
    default: return short(value);
  }
}
