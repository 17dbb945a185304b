/**
 * Photographs the page of a report, light and dark, for the README: the page is made from the spans that `npx projen demo` had on a real control plane.
 *
 *     npx projen pictures
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { Chromium, CHROMIUM } from '../browser/chromium';

const ROOT = path.join(__dirname, '../../..');
const SPANS = path.join(__dirname, 'stored/demo.json.gz');

async function main(): Promise<void> {
  if (!fs.existsSync(CHROMIUM)) {
    process.stderr.write('chromium is not installed: the pictures of the page stay as they are\n');
    return;
  }
  const directory = fs.mkdtempSync(path.join(tmpdir(), 'page-'));
  const page = path.join(directory, 'report.html');
  const { status, stderr } = spawnSync(path.join(ROOT, 'bin/cdk8s-control-plane-tracing'), ['report', SPANS, '--html', page], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`report ended with ${status}: ${stderr}`);
  const browser = await Chromium.start();
  try {
    for (const theme of ['light', 'dark']) {
      await browser.open(page, { width: 1000, height: 780, dark: theme === 'dark' });
      await browser.screenshot(path.join(ROOT, 'docs/images', `report-${theme}.png`));
    }
  } finally {
    await browser.stop();
    fs.rmSync(directory, { recursive: true });
  }
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
