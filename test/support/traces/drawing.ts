import { ownTimes } from '../../../src/report/model/own-times';
import { SpanRow, TraceView } from '../../../src/report/model/report';
import { duration } from '../../../src/report/render/numbers';
import { clean } from '../../../src/report/render/terminal-text';

const ROW = 22;
const LABELS = 420;
const BARS = 590;
export const WIDTH = LABELS + BARS + 110;
/** Of a letter of 12 pixels, on average. */
export const LETTER = 6.4;

/** Classes of causes; their colours are in the style below, and are those of the report's page. */
const CAUSES: readonly (readonly [RegExp, string, string])[] = [
  [/^webhook /, 'webhook', 'webhook'], [/^etcd /, 'etcd', 'etcd'], [/^queueing$/, 'queueing', 'queueing'], [/^auth/, 'auth', 'authentication, authorization'],
  [/^encoding$/, 'encoding', 'encoding'], [/^KMS /, 'kms', 'KMS'], [/^call /, 'call', 'call to another server'], [/^API server$/, 'api', 'API server'],
];

const STYLE = `
svg { --page: #fff; --ink: #1a1e24; --faint: #5a6370; --line: #d8dce2; --alarm: #b3261e; --on: #fff;
  --webhook: #97309f; --etcd: #1d7440; --queueing: #a84a00; --auth: #5f6600; --encoding: #0b6b7d; --kms: #b3261e; --call: #6b5648; --api: #2b62bd; --none: #59616d; }
@media (prefers-color-scheme: dark) { svg { --page: #12151a; --ink: #e7eaee; --faint: #a4adb9; --line: #343b46; --alarm: #ff9d94; --on: #12151a;
  --webhook: #dea3e4; --etcd: #83d3a0; --queueing: #f2a65a; --auth: #d3d76b; --encoding: #72ccd6; --kms: #f5a39a; --call: #ccb8a8; --api: #93bbf5; --none: #aab2bd; } }
.page { fill: var(--page); } text { fill: var(--ink); } .faint { fill: var(--faint); } .alarm { fill: var(--alarm); font-weight: 600; } .on { fill: var(--on); font-weight: 600; }
.title { font-size: 15px; font-weight: 600; } .axis { font-size: 11px; fill: var(--faint); } .grid { stroke: var(--line); } .culprit { font-weight: 600; }
${['webhook', 'etcd', 'queueing', 'auth', 'encoding', 'kms', 'call', 'api', 'none'].map(name => `.${name} { fill: var(--${name}); }`).join(' ')}
.waits { fill-opacity: .3; }`;

/** A trace as a picture (SVG): a line a span, on the request's time line; solid where the request waited for the span itself, pale where for a span below it. */
export function drawTrace(view: TraceView, title = `Trace ${view.traceId}`): string {
  const { rows } = view;
  const end = rows.reduce((most, row) => Math.max(most, row.startMs + row.ms), view.ms) || 1;
  const begin = rows.reduce((least, row) => Math.min(least, row.startMs), 0);
  const x = (ms: number) => LABELS + (ms - begin) / (end - begin) * BARS;
  const own = ownTimes(rows);
  const top = 84;
  const lines = rows.map((row, i) => {
    const y = top + i * ROW;
    const [pale, height] = row.wrapper ? [y + 8, 4] : [y + 3, 14];
    return [
      label(row, y + 14),
      bar(`waits ${causeClass(row.cause)}`, x(row.startMs), x(row.startMs + row.ms), pale, height),
      ...(own.get(i) ?? []).map(([from, to]) => bar(causeClass(row.cause), x(from), x(to), y + 3, 14)),
      onBar(row, x(row.startMs), x(row.startMs + row.ms), y + 14),
      `<text x="${LABELS + BARS + 12}" y="${y + 14}" class="faint">${duration(row.ms)}</text>`,
    ].join('');
  });
  const causes = view.causes.slice(0, 3).map(({ cause, share }) => `${cause} ${Math.round(share * 100)} %`).join(', ');
  const said = `${view.request === '' ? '' : `${view.request}, `}${duration(view.ms)}${causes === '' ? '' : `: ${causes}`}`;
  return picture(title, said, top + rows.length * ROW + 12, [legend(rows), axis(begin, end, x, top, rows.length), ...lines]);
}

/** Counts as a picture (SVG): a line and a bar each. */
export function drawCounts(counts: readonly (readonly [string, number])[], title: string): string {
  const most = Math.max(1, ...counts.map(([, n]) => n));
  return picture(title, counts.map(([name, n]) => `${name} ${n}`).join(', '), 66 + counts.length * ROW, counts.map(([name, n], i) => {
    const y = 56 + i * ROW;
    return [
      `<text x="12" y="${y + 14}">${escape(name)}</text>`,
      bar(i === 0 ? 'webhook' : 'api', LABELS, LABELS + n / most * BARS, y + 3, 14),
      `<text x="${(LABELS + n / most * BARS + 8).toFixed(1)}" y="${y + 14}" class="faint">${n}</text>`,
    ].join('');
  }), false);
}

