import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import * as path from 'node:path';

const ROOT = path.join(__dirname, '../../..');
interface Meta {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, { readonly imports: readonly { readonly path: string; readonly external?: boolean }[] }>>;
}

/** The bundler's own lists, made by `npx projen bundle`. */
const read = (name: string) => JSON.parse(readFileSync(path.join(ROOT, 'assets', `${name}.meta.json`), 'utf8')) as Meta;
const METAS = { main: read('patcher/main/index'), cli: read('patcher/cli/index'), report: read('report/main/index'), trace: read('trace/main/index') };
const PAGE = read('report/page/page');
const LICENSES = readFileSync(path.join(ROOT, 'THIRD-PARTY-LICENSES.txt'), 'utf8');

const packageOf = (input: string) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
const packagesOf = ({ inputs }: Meta) => [...new Set(Object.keys(inputs).flatMap(input => packageOf(input) ?? []))].sort();
const packages = [...packagesOf(METAS.cli), ...packagesOf(PAGE)];

test.each([
  ['main', ['yaml'], /^src\/(patcher|patch-spec)\//], ['cli', ['diff', 'yaml'], /^src\/(patcher|patch-spec|advice|desk)\//], ['report', [], /^src\/(report|desk)\//],
  ['trace', [], /^src\/(trace|report|patch-spec|desk)\//],
] as const)('%s is made of its own source and %j', (name, libraries, sources) => {
  expect(packagesOf(METAS[name])).toEqual(libraries);
  expect(Object.keys(METAS[name].inputs).filter(input => packageOf(input) === undefined && !sources.test(input))).toEqual([]);
});

test('the page is made of its own source, pure parts of the report, and the flame graph with what it needs', () => {
  expect(packagesOf(PAGE).filter(name => !/^(d3-[a-z-]+|internmap)$/.test(name))).toEqual([]);
  expect(packagesOf(PAGE)).toContain('d3-flame-graph');
  expect(Object.keys(PAGE.inputs).filter(input => packageOf(input) === undefined && !/^page\/|^src\/report\/(model|render)\//.test(input))).toEqual([]);
  expect(Object.values(PAGE.outputs).flatMap(({ imports }) => imports)).toEqual([]);
});

// The program that goes onto the nodes has its own test.
test.each(['trace/main/index.js', 'report/main/index.js', 'report/page/page.js', 'report/page/page.css'])('%s stays small', file => {
  expect(Buffer.byteLength(JSON.stringify(readFileSync(path.join(ROOT, 'assets', file), 'utf8')))).toBeLessThan(200_000);
});

test('what plans for the desk never goes onto a node', () => {
  expect(Object.keys(METAS.main.inputs).filter(input => /plan-(command|text|options|out)|app-files/.test(input))).toEqual([]);
});

test.each(Object.entries(METAS))("%s needs nothing at run time but Node.js' own modules", (_, { outputs }) => {
  const imported = Object.values(outputs).flatMap(({ imports }) => imports.map(i => i.path));
  expect(imported.length).toBeGreaterThan(0);
  expect(imported.filter(name => !isBuiltin(name))).toEqual([]);
});

test('the licence of everything bundled is published, in the version that is bundled', () => {
  for (const name of packages) {
    const { version, license } = JSON.parse(readFileSync(path.join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as { version: string; license: string };
    expect(LICENSES).toContain(`${name} ${version} (${license})`);
    expect(LICENSES).toContain(readFileSync(path.join(ROOT, 'node_modules', name, 'LICENSE'), 'utf8').trim());
  }
});
