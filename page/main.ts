import './page.css';
import { button, el, text } from './dom';
import { Flame } from './flame';
import { Section, section, tables } from './sections';
import { Table } from './table';
import { Term } from './term';
import { themeButton } from './theme';
import { tiles } from './tiles';
import { timelineOf } from './timeline';
import { clock } from './times';
import { TraceDialog } from './trace-dialog';
import { TraceIndex } from './trace-index';
import { KeptTrace, Page } from '../src/report/model/page';
import { headline } from '../src/report/render/asides';
import { counted, duration, percent } from '../src/report/render/numbers';

const page = JSON.parse(document.getElementById('data')!.textContent) as Page;
const dialog = new TraceDialog();
const traces = new TraceIndex(page.traces, dialog);

const kept = new Table<KeptTrace>('Traces', [
  { title: 'Cluster', value: trace => trace.cluster ?? '' },
  { title: 'Request', value: trace => trace.request || 'trace without a request', open: trace => () => dialog.open([...page.traces], page.traces.indexOf(trace)) },
  { title: 'Duration', value: ({ ms }) => ms, text: ({ ms }) => duration(ms), number: true },
  { title: 'Status', value: ({ status }) => status, text: ({ status }) => (status > 0 ? String(status) : ''), number: true },
  { title: 'Most of its time', value: ({ causes }) => causes[0]?.cause ?? '', text: ({ causes }) => (causes[0] ? `${causes[0].cause} ${percent(causes[0].share).replace(' ', '\u00a0')}` : '') },
  { title: 'Client', value: ({ client }) => client },
  { title: 'Begin', value: ({ at }) => at, text: ({ at }) => clock(at, 1), number: true },
  { title: 'Kept as', value: ({ why }) => why },
], page.traces);

/** Which of the kept traces are listed. */
const range = el('p', { 'class': 'tools', 'aria-live': 'polite' });
function narrow(from: number, to: number, words: string): void {
  kept.narrow(({ at }) => at >= from && at < to);
  range.replaceChildren(text(`Only ${words} `), button('All traces', () => {
    kept.narrow(undefined);
    range.replaceChildren();
  }));
  document.getElementById('traces')!.scrollIntoView();
}

const flame = new Flame(page.flame, ([, ...names]) => {
  // The first names are the cluster's, where there are several, and the request's.
  const clusters = page.report.input.clusters.length > 1;
  const cluster = clusters ? names[0] : undefined;
  const request = names[clusters ? 1 : 0];
  return traces.opener(traces.of(cluster, trace => request === undefined || trace.request === request));
});

const [requests, ...more] = tables(page, traces);
const sections: readonly Section[] = [
  ...requests ? [requests] : [],
  ...page.flame.n > 0 ? [{ id: 'flame', title: 'Where all requests spend their time', element: section('flame', 'Where all requests spend their time', '', flame.element) }] : [],
  ...page.timeline.buckets.length > 0 ? [{
    id: 'timeline',
    title: 'Timeline',
    element: section('timeline', 'Timeline', 'Times are UTC.', timelineOf(page.timeline, page.traces, trace => dialog.open(page.traces, page.traces.indexOf(trace)), narrow)),
  }] : [],
  ...more,
  ...page.traces.length > 0 ? [{
    id: 'traces',
    title: 'Traces',
    element: section('traces', 'Traces', 'The page keeps the slowest of each kind and some typical ones, not all. `report --trace ID` prints any other.', range, kept.element),
    table: kept,
    rows: page.traces.length,
  }] : [],
];

const found = el('span', { role: 'status', class: 'found' });
const search = el('input', { 'type': 'search', 'id': 'search', 'placeholder': 'Search requests, webhooks, clients, traces', 'aria-label': 'Search', 'autocomplete': 'off', 'spellcheck': 'false' });
function find(): void {
  const term = new Term(search.value);
  let n = 0;
  for (const { table, element } of sections) {
    if (!table) continue;
    const rows = table.search(term);
    n += rows;
    element.hidden = rows === 0 && !term.empty;
  }
  flame.search(term, search.value);
  found.textContent = term.empty ? '' : `${counted(n, 'row')}`;
}
let waiting: ReturnType<typeof setTimeout> | undefined;
search.addEventListener('input', () => {
  clearTimeout(waiting);
  waiting = setTimeout(find, 120);
});
document.addEventListener('keydown', event => {
  if (event.key !== '/' || event.target instanceof HTMLInputElement || dialog.element.open) return;
  event.preventDefault();
  search.focus();
});

const { asides } = page;
document.body.append(
  el('a', { class: 'skip', href: '#main' }, 'Skip to the report'),
  el('header', {},
    el('h1', {}, 'Control-plane requests'),
    el('p', {}, headline(page.report.input)),
    el('div', { class: 'tools' }, search, found, themeButton())),
  el('nav', { 'aria-label': 'Sections' }, ...sections.map(({ id, title }) => el('a', { href: `#${id}` }, title))),
  el('main', { id: 'main', tabindex: -1 },
    tiles(page),
    asides.length > 0 ? el('details', { open: page.report.input.requests === 0 }, el('summary', {}, `What to know about these figures (${asides.length})`), el('ul', {}, ...asides.map(line => el('li', {}, line)))) : undefined,
    ...sections.map(({ element }) => element)),
  dialog.element);
if (page.flame.n > 0) flame.draw();

/** A link to a trace: `report.html#trace=0af7651916cd43dd8448eb211c80319c`. */
function follow(): void {
  const [, id] = /^#trace=([0-9a-f]{1,32})$/.exec(location.hash) ?? [];
  if (id === undefined) return;
  const wanted = page.traces.filter(({ traceId }) => traceId.startsWith(id));
  if (wanted.length > 0) dialog.open(wanted);
}
addEventListener('hashchange', follow);
follow();
