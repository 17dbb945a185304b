import { causeClass, legend } from './causes';
import { button, el } from './dom';
import { ownTimes } from '../src/report/model/own-times';
import { KeptTrace } from '../src/report/model/page';
import { SpanRow } from '../src/report/model/report';
import { shownDepths } from '../src/report/model/shown-depths';
import { counted, duration } from '../src/report/render/numbers';

/** A trace as a table of spans, each with its bar on the request's time line. */
export function waterfall(trace: KeptTrace): HTMLElement {
  const { rows } = trace;
  const end = rows.reduce((most, row) => Math.max(most, row.startMs + row.ms), trace.ms) || 1;
  const begin = rows.reduce((least, row) => Math.min(least, row.startMs), 0);
  const own = ownTimes(rows);
  const percent = (ms: number) => `${ms / (end - begin) * 100}%`;

  const bar = (row: SpanRow, i: number) => {
    const cause = causeClass(row.cause);
    const track = el('div', { 'class': 'track', 'aria-hidden': 'true' });
    const add = (name: string, from: number, to: number) => {
      const piece = el('span', { class: `bar ${name} ${cause}` });
      piece.style.left = percent(from - begin);
      piece.style.width = `max(2px, ${percent(to - from)})`;
      track.append(piece);
    };
    add(row.wrapper ? 'waits wrapper' : 'waits', row.startMs, row.startMs + row.ms);
    for (const [from, to] of own.get(i) ?? []) add('own', from, to);
    return track;
  };
  const lines = rows.map((row, i) => {
    const process = row.service === 'apiserver' ? '' : [row.service, row.instance].filter(word => word !== '').join(' ');
    const mark = row.culprit ? el('strong', { class: 'mark' }, ' ◀ slow') : row.failed ? el('strong', { class: 'mark' }, ' ✗ error') : undefined;
    const name = el('th', { scope: 'row', title: row.cause === '' ? undefined : `time counts for: ${row.cause}` },
      el('span', { class: 'name' }, row.detail === '' ? row.name : `${row.name} ${row.detail}`), process === '' ? undefined : el('span', { class: 'process' }, ` ${process}`), mark);
    return el('tr', { class: [row.wrapper ? 'wrapper' : '', row.culprit ? 'culprit' : ''].join(' ').trim() || undefined },
      name, el('td', { class: 'time' }, bar(row, i)), el('td', { class: 'number' }, duration(row.ms)), el('td', { class: 'number' }, row.selfMs > 0 ? duration(row.selfMs) : ''));
  });

  const body = el('tbody');
  const filters = rows.filter(({ wrapper }) => wrapper).length;
  const show = (all: boolean) => {
    const shown = rows.filter(row => all || !row.wrapper || row.depth === 0 || row.culprit);
    const depths = shownDepths(rows, new Set(shown));
    body.replaceChildren(...shown.map((row, i) => {
      const line = lines[rows.indexOf(row)]!;
      (line.firstElementChild as HTMLElement).style.paddingInlineStart = `${0.5 + Math.min(depths[i]!, 14) * 0.8}rem`;
      return line;
    }));
    toggle.textContent = all ? `Hide ${counted(filters, 'filter')}` : `Show ${counted(filters, 'filter')}`;
    toggle.setAttribute('aria-pressed', String(all));
  };
  const toggle = button('', () => show(toggle.getAttribute('aria-pressed') !== 'true'));
  show(false);

  const axis = [0, 0.25, 0.5, 0.75, 1].map(share => el('span', {}, duration(begin + share * (end - begin))));
  return el('div', {},
    legend(rows.map(({ cause }) => cause), [['bar waits', 'waits for spans below']]),
    filters > 0 ? el('p', { class: 'tools' }, toggle) : undefined,
    el('div', { 'class': 'scroll', 'tabindex': 0, 'role': 'region', 'aria-label': 'Spans' },
      el('table', { class: 'waterfall' },
        el('caption', { class: 'unseen' }, 'Spans of the trace'),
        el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, 'Span'), el('th', { scope: 'col', class: 'time' }, el('div', { class: 'axis' }, ...axis)),
          el('th', { scope: 'col', class: 'number' }, 'Duration'), el('th', { scope: 'col', class: 'number' }, 'Own time'))),
        body)),
    trace.hidden > 0 ? el('p', { class: 'hint' }, `${counted(trace.hidden, 'short span')} not in this page`) : undefined);
}
