import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import * as path from 'node:path';

const ROOT = path.join(__dirname, '../../..');
/** The bundler's own list, made by `npx projen bundle`. */
const META = JSON.parse(readFileSync(path.join(ROOT, 'assets/patcher/main/index.meta.json'), 'utf8')) as {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, { readonly imports: readonly { readonly path: string; readonly external?: boolean }[] }>>;
};
const LICENSES = readFileSync(path.join(ROOT, 'THIRD-PARTY-LICENSES.txt'), 'utf8');

const packageOf = (input: string) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
const inputs = Object.keys(META.inputs);
const packages = [...new Set(inputs.flatMap(input => packageOf(input) ?? []))].sort();

test('the program is made of its own source and two libraries', () => {
  expect(packages).toEqual(['diff', 'yaml']);
  expect(inputs.filter(input => packageOf(input) === undefined && !/^src\/(patcher|patch-spec)\//.test(input))).toEqual([]);
});

test("it needs nothing at run time but Node.js' own modules", () => {
  const imported = Object.values(META.outputs).flatMap(({ imports }) => imports.map(i => i.path));
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
