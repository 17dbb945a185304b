import * as fs from 'node:fs';
import { contrasts } from './contrast';
import { WrittenPages } from './written-page';
import { batch } from '../../../benchmarks/report/spans';
import { Chromium } from '../../support/browser/chromium';
import { BROWSER, ensureDebianPackages } from '../../support/components/debian';
import { list, otlpLine, slowWebhook } from '../../support/traces/otlp';

jest.setTimeout(120_000);

const traceId = (n: number) => n.toString(16).padStart(8, '0');
const quick = slowWebhook('quick.example.com', 'shop-controller/v1').map(span => ({ ...span, from: span.from / 10, to: span.to / 10 }));
const LINES = [
  ...Array.from({ length: 30 }, (_, i) => otlpLine(slowWebhook(), { trace: traceId(i + 1), at: i * 1000 })),
  ...Array.from({ length: 30 }, (_, i) => otlpLine(quick, { trace: traceId(i + 101), at: i * 1000 })),
  ...Array.from({ length: 30 }, (_, i) => otlpLine(list({ attributes: { 'user_agent.original': 'lister/v1', 'http.response.status_code': i === 0 ? 503 : 200 } }, [
    { id: '9', parent: '3', name: 'List(recursive=true) etcd3', from: 2, to: 30, events: [{ name: 'x', attributes: { count: 1234 } }] },
  ]), { trace: traceId(i + 201), at: i * 1000 })),
];

const HOSTILE = '</script><script>window.hacked=1</script><img src=x onerror="window.hacked=1"><!-- \u202e ${window.hacked=1} javascript:window.hacked=1';

const pages = new WrittenPages();
let browser: Chromium;
let ordinary: string;

beforeAll(async () => {
  await ensureDebianPackages(undefined, BROWSER);
  ordinary = pages.write('ordinary', LINES);
  browser = await Chromium.start();
});

afterAll(async () => {
  await browser?.stop();
  pages.clear();
});

// The page asks for nothing but itself, whatever is done with it.
afterEach(() => {
  expect(browser.complaints.splice(0)).toEqual([]);
  expect(browser.requests.splice(0).filter(url => !/^(about:blank|file:.*\/pages-)/.test(url))).toEqual([]);
});

const column = (table: string, i: number) => browser.value<string[]>(`[...document.querySelectorAll('${table} tbody tr')].map(row => row.cells[${i}].innerText)`);
/** The library lets its frames grow. */
const drawn = () => browser.until(`[...document.querySelectorAll('.frame')]
  .every(frame => Math.abs(frame.querySelector('rect').getAttribute('width') - frame.getAttribute('width')) < 1)`);
const title = () => browser.text('dialog[open] h2');

test('the figures are the first thing to see', async () => {
  await browser.open(ordinary);
  const tiles = await browser.text('.tiles');
  expect(tiles).toMatch(/Requests\s+90\s/);
  expect(tiles).toMatch(/Slowest webhook\s+814 ms\s+slow\.policy\.example\.com/);
  expect(await browser.value('document.title')).toBe('Control-plane requests');
  expect((await browser.text('nav')).split('\n')).toEqual([
    'Requests', 'Where all requests spend their time', 'Timeline', 'Admission webhooks', 'Calls to etcd', 'Clients', 'Lists that the watch cache did not answer',
    'Big lists', 'Traces',
  ]);
});

test('a request that is clicked shows its slowest trace, with the webhook named and marked', async () => {
  await browser.open(ordinary);
  await browser.click('#requests tbody button');
  expect(await title()).toMatch(/^create configmaps +821 ms$/);
  expect(await browser.text('dialog .culprit th')).toBe('Call validating webhook slow.policy.example.com ◀ slow');
  expect(await browser.text('dialog')).not.toContain('priorityandfairness');
  await browser.click('dialog [aria-pressed]');
  expect(await browser.text('dialog')).toContain('priorityandfairness');
  // What waits for the webhook is pale there, and solid where it is at work itself.
  expect(await browser.value('document.querySelectorAll("dialog .culprit .bar.own.webhook").length')).toBe(2);
  await browser.click('dialog .tools button:last-child');
  expect(await browser.value('document.querySelector("dialog").open')).toBe(false);
});

