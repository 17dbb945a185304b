import { createHash } from 'crypto';
import { pageOf } from './read';
import { Page } from '../../../src/report/model/page';
import { pageHtml, scriptJson } from '../../../src/report/render/page-html';
import { otlpLine, slowWebhook } from '../../support/traces/otlp';

const PARTS = { script: 'console.log(1)', style: 'a { color: red }' };
const HOSTILE = '</script><script>alert(1)</script><!--<script>\u2028]]>&lt;img src=x onerror=alert(1)>"\'`${x}';

function dataOf(html: string): Page {
  const [, data = ''] = /<script type="application\/json" id="data">([^]*?)<\/script>/i.exec(html)!;
  return JSON.parse(data) as Page;
}

test('the data comes back as it was, whatever it says', () => {
  const page = pageOf([otlpLine(slowWebhook(HOSTILE, HOSTILE).map(span => (span.id === '6' ? { ...span, name: HOSTILE } : span)))]);
  const html = pageHtml(page, PARTS);
  expect(dataOf(html)).toEqual(JSON.parse(JSON.stringify(page)));
  expect(dataOf(html).report.webhooks[0]!.name).toBe(HOSTILE);
});

test('no text can end the element of the data, or begin another', () => {
  const html = pageHtml(pageOf([otlpLine(slowWebhook(HOSTILE, HOSTILE))]), PARTS);
  expect(html.match(/<\/?script/gi)).toEqual(['<script', '</script', '<script', '</script']);
  expect(html).not.toMatch(/<!--|<img|\u2028/);
});

test.each(['<', '>', '&', '\u2028', '\u2029', '\ud800', '</SCRIPT >', '\u0000'])('%j is written without itself, and read again', text => {
  const written = scriptJson({ [text]: text });
  expect(written).toMatch(/^[ -~]*$/);
  expect(JSON.parse(written)).toEqual({ [text]: text });
});

test('its policy allows its own script and style, and nothing else', () => {
  const html = pageHtml(pageOf([]), PARTS);
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  expect(html).toContain(`content="default-src 'none'; script-src ${hash(PARTS.script)}; style-src ${hash(PARTS.style)}; base-uri 'none'; form-action 'none'"`);
  expect(html.indexOf('Content-Security-Policy')).toBeLessThan(html.indexOf('<style'));
  expect(html).not.toMatch(/(?:src|href)=/);
});
