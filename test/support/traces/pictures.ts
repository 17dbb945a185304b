/**
 * Draws the pictures of the how-to guides from stored spans of real components (test/integration/collector/record-traces.ts records them). The counts of
 * clients are of a kubeadm cluster in which a controller lists instead of watching.
 *
 *     npx projen pictures
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { drawCounts, drawTrace } from './drawing';
import { viewOfLines } from './view';

const STORED = path.join(__dirname, 'stored');
const PICTURES = path.join(__dirname, '../../../docs/images');

const read = (name: string) => fs.readFileSync(path.join(STORED, `${name}.json`), 'utf8');
const view = (name: string) => viewOfLines(read(name).split('\n').filter(line => line !== ''));

/** By the name of the file. */
export function pictures(): { readonly [name: string]: string } {
  return {
    'slow-webhook.svg': drawTrace(view('slow-webhook'), 'A webhook that takes 800 ms'),
    'slow-etcd.svg': drawTrace(view('slow-etcd'), 'A disk under etcd that takes 150 ms to sync'),
    'chatty-controller.svg': drawCounts(JSON.parse(read('clients')) as [string, number][], 'Requests in 30 s, by user agent'),
  };
}

if (require.main === module) {
  for (const [name, picture] of Object.entries(pictures())) fs.writeFileSync(path.join(PICTURES, name), picture);
}