test('the traces of a row are gone through one by one', async () => {
  await browser.open(ordinary);
  await browser.click('#requests tbody button');
  const n = Number(/of (\d+)/.exec(await browser.text('dialog'))![1]);
  const first = await browser.text('dialog dd');
  expect(n).toBeGreaterThan(2);
  await browser.press('PageDown');
  expect(await browser.text('dialog')).toContain(`2 of ${n}`);
  expect(await browser.text('dialog dd')).not.toBe(first);
  await browser.press('PageUp');
  expect(await browser.text('dialog dd')).toBe(first);
});

test('each table opens traces of what its row is about', async () => {
  await browser.open(ordinary);
  const opened = async (row: string) => {
    await browser.click(row);
    const text = `${await title()} ${await browser.text('dialog .facts')} ${await browser.text('dialog table')}`;
    await browser.press('Escape');
    return text;
  };
  expect(await opened('#webhooks tbody tr:nth-child(2) button')).toContain('quick.example.com');
  expect(await opened('#etcd tbody button')).toContain('etcdserverpb.KV/Txn etcd cp-1');
  expect(await opened('#clients tbody tr:last-child button')).toContain('lister/v1');
  expect(await opened('#uncached-lists tbody button')).toContain('List(recursive=true) etcd3');
  // The whole row is a target for a mouse.
  expect(await opened('#traces tbody tr:last-child td:last-child')).toMatch(/ms/);
});

test('headings sort, the other way the second time', async () => {
  await browser.open(ordinary);
  const before = await column('#requests', 0);
  expect(before).toEqual(['create configmaps', 'list pods']);
  await browser.click('#requests th:nth-child(3) button');
  expect(await browser.value('document.querySelector("#requests [aria-sort]").ariaSort')).toBe('descending');
  await browser.click('#requests th:nth-child(3) button');
  expect(await browser.value('document.querySelector("#requests [aria-sort]").ariaSort')).toBe('ascending');
  expect(await column('#requests', 0)).toEqual(['list pods', 'create configmaps']);
});

test('the search narrows all tables and marks the flame graph', async () => {
  await browser.open(ordinary);
  await browser.press('/');
  await browser.type('QUICK');
  expect(await column('#webhooks', 0)).toEqual(['quick.example.com']);
  expect(await browser.value('getComputedStyle(document.querySelector("#clients")).display')).toBe('none');
  expect(await browser.text('[role=status]')).toMatch(/^\d+ rows$/);
  const marked = '[...document.querySelectorAll(".frame")].filter(frame => frame.querySelector("rect").getAttribute("fill") === "var(--found)")';
  expect(await browser.value(`${marked}.map(frame => frame.ariaLabel.split(":")[0])`)).toEqual(['Call validating webhook quick.example.com']);
  await browser.value('document.querySelector("#search").select()');
  await browser.type('(');
  expect(await browser.text('[role=status]')).toMatch(/rows$/);
  await browser.value('(() => { const search = document.querySelector("#search"); search.value = ""; search.dispatchEvent(new Event("input")); })()');
  await browser.type(' ');
  expect(await column('#webhooks', 0)).toEqual(['slow.policy.example.com', 'quick.example.com']);
});

test('a frame of the flame graph says its time, widens, and leads to traces', async () => {
  await browser.open(ordinary);
  await drawn();
  await browser.click('.frame[aria-label^="Call validating webhook slow"]');
  expect(await browser.text('.flame + .tools')).toMatch(/^Call validating webhook slow\.policy\.example\.com: 24\.43 s, 8\d %, .*30 times/);
  const width = 'document.querySelector(".frame[aria-label^=\'Call validating webhook slow\'] rect").getBoundingClientRect().width';
  await browser.until(`${width} > document.querySelector(".flame").clientWidth - 5`);
  await browser.click('.details button');
  expect(await title()).toContain('create configmaps');
});

test('the time line leads to a trace, and to the traces of a moment', async () => {
  await browser.open(ordinary);
  await browser.click('.dot');
  expect(await title()).not.toBe('');
  await browser.press('Escape');
  const all = (await column('#traces', 0)).length;
  await browser.click('.bucket:last-child');
  expect((await column('#traces', 0)).length).toBeLessThan(all);
  expect(await browser.text('#traces [aria-live]')).toMatch(/^Only 10:00:\d\d/);
  await browser.click('#traces [aria-live] button');
  expect(await column('#traces', 0)).toHaveLength(all);
});

test('a link leads to a trace', async () => {
  await browser.open(ordinary, {}, '#trace=00000001');
  expect(await title()).toContain('create configmaps');
});

