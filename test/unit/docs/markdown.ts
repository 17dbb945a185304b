import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

export const ROOT = path.join(__dirname, '../../..');

export interface Page {
  /** Relative to the root of the checkout: `docs/how-to/undo.md`. */
  readonly file: string;
  readonly text: string;
}

export interface CodeBlock {
  /** `docs/how-to/undo.md:12` */
  readonly at: string;
  readonly language: string;
  readonly text: string;
}

const BESIDE = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md'];

/** All documentation that people write. */
export const PAGES: readonly Page[] = [
  ...BESIDE,
  ...readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.md')).map(name => path.join('docs', name)).sort(),
].map(file => ({ file, text: readFileSync(path.join(ROOT, file), 'utf8') }));

export function page(file: string): string {
  return PAGES.find(candidate => candidate.file === file)!.text;
}

export function codeBlocks({ file, text }: Page): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const fence = /^([ ]*)```([^\n]*)\n([^]*?)^\1```$/gm;
  for (const match of text.matchAll(fence)) {
    const [, indent, info, body] = match as unknown as [string, string, string, string];
    const line = text.slice(0, match.index).split('\n').length;
    blocks.push({ at: `${file}:${line}`, language: info.split(/\s/)[0]!, text: body.split('\n').map(l => (l.startsWith(indent) ? l.slice(indent.length) : l)).join('\n') });
  }
  return blocks;
}

/** The rows of the table that begins with this header. */
export function table(text: string, firstHeader: string): string[][] {
  const lines = text.split('\n');
  const start = lines.findIndex(line => line.startsWith(`| ${firstHeader} |`));
  const rows = lines.slice(start + 2);
  return rows.slice(0, rows.findIndex(line => !line.startsWith('|')))
    .map(line => line.split('|').slice(1, -1).map(cell => cell.trim()));
}

/** As GitHub makes them of headings. */
export function anchors(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading!.toLowerCase().replace(/`/g, '').replace(/[^\p{L}\p{N}\- _]/gu, '').replace(/ /g, '-'));
}
