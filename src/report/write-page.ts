import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';
import { makePage } from './model/make-page';
import { Counted } from './model/make-report';
import { InputSummary } from './model/report';
import { Survey } from './model/survey';
import { asides } from './render/asides';
import { pageHtml } from './render/page-html';
import { systemReason } from '../desk/system-error';

/** Beside this program's own bundle. */
const PARTS = join(__dirname, '../page');

/**
 * Writes the page into a file, whose directory is made.
 *
 * @returns what has become of it, in words
 * @throws where it cannot be written, and where it would take the place of the spans
 */
export function writePage(file: string, survey: Survey, counted: Counted, input: InputSummary, files: readonly string[]): string {
  if (files.some(read => sameFile(read, file))) throw new Error(`--html (${file}) is a file that the spans were read from: choose another name`);
  const [script, style] = ['page.js', 'page.css'].map(name => readFileSync(join(PARTS, name), 'utf8')) as [string, string];
  const html = pageHtml(makePage(survey, counted, asides(input)), { script, style });
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, html);
  } catch (e) {
    throw new Error(`--html (${file}) cannot be written: ${systemReason(e)}`);
  }
  return `${file}: the report as a page, ${Math.ceil(Buffer.byteLength(html) / 1024)} kB`;
}

function sameFile(a: string, b: string): boolean {
  try {
    return realpathSync(a) === realpathSync(b);
  } catch {
    return false;
  }
}
