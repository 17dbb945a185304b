import { createHash } from 'crypto';
import { Page } from '../model/page';

/** The page's own program and style, as they were bundled. */
export interface PageParts {
  readonly script: string;
  readonly style: string;
}

/**
 * One file, which asks nobody for anything: its policy allows this one script and this one style, and no connection.
 *
 * The data is JSON that no text in it can end; the script puts it into the page as text.
 */
export function pageHtml(page: Page, { script, style }: PageParts): string {
  const policy = [
    "default-src 'none'", `script-src '${hash(script)}'`, `style-src '${hash(style)}'`, "base-uri 'none'", "form-action 'none'",
  ].join('; ');
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    '<title>Control-plane requests</title>',
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '<noscript>This page needs JavaScript. The report without it: cdk8s-control-plane-tracing report</noscript>',
    `<script type="application/json" id="data">${scriptJson(page)}</script>`,
    `<script>${script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** JSON for a script element: `<` could end the element or begin a comment in it, and the two separators end lines in JavaScript. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
}
