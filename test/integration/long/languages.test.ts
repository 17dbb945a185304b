/**
 * The package in the other languages: generated, built with the language's own tools, and used by the same app in each. What the apps synthesize
 * is the same, byte for byte.
 *
 * `npx projen compile` comes first (the task does it). Where a registry does not have the binding of a dependency, that is generated too.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { cacheRoot } from '../../support/components/cache';

const ROOT = path.join(__dirname, '../../..');
const EXAMPLES = path.join(ROOT, 'examples/languages');
const QUIET = { JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20', JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION: 'true' };
const has = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const where = (found: boolean, tool: string): typeof test | typeof test.skip => {
  if (!found) process.stderr.write(`${tool} is not installed: the sources are generated and not compiled\n`);
  return found ? test : test.skip;
};

let work: string;
let generated: string;
let expected: string;

beforeAll(() => {
  if (!fs.existsSync(path.join(ROOT, '.jsii'))) throw new Error('there is no .jsii: run "npx projen compile" first');
  work = fs.mkdtempSync(path.join(tmpdir(), 'languages-'));
  generated = path.join(work, 'generated');
  generate(ROOT, ['python', 'java', 'dotnet', 'go']);
  expected = synthesized('typescript', outdir => run(process.execPath, [path.join(ROOT, 'node_modules/tsx/dist/cli.mjs'), 'examples/languages/main.ts'], ROOT, outdir));
});
afterAll(() => fs.rmSync(work, { recursive: true, force: true }));

function generate(module: string, targets: readonly string[], outdir = generated): void {
  run(path.join(ROOT, 'node_modules/.bin/jsii-pacmak'), [module, '--code-only', '--outdir', outdir, ...targets.flatMap(target => ['--target', target])], ROOT);
}

function run(command: string, args: readonly string[], cwd: string, outdir?: string): void {
  const env = { ...process.env, ...QUIET, ...outdir !== undefined && { CDK8S_OUTDIR: outdir } };
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status ?? error?.message}:\n${`${stdout}${stderr}`.slice(-4000)}`);
}

/** What an app writes into an empty directory. */
function synthesized(language: string, app: (outdir: string) => void): string {
  const outdir = path.join(work, `yaml-${language}`);
  app(outdir);
  expect(fs.readdirSync(outdir)).toEqual(['tracing.k8s.yaml']);
  return fs.readFileSync(path.join(outdir, 'tracing.k8s.yaml'), 'utf8');
}

/** The Collector's configuration, of what an app has written. */
function configOf(text: string): any {
  const configMap = parseAllDocuments(text).map(document => document.toJS()).find(({ kind }) => kind === 'ConfigMap');
  return parse(configMap.data['config.yaml']);
}

/** A copy of an example, where its tools may leave what they make. */
function exampleCopy(language: string): string {
  const copy = path.join(work, language);
  fs.cpSync(path.join(EXAMPLES, language), copy, { recursive: true });
  return copy;
}

