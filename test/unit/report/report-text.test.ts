import { reportOf } from './read';
import { reportText } from '../../../src/report/render/report-text';
import { COLOURS, PLAIN } from '../../../src/report/render/style';
import { clean, cut, fit, widthOf, wrapped } from '../../../src/report/render/terminal-text';
import { waterfall } from '../../../src/report/render/waterfall';
import { list, otlpLine, slowWebhook } from '../../support/traces/otlp';

const report = reportOf([
  otlpLine(slowWebhook(), { trace: 'a1', cluster: 'east' }),
  otlpLine(list({}, [{ id: '9', parent: '3', name: 'List(recursive=true) etcd3', from: 2, to: 30, events: [{ name: 'x', attributes: { count: 1234 } }] }]), { trace: 'a2', cluster: 'west' }),
]);

test('says which webhook was slow, and marks it in the waterfall', () => {
  const text = reportText(report, 120, PLAIN);
  expect(text).toMatch(/east +create +configmaps +1 +821 ms +821 ms +webhook slow\.policy\.example\.com 99 %/);
  expect(text).toMatch(/Call validating webhook slow\.policy\.example\.com .* 814 ms ◀ slow\n/);
  expect(text).toMatch(/Lists that the watch cache did not answer\n.*\nwest +list pods +\(no user agent\) +1,234 +1 +40\.0 ms/);
});

test.each([30, 40, 60, 80, 120, 200])('no line is wider than a terminal of %d columns', width => {
  expect(reportText(report, width, PLAIN).split('\n').filter(line => widthOf(line) > width)).toEqual([]);
  expect(waterfall(report.slowest[0]!, width, PLAIN, true).filter(line => widthOf(line) > width)).toEqual([]);
});

test('a terminal of 40 columns shows the causes below their request, and whole sentences', () => {
  const text = reportText(reportOf([otlpLine(slowWebhook())]), 40, PLAIN);
  expect(text).toMatch(/^create +configmaps +1 +821 ms +821 ms\n {2}webhook slow\.policy\.example\.com 99 %\n/m);
  expect(text).toMatch(/^- counts are of the requests that were\n {2}sampled$/m);
  expect(text).toMatch(/^time: webhook slow\.policy\.example\.com\n {2}814 ms \(99 %\)/m);
});

test('lines are broken at spaces, but not between a number and its unit', () => {
  expect(wrapped('a bc 10 ms, 5 %', 8, '  ')).toEqual(['a bc', '  10 ms,', '  5 %']);
  expect(wrapped('x'.repeat(9), 4)).toEqual(['xxx…']);
  expect(wrapped('', 4)).toEqual(['']);
});

test('filters are in the waterfall of --trace only', () => {
  const [view] = report.slowest;
  expect(waterfall(view!, 120, PLAIN, false).join('\n')).not.toContain('priorityandfairness');
  expect(waterfall(view!, 120, PLAIN, true).join('\n')).toContain('priorityandfairness');
});

test('colours are sequences around the same text', () => {
  // eslint-disable-next-line no-control-regex
  expect(reportText(report, 120, COLOURS).replace(/\u001b\[[\d;]*m/g, '')).toBe(reportText(report, 120, PLAIN));
});

const HOSTILE = '\u001b]0;owned\u0007\u001b[2J\r\n\u202etxt\u0000\u009b31m';

test('names in spans cannot write to the terminal, nor begin a line', () => {
  const spans = slowWebhook(HOSTILE, HOSTILE).map(span => ({ ...span, name: span.id === '12' ? HOSTILE : span.name, instance: HOSTILE }));
  const text = reportText(reportOf([
    otlpLine(spans, { cluster: HOSTILE }), otlpLine(slowWebhook(), { trace: 'a2', cluster: 'b' }),
    otlpLine([{ id: '1', name: HOSTILE, from: 0, to: 1, service: HOSTILE }], { trace: 'a3' }),
  ]), 120, PLAIN);
  // eslint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  expect(text).not.toMatch(/^txt/m);
});

test('names that every object has are names like any other', () => {
  const made = reportOf([otlpLine(slowWebhook('__proto__', 'constructor').map(span => (span.id === '12' ? { ...span, name: 'hasOwnProperty' } : span)))]);
  expect(made.webhooks).toMatchObject([{ name: '__proto__', n: 1 }]);
  expect(made.clients).toMatchObject([{ client: 'constructor', n: 1 }]);
});

test('a value of a megabyte takes the room of a line', () => {
  const made = reportOf([otlpLine(slowWebhook('w'.repeat(1_000_000)))]);
  expect(made.webhooks[0]!.name).toHaveLength(512);
});

test.each([
  ['abc', 3], ['日本', 4], ['é', 1], ['😀', 2], ['', 0],
])('%j takes %d columns', (text, width) => {
  expect(widthOf(text)).toBe(width);
});

test('texts are cut by columns', () => {
  expect(cut('日本語', 5)).toBe('日本…');
  expect(fit('日本語', 4)).toBe('日… ');
  expect(fit('7', 3, 'right')).toBe('  7');
  expect(clean('a\u200bb\ud800')).toBe('a�b�');
});
