import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import * as path from 'node:path';

const ROOT = path.join(__dirname, '../../..');
interface Meta {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, { readonly imports: readonly { readonly path: string; readonly external?: boolean }[] }>>;
}

/** The bundler's own lists, made by `npx projen bundle`. */
const read = (name: string) => JSON.parse(readFileSync(path.join(ROOT, 'assets', name, 'index.meta.json'), 'utf8')) as Meta;
const METAS = { main: read('patcher/main'), cli: read('patcher/cli'), report: read('report/main') };
const LICENSES = readFileSync(path.join(ROOT, 'THIRD-PARTY-LICENSES.txt'), 'utf8');

const packageOf = (input: string) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
const packagesOf = ({ inputs }: Meta) => [...new Set(Object.keys(inputs).flatMap(input => packageOf(input) ?? []))].sort();
const packages = packagesOf(METAS.cli);

test.each([['main', ['yaml']], ['cli', ['diff', 'yaml']], ['report', []]] as const)('%s is made of its own source and %j', (name, libraries) => {
  expect(packagesOf(METAS[name])).toEqual(libraries);
  expect(Object.keys(METAS[name].inputs).filter(input => packageOf(input) === undefined && !(name === 'report' ? /^src\/report\// : /^src\/(patcher|patch-spec)\//).test(input))).toEqual([]);
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