const installed = (name: string) => (JSON.parse(fs.readFileSync(path.join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version;

where(has('python3', '-m', 'venv', '--help'), 'Python')('Python: a wheel, installed by pip, whose users take parts out of a configuration', () => {
  const venv = path.join(work, 'venv');
  const python = path.join(venv, 'bin/python');
  run('python3', ['-m', 'venv', venv], work);
  run(path.join(venv, 'bin/pip'), ['wheel', '--quiet', '--no-deps', '--wheel-dir', path.join(work, 'wheels'), path.join(generated, 'python')], work);
  const [wheel] = fs.readdirSync(path.join(work, 'wheels'));
  run(path.join(venv, 'bin/pip'), ['install', '--quiet', path.join(work, 'wheels', wheel!), `cdk8s==${installed('cdk8s')}`], work);
  const app = exampleCopy('python');
  expect(synthesized('python', outdir => run(python, ['main.py'], app, outdir))).toBe(expected);

  const script = path.join(ROOT, 'test/support/fixtures/python/remove_config.py');
  const without = (...paths: string[]) => configOf(synthesized(`python-${paths.length}`, outdir => run(python, [script, ...paths], work, outdir)));
  const [whole, rest] = [without(), without('receivers/otlp/protocols/grpc/keepalive', 'service/pipelines/traces/processors/transform~1identity', 'processors/transform~1identity')];
  expect(Object.keys(whole.receivers.otlp.protocols.grpc)).toEqual(['endpoint', 'max_recv_msg_size_mib', 'keepalive']);
  expect(Object.keys(rest.receivers.otlp.protocols.grpc)).toEqual(['endpoint', 'max_recv_msg_size_mib']);
  expect(whole.service.pipelines.traces.processors).toEqual(['memory_limiter', 'transform/identity']);
  expect(rest.service.pipelines.traces.processors).toEqual(['memory_limiter']);
  expect(Object.keys(rest.processors)).toEqual(['memory_limiter']);
  expect(() => without('receivers/otlp/protocols/grpc/keepalve')).toThrow("'removeConfig' (receivers/otlp/protocols/grpc/keepalve) must lead to something in the configuration");
});

where(has('mvn', '--version'), 'Maven')('Java: a jar, installed by Maven', () => {
  // Downloads stay; what this test installs is made anew.
  const repository = path.join(cacheRoot(), 'maven');
  const maven = ['-q', '-B', `-Dmaven.repo.local=${repository}`, '-DskipTests', '-Dmaven.javadoc.skip=true', '-Dmaven.source.skip=true'];
  fs.rmSync(path.join(repository, 'io/github/cdk8s-control-plane-tracing'), { recursive: true, force: true });

  const dependency = `org.cdk8s:cdk8s-plus-28:${installed('cdk8s-plus-28')}`;
  if (!has('mvn', ...maven, 'dependency:get', `-Dartifact=${dependency}`, '-Dtransitive=false')) {
    process.stderr.write(`${dependency} cannot be had: it is generated\n`);
    const outdir = path.join(work, 'dependencies');
    generate(path.join(ROOT, 'node_modules/cdk8s-plus-28'), ['java'], outdir);
    pinRanges(path.join(outdir, 'java/pom.xml'));
    run('mvn', [...maven, 'install'], path.join(outdir, 'java'));
  }
  pinRanges(path.join(generated, 'java/pom.xml'));
  run('mvn', [...maven, 'install'], path.join(generated, 'java'));
  const app = exampleCopy('java');
  expect(synthesized('java', outdir => run('mvn', [...maven, 'compile', 'exec:java'], app, outdir))).toBe(expected);
});

/** A range needs the list of all versions, which not every mirror has; and the versions here shall be those of the other languages. */
function pinRanges(pom: string): void {
  const text = fs.readFileSync(pom, 'utf8');
  fs.writeFileSync(pom, text.replace(/<artifactId>([^<]*)<\/artifactId>\s*<version>\[([\d.]+),[^<]*<\/version>/g,
    (_, name: string, from: string) => `<artifactId>${name}</artifactId><version>${name === 'cdk8s' ? installed('cdk8s') : from}</version>`));
}

where(has('go', 'version'), 'Go')('Go: a module', () => {
  const app = exampleCopy('go');
  const core = 'github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2';
  const own = 'github.com/cdk8s-control-plane-tracing/cdk8s-control-plane-tracing-go/cdk8scontrolplanetracing';
  run('go', ['mod', 'edit', `-replace=${own}=${path.join(generated, 'go/cdk8scontrolplanetracing')}`, `-replace=${core}=${core}@v${installed('cdk8s')}`], app);
  run('go', ['mod', 'tidy'], app);
  run('go', ['vet', './...'], app);
  run('go', ['build', '-o', 'app', '.'], app);
  expect(synthesized('go', outdir => run(path.join(app, 'app'), [], app, outdir))).toBe(expected);
});

test('C#: the sources', () => {
  const project = path.join(generated, 'dotnet/Cdk8s.ControlPlaneTracing');
  expect(fs.readdirSync(project, { recursive: true, encoding: 'utf8' })).toEqual(expect.arrayContaining(['Cdk8s.ControlPlaneTracing.csproj']));
});

where(has('dotnet', '--version'), 'The .NET SDK')('C#: compiled', () => {
  // The project embeds the package's tarball.
  const project = path.join(generated, 'dotnet/Cdk8s.ControlPlaneTracing');
  execFileSync('dotnet', ['build', '--nologo'], { cwd: project, stdio: 'pipe' });
});
