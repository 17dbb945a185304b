import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

const ROOT = path.join(__dirname, '../../..');
const MANIFEST = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as Record<string, Record<string, string> | undefined>;

interface Packed { readonly files: readonly { readonly path: string; readonly size: number }[]; readonly size: number; readonly unpackedSize: number }

function pack(): Packed {
  const json = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return (JSON.parse(json) as Packed[])[0]!;
}

test('nothing is installed with the package but its peers', () => {
  expect(MANIFEST.dependencies ?? {}).toEqual({});
  expect(MANIFEST.bundledDependencies ?? []).toEqual([]);
  expect(MANIFEST.optionalDependencies ?? {}).toEqual({});
  expect(Object.keys(MANIFEST.peerDependencies!).sort()).toEqual(['cdk8s', 'cdk8s-plus-28', 'constructs']);
});

test('nothing runs when the package is installed', () => {
  expect(Object.keys(MANIFEST.scripts!).filter(script => /^(pre|post)?(install|prepare)$/.test(script))).toEqual([]);
});

// What is compiled is there once `npx projen compile` has run.
(existsSync(path.join(ROOT, '.jsii')) ? describe : describe.skip)('the tarball', () => {
  let packed: Packed;
  let files: string[];
  beforeAll(() => {
    packed = pack();
    files = packed.files.map(file => file.path);
  }, 60_000);

  test('has what the library needs', () => {
    expect(files).toEqual(expect.arrayContaining([
      '.jsii', 'API.md', 'LICENSE', 'README.md', 'THIRD-PARTY-LICENSES.txt', 'assets/patcher/main/program.js', 'bin/cdk8s-control-plane-tracing',
      'lib/index.d.ts', 'lib/index.js', 'package.json',
    ]));
  });

  test('has nothing else', () => {
    const places = new Set(files.map(file => file.split('/').slice(0, 2).join('/')));
    expect([...places].filter(place => !/^lib\/(advice|constructs|patch-spec|index\.(js|d\.ts))$/.test(place)).sort()).toEqual([
      '.jsii', '.jsii.tabl.json', 'API.md', 'CONTRIBUTING.md', 'LICENSE', 'README.md', 'SECURITY.md', 'THIRD-PARTY-LICENSES.txt', 'assets/patcher',
      'assets/report', 'assets/trace',
      'bin/cdk8s-control-plane-tracing', 'package.json',
    ].filter(place => place !== '.jsii.tabl.json' || files.includes(place)));
    expect(files.filter(file => file.startsWith('assets/'))).toEqual([
      'assets/patcher/cli/index.js', 'assets/patcher/main/index.js', 'assets/patcher/main/program.js', 'assets/report/main/index.js',
      'assets/report/page/page.css', 'assets/report/page/page.js', 'assets/trace/main/index.js',
    ]);
    expect(files.filter(file => file.endsWith('.ts') && !file.endsWith('.d.ts'))).toEqual([]);
  });

  test('is small', () => {
    expect(packed.size).toBeLessThan(1_200_000);
    expect(packed.unpackedSize).toBeLessThan(5_000_000);
  });
});
