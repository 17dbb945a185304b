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