export function picture(title: string, said: string, height: number, parts: readonly string[], tall = true): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="Helvetica, Arial, sans-serif" font-size="12" role="img" aria-labelledby="title desc">`,
    `<title id="title">${escape(title)}</title>`,
    `<desc id="desc">${escape(said)}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect width="${WIDTH}" height="${height}" class="page"/>`,
    `<text x="12" y="24" class="title">${escape(title)}</text>`,
    ...tall ? [`<text x="12" y="44" class="faint">${escape(cut(said, WIDTH - 24))}</text>`] : [],
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function label(row: SpanRow, y: number): string {
  const x = 12 + row.depth * 12;
  const process = /^etcd/i.test(row.service) ? `${row.service} ${row.instance}`.trim() : row.service === 'apiserver' ? '' : row.service;
  const mark = row.culprit ? ' ◀ slow' : row.failed ? ' ✗ error' : '';
  const name = cut(row.name, LABELS - x - 8 - (process.length + 1 + mark.length) * LETTER);
  const style = row.culprit ? ' class="culprit"' : row.wrapper ? ' class="faint"' : '';
  return [
    `<text x="${x}" y="${y}"${style}>${escape(name)}`,
    process === '' ? '' : `<tspan class="faint" font-weight="400"> ${escape(process)}</tspan>`,
    mark === '' ? '' : `<tspan class="alarm">${mark}</tspan>`,
    '</text>',
  ].join('');
}

/** A webhook's name, on its bar where there is room, else beside it. */
function onBar({ detail }: SpanRow, from: number, to: number, y: number): string {
  if (detail === '') return '';
  const width = detail.length * (LETTER + 0.6) + 12;
  if (width <= to - from) return `<text x="${(from + 6).toFixed(1)}" y="${y}">${escape(detail)}</text>`;
  return to + width < LABELS + BARS ? `<text x="${(to + 6).toFixed(1)}" y="${y}">${escape(detail)}</text>` : `<text x="${(from - 6).toFixed(1)}" y="${y}" text-anchor="end">${escape(detail)}</text>`;
}

function legend(rows: readonly SpanRow[]): string {
  const used = new Set(rows.map(({ cause }) => causeClass(cause)));
  const shown = [...CAUSES.filter(([, name]) => used.has(name)).map(([, name, words]) => [name, words] as const), ['waits none', 'waits for spans below'] as const];
  let x = 12;
  return shown.map(([name, words]) => {
    const at = x;
    x += 18 + words.length * LETTER + 16;
    return `<rect x="${at}" y="54" width="11" height="11" rx="2" class="${name}"/><text x="${at + 16}" y="64" class="faint">${words}</text>`;
  }).join('');
}

/** Lines at round times. */
function axis(begin: number, end: number, x: (ms: number) => number, top: number, rows: number): string {
  const rough = (end - begin) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(n => n * power).find(n => n >= rough) ?? rough;
  const ticks: number[] = [];
  for (let ms = Math.ceil(begin / step) * step; ms <= end; ms += step) ticks.push(ms);
  return ticks.map(ms => [
    `<line x1="${x(ms).toFixed(1)}" x2="${x(ms).toFixed(1)}" y1="${top}" y2="${top + rows * ROW}" class="grid"/>`,
    `<text x="${x(ms).toFixed(1)}" y="${top - 4}" text-anchor="middle" class="axis">${roundTime(ms)}</text>`,
  ].join('')).join('');
}

function roundTime(ms: number): string {
  return Math.abs(ms) >= 1000 ? `${Number((ms / 1000).toPrecision(3))} s` : `${Number(ms.toPrecision(3))} ms`;
}

function bar(name: string, from: number, to: number, y: number, height: number): string {
  return `<rect x="${from.toFixed(1)}" y="${y}" width="${Math.max(1.5, to - from).toFixed(1)}" height="${height}" rx="2" class="${name}"/>`;
}

function causeClass(cause: string): string {
  return CAUSES.find(([pattern]) => pattern.test(cause))?.[1] ?? 'none';
}

export function cut(text: string, width: number): string {
  const letters = [...text];
  const most = Math.max(4, Math.floor(width / LETTER));
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join('')}…`;
}

export function escape(text: string): string {
  return clean(text).replace(/[&<>"]/g, letter => `&#${letter.charCodeAt(0)};`);
}