test('everything can be done by keyboard', async () => {
  await browser.open(ordinary);
  const focused = () => browser.value<string>('document.activeElement.innerText || document.activeElement.ariaLabel || document.activeElement.id');
  await browser.press('Tab');
  expect(await focused()).toBe('Skip to the report');
  await browser.press('Enter', 'Tab');
  const seen: string[] = [];
  for (let i = 0; i < 80 && !seen.includes('create configmaps'); i++) {
    seen.push(await focused());
    if (seen.at(-1) !== 'create configmaps') await browser.press('Tab');
  }
  expect(seen).toEqual(expect.arrayContaining(['Request', 'P99', 'create configmaps']));
  await browser.press('Enter');
  expect(await focused()).toMatch(/^create configmaps +821 ms$/);
  await browser.press('Escape');
  expect(await focused()).toBe('create configmaps');
  // Groups take one press of Tab; arrows move in them.
  await browser.value('document.querySelector(".frame[tabindex=\'0\']").focus()');
  await browser.press('ArrowDown', 'ArrowDown', 'ArrowDown');
  expect(await focused()).toMatch(/^Call validating webhook slow/);
  await browser.press('ArrowRight');
  expect(await focused()).toMatch(/^Call validating webhook quick/);
  await browser.press('ArrowUp', 'Enter');
  expect(await browser.text('.details')).toMatch(/^Create: /);
  await browser.value('document.querySelector(".dot[tabindex=\'0\']").focus()');
  await browser.press('ArrowRight', 'Enter');
  expect(await title()).not.toBe('');
});

interface AxNode {
  readonly role?: { readonly value: string };
  readonly name?: { readonly value: string };
  readonly ignored: boolean;
}

function operated(nodes: readonly AxNode[]): AxNode[] {
  const roles = ['button', 'link', 'searchbox', 'treeitem', 'dialog', 'tree', 'region', 'table'];
  return nodes.filter(({ role, ignored }) => !ignored && roles.includes(role?.value ?? ''));
}

test('nothing that can be operated is without a name', async () => {
  await browser.open(ordinary);
  await browser.click('#requests tbody button');
  const { nodes } = await browser.send('Accessibility.getFullAXTree');
  const behind = operated(nodes as AxNode[]);
  expect(behind.length).toBeGreaterThan(5);
  expect(behind.filter(({ name }) => !name?.value)).toEqual([]);
  await browser.press('Escape');
  const all = operated((await browser.send('Accessibility.getFullAXTree')).nodes as AxNode[]);
  expect(all.filter(({ name }) => !name?.value)).toEqual([]);
  expect(all.filter(({ role }) => role?.value === 'treeitem').length).toBeGreaterThan(10);
});

test.each([false, true])('text stands out from its background (dark: %j)', async dark => {
  await browser.open(ordinary, { dark });
  const pale = async () => (await contrasts(browser)).filter(({ ratio }) => ratio < 4.5);
  expect(await pale()).toEqual([]);
  await browser.click('#requests tbody button');
  await browser.click('dialog [aria-pressed]');
  expect(await pale()).toEqual([]);
});

test('light and dark are those of the system, until somebody chooses', async () => {
  const background = () => browser.value<string>('getComputedStyle(document.body).backgroundColor');
  await browser.open(ordinary);
  const light = await background();
  await browser.open(ordinary, { dark: true });
  const dark = await background();
  expect(dark).not.toBe(light);
  await browser.click('#theme');
  expect([await browser.text('#theme'), await background()]).toEqual(['Theme: light', light]);
  await browser.click('#theme');
  expect([await browser.text('#theme'), await background()]).toEqual(['Theme: dark', dark]);
});

test.each([360, 390, 768])('a screen of %d pixels shows all without scrolling aside', async width => {
  await browser.open(ordinary, { width, height: 800 });
  const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
  expect(await browser.value(overflow)).toBe(0);
  await browser.click('#requests tbody button');
  expect(await browser.value('document.querySelector("dialog").scrollWidth - document.querySelector("dialog").clientWidth')).toBe(0);
  expect(await browser.text('dialog .culprit')).toContain('slow.policy.example.com');
});

