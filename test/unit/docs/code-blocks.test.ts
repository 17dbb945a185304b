import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import * as ts from 'typescript';
import { parseAllDocuments } from 'yaml';
import { codeBlocks, PAGES, ROOT } from './markdown';

const PACKAGE = 'cdk8s-control-plane-tracing';
const BLOCKS = PAGES.flatMap(codeBlocks);
const TYPESCRIPT = BLOCKS.filter(({ language }) => ['ts', 'typescript'].includes(language));
const of = (...languages: string[]) => BLOCKS.filter(({ language }) => languages.includes(language)).map(block => [block.at, block.text] as const);

/** What a block may use without saying where it comes from: all exports, `app` and `chart`. */
function completed(text: string): string {
  const uses = (name: string) => new RegExp(`\\b${name}\\b`).test(text);
  const declares = (name: string) => new RegExp(`(?:const|let|class|interface|import \\{[^}]*)\\s*\\b${name}\\b`).test(text);
  const wants = (name: string) => uses(name) && !declares(name);
  const from = (module: string, all: readonly string[]) => {
    const names = all.filter(name => wants(name) && !new RegExp(`import \\{[^}]*\\b${name}\\b`).test(text));
    return names.length > 0 ? `import { ${names.join(', ')} } from '${module}';\n` : '';
  };
  const needsChart = wants('chart');
  const cdk8s = from('constructs', ['Construct']) + from('cdk8s', ['ApiObject', 'Duration', 'JsonPatch', 'Size', ...CHART]);
  return `${from(PACKAGE, EXPORTS) + cdk8s
    + (needsChart || wants('app') ? "import * as cdk8s from 'cdk8s';\n" : '')
    + (needsChart && !declares('app') || wants('app') ? 'const app = new cdk8s.App();\n' : '')
    + (needsChart ? "const chart = new cdk8s.Chart(app, 'chart', { namespace: 'control-plane-tracing' });\n" : '')
    + text}\nexport {};\n`;
}

const CHART = ['App', 'Chart'];
const EXPORTS = exportsOf(path.join(ROOT, 'src/index.ts'));

function exportsOf(file: string): string[] {
  const text = ts.sys.readFile(file)!;
  return [...text.matchAll(/export \{([^}]*)\}/g)].flatMap(([, names]) => names!.split(',').map(name => name.replace('type ', '').trim()).filter(Boolean));
}

test('there are blocks to check', () => {
  expect(TYPESCRIPT.length).toBeGreaterThan(5);
});

test('every TypeScript block compiles', () => {
  const { config } = ts.readConfigFile(path.join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  Object.assign(options, {
    noEmit: true, noUnusedLocals: false, noUnusedParameters: false, rootDir: ROOT, types: ['node'], paths: { [PACKAGE]: [path.join(ROOT, 'src/index.ts')] },
  });
  const sources = new Map(TYPESCRIPT.map(({ at, text }) => [path.join(ROOT, 'docs', `${at.replace(/[^\w]/g, '-')}.ts`), completed(text)]));
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.fileExists = file => sources.has(file) || fileExists(file);
  host.readFile = file => sources.get(file) ?? readFile(file);
  host.getSourceFile = (file, version, ...rest) => {
    const text = sources.get(file);
    return text === undefined ? getSourceFile(file, version, ...rest) : ts.createSourceFile(file, text, version, true);
  };
  const program = ts.createProgram([...sources.keys()], options, host);
  const errors = ts.getPreEmitDiagnostics(program).filter(({ file }) => file !== undefined && sources.has(file.fileName));
  expect(ts.formatDiagnostics(errors, { ...host, getCanonicalFileName: file => file })).toBe('');
}, 120_000);

describe('every TypeScript block runs', () => {
  const outdir = mkdtempSync(path.join(tmpdir(), 'docs-'));
  const before = process.env.CDK8S_OUTDIR;
  beforeAll(() => { process.env.CDK8S_OUTDIR = outdir; });
  afterAll(() => {
    if (before === undefined) delete process.env.CDK8S_OUTDIR;
    else process.env.CDK8S_OUTDIR = before;
    rmSync(outdir, { recursive: true, force: true });
  });

  test.each(TYPESCRIPT.map(({ at, text }) => [at, text] as const))('%s', (_, text) => {
    jest.spyOn(console, 'log').mockImplementation();
    const { outputText } = ts.transpileModule(`${completed(text)}\nexport const made = typeof app === 'undefined' ? undefined : app;\n`, {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
    });
    const made: { made?: { synthYaml(): string } } = {};
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const load = (name: string): unknown => require(name === PACKAGE ? '../../../src' : name);
    new Function('require', 'exports', outputText)(load, made);
    if (made.made) {
      const yaml = made.made.synthYaml();
      expect(yaml).not.toBe('');
      // A whole stack comes up on a new cluster: with a collector goes the namespace that it is in.
      if (/^kind: Job$/m.test(yaml) && /^kind: (Deployment|StatefulSet)$/m.test(yaml)) expect(yaml).toMatch(/^kind: Namespace$/m);
    }
  });
});

test.each(of('sh', 'bash', 'shell'))('the shell block %s is shell', (_, text) => {
  const { status, stderr } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test.each(of('yaml'))('the YAML block %s is YAML', (_, text) => {
  const documents = parseAllDocuments(text);
  expect(Array.isArray(documents) ? documents.flatMap(document => document.errors) : []).toEqual([]);
});

test('no page holds a path or a host that only the one who wrote it has', () => {
  const found = PAGES.flatMap(({ file, text }) => [...text.matchAll(/\/work\/|\/home\/|localhost:4873/g)].map(([match]) => `${file}: ${match}`));
  expect(found).toEqual([]);
});
