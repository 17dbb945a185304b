/**
 * Bundles what runs in the page of `report --html`: bundle-page.ts OUTFILE
 *
 * It is written into the page between tags, so it must not hold what ends them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

async function main([outfile = '']: readonly string[]): Promise<void> {
  const { metafile } = await build({
    entryPoints: ['page/main.ts'],
    outfile,
    bundle: true,
    platform: 'browser',
    target: ['chrome115', 'firefox115', 'safari16.4'],
    format: 'iife',
    charset: 'ascii',
    minify: true,
    metafile: true,
    legalComments: 'none',
  });
  for (const file of [outfile, outfile.replace(/\.js$/, '.css')]) {
    const text = readFileSync(file, 'utf8');
    if (/<\/(?:script|style)|<!--/i.test(text)) throw new Error(`${file} holds what ends its element in a page`);
  }
  writeFileSync(outfile.replace(/\.js$/, '.meta.json'), JSON.stringify(metafile, null, 1));
}

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
