import { Trace } from './joined';
import { rows } from './waterfall';

const ROW = 22;
const LABELS = 460;
const BARS = 560;
const COLOURS: { readonly [service: string]: string } = { apiserver: '#326ce5', etcd: '#2a9d5c' };

/** A trace as a picture (SVG): a line a span, its bar on the trace's time line. */
export function drawTrace(trace: Trace, title = `Trace ${trace[0]!.traceId}`): string {
  const begin = trace.reduce((min, span) => (span.start < min ? span.start : min), trace[0]!.start);
  const total = Number(trace.reduce((max, span) => (span.end > max ? span.end : max), trace[0]!.end) - begin) || 1;
  const lines = rows(trace).map(({ span, depth }, i) => {
    const x = LABELS + Number(span.start - begin) / total * BARS;
    const width = Math.max(2, Number(span.end - span.start) / total * BARS);
    const y = 40 + i * ROW;
    return [
      `<text x="${12 + depth * 14}" y="${y + 14}"><tspan fill="${colour(span.service)}" font-weight="600">${escape(span.service)}</tspan> ${escape(span.name)}</text>`,
      `<rect x="${x.toFixed(1)}" y="${y + 3}" width="${width.toFixed(1)}" height="14" rx="2" fill="${colour(span.service)}"/>`,
      `<text x="${LABELS + BARS + 12}" y="${y + 14}" fill="#666">${(Number(span.end - span.start) / 1e6).toFixed(2)} ms</text>`,
    ].join('');
  });
  return picture(title, lines);
}

/** Counts as a picture (SVG): a line and a bar each. */
export function drawCounts(counts: readonly (readonly [string, number])[], title: string): string {
  const most = Math.max(1, ...counts.map(([, count]) => count));
  return picture(title, counts.map(([name, count], i) => {
    const y = 40 + i * ROW;
    const width = Math.max(2, count / most * BARS);
    return [
      `<text x="12" y="${y + 14}">${escape(name)}</text>`,
      `<rect x="${LABELS}" y="${y + 3}" width="${width.toFixed(1)}" height="14" rx="2" fill="${COLOURS.apiserver}"/>`,
      `<text x="${LABELS + BARS + 12}" y="${y + 14}" fill="#666">${count}</text>`,
    ].join('');
  }));
}

function picture(title: string, lines: readonly string[]): string {
  const width = LABELS + BARS + 100;
  const height = 56 + lines.length * ROW;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="12" y="24" font-size="15" font-weight="600">${escape(title)}</text>`,
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}

function colour(service: string): string {
  return COLOURS[service] ?? '#888';
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}
