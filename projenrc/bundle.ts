/**
 * Bundles the program of the nodes, or the command line: bundle.ts ENTRY OUTFILE
 *
 * The program goes into a ConfigMap, where every kilobyte counts. Manifests are never printed anew, so the half of the YAML library that
 * prints is left out; what reaches it all the same is told so.
 */
import { writeFileSync } from 'node:fs';
import { build, Plugin } from 'esbuild';

const PRINTING = /\/yaml\/browser\/dist\/stringify\/(?:foldFlowLines|stringify|stringifyCollection|stringifyComment|stringifyDocument|stringifyPair|stringifyString)\.js$/;

const withoutPrinting: Plugin = {
  name: 'without-printing',
  setup({ onLoad }) {
    onLoad({ filter: PRINTING }, () => ({ contents: NAMES.map(name => `export const ${name} = () => { throw new Error("YAML is never printed"); };`).join('\n') }));
  },
};

/** All that those modules export and others import. */
const NAMES = [
  'foldFlowLines', 'FOLD_FLOW', 'FOLD_BLOCK', 'FOLD_QUOTED', 'createStringifyContext', 'stringify', 'stringifyCollection', 'stringifyComment', 'indentComment',
  'lineComment', 'stringifyDocument', 'stringifyPair', 'stringifyString',
];

async function main([entry = '', outfile = '']: readonly string[]): Promise<void> {
  const { metafile } = await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    metafile: true,
    minifySyntax: true,
    legalComments: 'none',
    // yaml's ECMAScript build: the other one cannot be shaken.
    alias: { yaml: './node_modules/yaml/browser/dist/index.js' },
    // Flux substitutes `${...}` in what it applies.
    supported: { 'template-literal': false },
    plugins: [withoutPrinting],
  });
  writeFileSync(outfile.replace(/\.js$/, '.meta.json'), JSON.stringify(metafile, null, 1));
}

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
