/**
 * Draws the pictures of the how-to guides from stored spans of real components (test/integration/collector/record-traces.ts records them). The counts of
 * clients are of a kubeadm cluster in which a controller lists instead of watching. The panels are what Prometheus answered to the queries of the
 * dashboards (test/integration/collector/record-dashboard.ts).
 *
 *     npx projen pictures
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { drawPanels, DrawnPanel } from './draw-panels';
import { drawCounts, drawTrace } from './drawing';
import { viewOfLines } from './view';

const STORED = path.join(__dirname, 'stored');
const PICTURES = path.join(__dirname, '../../../docs/images');

const read = (name: string) => fs.readFileSync(path.join(STORED, `${name}.json`), 'utf8');
const view = (name: string) => viewOfLines(read(name).split('\n').filter(line => line !== ''));

/** Rates over 5 minutes would be longer than the record. */
const WINDOW = 'rates are over 30 s here, not over 5 min';

/** By the name of the file. */
export function pictures(): { readonly [name: string]: string } {
  const panels = JSON.parse(read('dashboards')) as DrawnPanel[];
  const of = (dashboard: RegExp) => panels.filter(panel => dashboard.test(panel.dashboard));
  return {
    'slow-webhook.svg': drawTrace(view('slow-webhook'), 'A webhook that takes 800 ms'),
    'slow-etcd.svg': drawTrace(view('slow-etcd'), 'A disk under etcd that takes 150 ms to sync'),
    'chatty-controller.svg': drawCounts(JSON.parse(read('clients')) as [string, number][], 'Requests in 30 s, by user agent'),
    'dashboard-requests.svg': drawPanels(of(/^API server requests/), 'API server requests',
      `A webhook is slow from minute 1 to minute 2, and a crowd of clients comes after minute 2. Plotted from the dashboard's queries; ${WINDOW}.`),
    'dashboard-collector.svg': drawPanels(of(/^Control-plane tracing/), 'Control-plane tracing: the panels of the collector itself',
      `One of two backends is not there. The panels over spans need Tempo and are not drawn. Plotted from the dashboard's queries; ${WINDOW}.`),
  };
}

if (require.main === module) {
  for (const [name, picture] of Object.entries(pictures())) fs.writeFileSync(path.join(PICTURES, name), picture);
}
