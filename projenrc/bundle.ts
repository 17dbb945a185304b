/**
 * Bundles the program of the nodes, or the command line: bundle.ts ENTRY OUTFILE
 *
 * The program goes into a ConfigMap, where every kilobyte counts. Manifests are never printed anew, so the half of the YAML library that
 * prints is left out; what reaches it all the same is told so.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { build, Plugin } from 'esbuild';

const PRINTING = /\/yaml\/browser\/dist\/stringify\/(?:foldFlowLines|stringify|stringifyCollection|stringifyComment|stringifyDocument|stringifyPair|stringifyString)\.js$/;

const withoutPrinting: Plugin = {
  name: 'without-printing',
  setup({ onLoad }) {
    onLoad({ filter: /\/yaml\/browser\/dist\/(?:doc|parse|schema)\// }, ({ path }) => {
      const unused = UNUSED[path.replace(/^.*\/yaml\/browser\/dist\//, '')];
      if (path.endsWith('/doc/Document.js')) return { contents: MAKING.reduce((text, name) => withoutMethod(text, name), readFileSync(path, 'utf8')) };
      return unused === undefined ? undefined : { contents: unused };
    });
    onLoad({ filter: /\/yaml\/browser\/dist\/parse\/cst-visit\.js$/ }, () => ({ contents: `export const visit = ${NEVER};` }));
    onLoad({ filter: PRINTING }, () => ({ contents: NAMES.map(name => `export const ${name} = () => { throw new Error("YAML is never printed"); };`).join('\n') }));
  },
};

/** All that those modules export and others import. */
const NAMES = [
  'foldFlowLines', 'FOLD_FLOW', 'FOLD_BLOCK', 'FOLD_QUOTED', 'createStringifyContext', 'stringify', 'stringifyCollection', 'stringifyComment', 'indentComment',
  'lineComment', 'stringifyDocument', 'stringifyPair', 'stringifyString',
];

const NEVER = '() => { throw new Error("YAML is never made"); }';

/** Methods of a document that change it. */
const MAKING = ['clone', 'add', 'addIn', 'createAlias', 'createNode', 'createPair', 'delete', 'deleteIn', 'set', 'setIn', 'toString'];

function withoutMethod(text: string, name: string): string {
  const shorter = text.replace(new RegExp(`^ {4}${name}\\([^]*?^ {4}\\}\\n`, 'm'), '');
  if (shorter === text) throw new Error(`Document.js of yaml has no method ${name}`);
  return shorter;
}

/** Modules that a reader of manifests never reaches: making nodes, revivers, the JSON schema, and collections that no Pod has. */
const UNUSED: Readonly<Record<string, string>> = {
  'doc/applyReviver.js': `export const applyReviver = ${NEVER};`,
  'doc/anchors.js': `export const [anchorIsValid, anchorNames, createNodeAnchors, findNewAnchor] = Array(4).fill(${NEVER});`,
  'doc/createNode.js': `export const createNode = ${NEVER};`,
  'parse/cst-visit.js': `export const visit = ${NEVER};`,
  'schema/json/schema.js': 'export const schema = [];',
  'schema/yaml-1.1/binary.js': 'export const binary = { tag: "tag:yaml.org,2002:binary" };',
  'schema/yaml-1.1/omap.js': 'export const omap = { tag: "tag:yaml.org,2002:omap" };',
  'schema/yaml-1.1/pairs.js': 'export const pairs = { tag: "tag:yaml.org,2002:pairs" };',
  // A time stays the text that it is: kubelet's reader knows no sexagesimal numbers, and no field of a Pod that is looked at is a time.
  'schema/yaml-1.1/timestamp.js': 'const never = { tag: "tag:yaml.org,2002:timestamp", test: /^(?!)/ }; export { never as floatTime, never as intTime, never as timestamp };',
  'schema/yaml-1.1/set.js': 'export const set = { tag: "tag:yaml.org,2002:set" };',
};

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
