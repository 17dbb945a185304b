import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { pictures } from '../../support/traces/pictures';

test.each(Object.entries(pictures()))('%s is what `npx projen pictures` draws from the stored spans', (name, picture) => {
  expect(readFileSync(path.join(__dirname, '../../../docs/images', name), 'utf8')).toBe(picture);
});

test('the webhook is named on its bar, and marked; etcd is to blame on the slow disk', () => {
  const drawn = pictures();
  expect(drawn['slow-webhook.svg']).toMatch(/>policy\.example\.com<\/text>/);
  expect(drawn['slow-webhook.svg']).toMatch(/Call validating webhook<tspan class="alarm"> ◀ slow/);
  expect(drawn['slow-etcd.svg']).toMatch(/<desc id="desc">[^:]*: etcd Txn/);
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