test('on a phone rows stay low, and the first column stays where it is', async () => {
  const agent = `controller-with-a-long-name/v1.2.3 (linux/amd64) ${'kubernetes/abcdef0 '.repeat(6)}`;
  await browser.open(pages.write('long', [otlpLine(slowWebhook('policy.a-long-name.example.com', agent))]), { width: 390, height: 800 });
  const heights = await browser.value<number[]>('[...document.querySelectorAll("#traces tbody tr, #requests tbody tr")].map(row => row.offsetHeight)');
  expect(heights.length).toBe(2);
  expect(Math.max(...heights)).toBeLessThan(80);
  const left = () => browser.value<number>('document.querySelector("#traces tbody td").getBoundingClientRect().left');
  const before = await left();
  await browser.value('document.querySelector("#traces .scroll").scrollLeft = 300');
  expect(await browser.value('document.querySelector("#traces .scroll").scrollLeft')).toBeGreaterThan(100);
  expect(await left()).toBe(before);
});

test('names of spans are text, whatever they say', async () => {
  const lines = [
    ...['a1', 'a2'].map((trace, i) => otlpLine(slowWebhook(HOSTILE, HOSTILE).map(span => ({
      ...span,
      name: ['6', '12'].includes(span.id) ? HOSTILE : span.name,
      attributes: { ...span.attributes, ...span.id === '1' && { 'url.path': `/api/v1/${HOSTILE}` } },
    })), { trace, cluster: i === 0 ? HOSTILE : 'b' })),
    otlpLine([{ id: '1', name: 'x', from: 0, to: 1, service: HOSTILE }], { trace: 'a3' }),
    otlpLine(list({ attributes: { 'user_agent.original': '__proto__' } }).map(span => ({ ...span, name: span.id === '3' ? 'constructor' : span.name })), { trace: 'a4' }),
  ];
  await browser.open(pages.write('hostile', lines));
  await browser.click('#webhooks tbody button');
  expect(await browser.text('dialog .culprit')).toContain('<img src=x onerror="window.hacked=1">');
  expect(await browser.text('dialog')).not.toContain('\u202e');
  await browser.press('Escape');
  await drawn();
  for (const frame of [1, 2, 3]) await browser.click(`.frame:nth-of-type(${frame})`);
  await browser.press('/');
  await browser.type('<img');
  expect((await column('#webhooks', 0)).length + (await column('#webhooks', 1)).length).toBeGreaterThan(0);
  const harm = '[typeof window.hacked, document.querySelectorAll("img, iframe, object, embed").length, document.scripts.length]';
  expect(await browser.value(harm)).toEqual(['undefined', 0, 2]);
});

test('even a script that got into the page would not run', async () => {
  const page = pages.write('policy', LINES.slice(0, 1));
  const injected = '<script>window.hacked=1</script><img src="http://127.0.0.1:9/x" onerror="window.hacked=2">';
  fs.writeFileSync(page, fs.readFileSync(page, 'utf8').replace('</body>', `${injected}</body>`));
  await browser.open(page);
  expect(await browser.value('typeof window.hacked')).toBe('undefined');
  expect(browser.complaints.splice(0).join('\n')).toMatch(/Content Security Policy/);
  browser.requests.splice(0);
});

test('of 100,000 spans the page holds what a browser can show', async () => {
  const page = pages.write('many', Array.from({ length: 77 }, (_, i) => batch(i * 100, 100)));
  expect(fs.statSync(page).size).toBeLessThan(1_000_000);
  await browser.open(page);
  expect(await browser.text('.tiles')).toMatch(/7,700\s+100,100 spans/);
  expect(await browser.value('document.querySelectorAll("*").length')).toBeLessThan(15_000);
  await browser.click('#webhooks tbody button');
  expect(await browser.text('dialog .culprit')).toContain('policy-3.example.com');
  await browser.press('Escape', '/');
  await browser.type('policy-2');
  expect(await column('#webhooks', 0)).toEqual(['policy-2.example.com']);
});

test('without any complete request the page says what there is', async () => {
  await browser.open(pages.write('little', [otlpLine(slowWebhook().filter(({ id }) => id !== '6'))]));
  expect(await browser.text('nav')).not.toContain('Where all requests spend their time');
  await browser.click('details summary');
  expect(await browser.text('details')).toContain('1 trace is incomplete');
  await browser.open(pages.write('etcd', [otlpLine(slowWebhook().filter(({ service }) => service === 'etcd'))]));
  expect(await browser.text('.tiles')).toMatch(/^Requests\s+0\s/);
  // Without a request there is no percentile of any.
  expect(await browser.text('.tiles')).not.toMatch(/P99|0\.00 ms/);
  expect(await browser.value('document.querySelector("details").open')).toBe(true);
});
