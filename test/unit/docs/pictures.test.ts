import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { codeBlocks, PAGES } from './markdown';
import { reportText } from '../../../src/report/render/report-text';
import { PLAIN } from '../../../src/report/render/style';
import { pictures } from '../../support/traces/pictures';
import { reportOf } from '../report/read';

test.each(Object.entries(pictures()))('%s is what `npx projen pictures` draws from the stored spans', (name, picture) => {
  expect(readFileSync(path.join(__dirname, '../../../docs/images', name), 'utf8')).toBe(picture);
});

test('the webhook is named on its bar, and marked; etcd is to blame on the slow disk', () => {
  const drawn = pictures();
  expect(drawn['slow-webhook.svg']).toMatch(/>policy\.example\.com<\/text>/);
  expect(drawn['slow-webhook.svg']).toMatch(/Call validating webhook<tspan class="alarm"> ◀ slow/);
  expect(drawn['slow-etcd.svg']).toMatch(/<desc id="desc">[^:]*: etcd Txn/);
});

test('the dashboard names the webhook that is slow', () => {
  expect(pictures()['dashboard-requests.svg']).toMatch(/>slow\.policy\.example\.com CREATE<\/text>/);
});

test('the README shows the page of a report in both themes, small enough for any connection', () => {
  const readme = readFileSync(path.join(__dirname, '../../../README.md'), 'utf8');
  for (const theme of ['light', 'dark']) {
    const png = readFileSync(path.join(__dirname, '../../../docs/images', `report-${theme}.png`));
    expect(readme).toContain(`/main/docs/images/report-${theme}.png"`);
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.length).toBeLessThan(150_000);
  }
});

test('the report in the guide is the one on the stored spans', () => {
  const lines = readFileSync(path.join(__dirname, '../../support/traces/stored/slow-webhook.json'), 'utf8').trim().split('\n');
  const blocks = codeBlocks(PAGES.find(({ file }) => file === 'docs/how-to/report.md')!).map(({ text }) => text.trim());
  expect(blocks).toContain(reportText(reportOf(lines), 100, PLAIN).trim());
});
