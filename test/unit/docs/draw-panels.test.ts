import { DrawnPanel, drawPanels } from '../../support/traces/draw-panels';

const draw = (panel: Partial<DrawnPanel>) => drawPanels([{ dashboard: 'd', title: 'panel', unit: 's', exemplars: [], series: [], ...panel }], 'title', 'said');
const axis = (drawn: string) => [...drawn.matchAll(/text-anchor="end" class="axis">([^<]*)</g)].map(([, text]) => text);

test('a name of a series is text, whatever is in it', () => {
  const drawn = draw({ series: [{ legend: '<script>&"', points: [[0, 1]] }] });
  expect(drawn).toContain('&#60;script&#62;&#38;&#34;');
  expect(drawn).not.toContain('<script');
});

test('where points are missing, so is the line, and a point alone is a dot', () => {
  const [path] = / d="[^"]*"/.exec(draw({ series: [{ legend: 'a', points: [[0, 1], [3, 1], [30, 1], [60, 1], [63, 1]] }] }))!;
  expect(path.replace(/[\d.]+ [\d.]+/g, '_')).toBe(' d="M_h0L_M_h0M_h0L_"');
});

test.each([
  ['s', 0.85, ['0', '500 ms', '1 s']],
  ['reqps', 11.9, ['0', '6 /s', '12 /s']],
  ['percentunit', 0.0058, ['0', '0.3 %', '0.6 %']],
  ['bytes', 56 * 2 ** 20, ['0', '30 MiB', '60 MiB']],
  ['short', 0, ['0', '0.5', '1']],
])('the axis of a panel in %s up to %d has round values', (unit, most, expected) => {
  expect(axis(draw({ unit, series: [{ legend: 'a', points: [[0, most]] }] }))).toEqual(expected);
});

test('an exemplar above all lines is in the picture, and explained', () => {
  const drawn = draw({ exemplars: [[3, 4]], series: [{ legend: 'a', points: [[0, 1], [3, 1]] }] });
  expect(axis(drawn)).toEqual(['0', '2 s', '4 s']);
  expect(drawn).toContain('exemplar: a request with a trace');
});

test('more series than colours are counted', () => {
  const series = Array.from({ length: 7 }, (_, i) => ({ legend: `series-${i}`, points: [[0, 1]] as [number, number][] }));
  const drawn = draw({ series });
  expect(drawn).toContain('>series-3<');
  expect(drawn).not.toContain('>series-4<');
  expect(drawn).toContain('>3 more<');
});
