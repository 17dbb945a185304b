import { cdk, cdk8s, DependencyType, javascript, ReleasableCommits, TextFile } from 'projen';
import { addEditors } from './projenrc/editors';
import { addGithub, pinActions, PULL_REQUEST_TEMPLATE } from './projenrc/github';
import { addMutationTests } from './projenrc/mutation';

const project = new cdk8s.ConstructLibraryCdk8s({
  name: 'cdk8s-control-plane-tracing',
  description: 'OpenTelemetry tracing of the Kubernetes control plane (kube-apiserver and etcd static pods), declared in code: '
    + 'a Collector, the TracingConfiguration, and a careful one-shot Job that edits the static-pod manifests on every control-plane node',
  author: 'cdk8s-control-plane-tracing maintainers',
  authorAddress: 'https://github.com/cdk8s-control-plane-tracing',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/cdk8s-control-plane-tracing/cdk8s-control-plane-tracing.git',
  license: 'Apache-2.0',
  defaultReleaseBranch: 'main',
  releasableCommits: ReleasableCommits.featuresAndFixes(),
  projenrcTs: true,
  packageManager: javascript.NodePackageManager.NPM,
  stability: 'experimental',

  cdk8sVersion: '2.68.91',
  constructsVersion: '10.3.0',
  peerDeps: ['cdk8s-plus-28@^2.5.6'],
  // Both pinned: projen's own default for TypeScript is "*", which jsii does not compile with.
  jsiiVersion: '~5.9.0',
  typescriptVersion: '~5.9.0',
  minNodeVersion: '20.16.0',
  workflowNodeVersion: '24',
  keywords: [
    'cdk8s', 'kubernetes', 'opentelemetry', 'tracing', 'distributed-tracing', 'otlp', 'otel-collector',
    'kube-apiserver', 'etcd', 'control-plane', 'kubeadm', 'observability',
  ],
  // Inside the esbuild bundle of the patch program, so no dependency of the package (and exact: the bundle's bytes are hashed into object names).
  devDeps: ['yaml@2.9.1', 'diff@8.0.2', 'terser@5.51.2', 'fflate@0.8.3', 'd3-flame-graph@5.0.0', 'd3-selection@^3', '@stryker-mutator/core@9.6.1', 'fast-check@^4', 'tsx@^4', 'cdk8s-cli@^2', '@grafana/grafana-foundation-sdk@0.0.21'],

  publishToPypi: { distName: 'cdk8s-control-plane-tracing', module: 'cdk8s_control_plane_tracing', trustedPublishing: true, attestations: true },
  publishToMaven: {
    javaPackage: 'io.github.cdk8scontrolplanetracing',
    mavenGroupId: 'io.github.cdk8s-control-plane-tracing',
    mavenArtifactId: 'cdk8s-control-plane-tracing',
  },
  publishToNuget: { dotNetNamespace: 'Cdk8s.ControlPlaneTracing', packageId: 'Cdk8s.ControlPlaneTracing', trustedPublishing: true },
  publishToGo: { moduleName: 'github.com/cdk8s-control-plane-tracing/cdk8s-control-plane-tracing-go' },

  bin: { 'cdk8s-control-plane-tracing': 'bin/cdk8s-control-plane-tracing' },
  // Integration snapshots would commit the program bundle with each of them.
  integrationTestAutoDiscover: false,
  bundlerOptions: { esbuildVersion: '0.28.2' },
  eslintOptions: {
    dirs: ['src'],
    devdirs: ['test', 'examples', 'benchmarks', 'page'],
    // A lint error must fail, not repair itself.
    commandOptions: { fix: false, extraArgs: ['--max-warnings=0'] },
  },
  typecheckTests: true,
  jestOptions: {
    // A changed snapshot must fail.
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    // Coverage costs every run half of its time, and nobody reads it.
    // Limits are there for what hangs; a slow machine is no failure.
    jestConfig: { testTimeout: 60_000, collectCoverage: false, testPathIgnorePatterns: ['/node_modules/', '/test/integration/'] },
  },
  // jsii's own check refuses every stricter flag.
  validateTsconfig: cdk.ValidateTsconfig.MINIMAL,
  tsconfig: { compilerOptions: { noUncheckedIndexedAccess: true, noImplicitOverride: true, useUnknownInCatchVariables: true, stripInternal: true } },
  githubOptions: { mergify: false },
  pullRequestTemplateContents: PULL_REQUEST_TEMPLATE,
  // The registries trust the release workflow itself, and publish where a package was built.
  npmTrustedPublishing: true,
  gitignore: ['/dist', '.jsii.tabl.json', '/cdk8s.out', '.rosetta.cache', '/test-reports'],
});

// The newest that runs on the Node.js version that the README names; projen asks for one that does not.
project.deps.removeDependency('commit-and-tag-version', DependencyType.BUILD);
project.addDevDeps('commit-and-tag-version@^12');
// The newest release of its platform packages is not complete on every registry, which `npm ci` refuses.
project.package.addPackageResolutions('unrs-resolver@1.12.2');
// The lock file names versions and checksums, never the registry that happened to serve them.
new TextFile(project, '.npmrc', { lines: ['omit-lockfile-registry-resolved=true'] });

const program = project.bundler.addBundle('./src/patcher/main.ts', { platform: 'node', target: 'node20', watchTask: false });
// With a plugin, which the command line does not take.
program.bundleTask.reset(`tsx projenrc/bundle.ts src/patcher/main.ts ${program.outfile}`);
// Flux substitutes `${...}` in what it applies: the program must hold none, so nothing is named `$` and there are no template literals.
program.bundleTask.exec(`terser ${program.outfile} --compress ecma=2020,passes=3 --mangle reserved=['$'] --toplevel --output ${program.outfile}`);
program.bundleTask.exec(`tsx projenrc/pack.ts ${program.outfile} ${program.outfile.replace('index.js', 'program.js')}`);
// Never goes onto a node; only the size of the package is told by it.
const cli = project.bundler.addBundle('./src/patcher/cli.ts', { platform: 'node', target: 'node20', watchTask: false });
cli.bundleTask.reset(`tsx projenrc/bundle.ts src/patcher/cli.ts ${cli.outfile}`);
cli.bundleTask.exec(`terser ${cli.outfile} --compress --mangle --output ${cli.outfile}`);
// Loaded by `report` alone, so that no other command waits for it.
const report = project.bundler.addBundle('./src/report/main.ts', { platform: 'node', target: 'node20', watchTask: false });
report.bundleTask.reset(`tsx projenrc/bundle.ts src/report/main.ts ${report.outfile}`);
report.bundleTask.exec(`terser ${report.outfile} --compress --mangle --output ${report.outfile}`);
// Runs in a browser, so it is compiled by its own rules and not by jsii.
project.bundler.bundleTask.spawn(project.addTask('bundle:report/page', {
  description: 'what runs in the page of `report --html`',
  exec: 'tsx projenrc/bundle-page.ts assets/report/page/page.js',
}));
// Loaded by `trace` alone.
const trace = project.bundler.addBundle('./src/trace/main.ts', { platform: 'node', target: 'node20', watchTask: false });
trace.bundleTask.reset(`tsx projenrc/bundle.ts src/trace/main.ts ${trace.outfile}`);
trace.bundleTask.exec(`terser ${trace.outfile} --compress --mangle --output ${trace.outfile}`);
project.npmignore!.exclude(
  '/lib/desk/', '/lib/patcher/', '/lib/report/', '/lib/trace/', '/assets/**/*.meta.json', '/rosetta/', '/.rosetta.cache', '/docs/', '/examples/', '/benchmarks/', '/page/', '/.ci/', '/.npmrc', '/test-reports', '/.devcontainer.json', '/.editorconfig', '/ARCHITECTURE.md',
);
project.npmignore!.include('/bin/', '/THIRD-PARTY-LICENSES.txt');

project.eslint!.allowDevDeps('src/patcher/**');
project.eslint!.addRules({
  'curly': ['error', 'multi-line'],
  'prefer-template': 'error',
  '@stylistic/template-curly-spacing': ['error', 'never'],
  'max-lines': ['error', { max: 320, skipBlankLines: true, skipComments: true }],
  'complexity': ['error', 17],
  'import/no-cycle': 'error',
  'import/no-restricted-paths': ['error', {
    zones: [
      { target: './src/constructs', from: './src/patcher', message: 'constructs never import the patcher; they embed its bundle' },
      { target: './src/*.ts', from: './src/patcher', message: 'constructs never import the patcher; they embed its bundle' },
      { target: './src/constructs/collector', from: './src/constructs', except: ['./collector', './exporters', './kit'], message: 'the collector knows its exporters and the kit' },
      { target: './src/constructs/patch', from: './src/constructs', except: ['./patch', './kit', './exporters/tls-key-pair.ts', './exporters/trusted-ca.ts'], message: 'the patch knows the kit and certificates, and never the collector' },
      { target: './src/constructs/exporters', from: './src/constructs', except: ['./exporters', './kit'], message: 'exporters know the kit alone' },
      { target: './src/constructs/kit', from: './src/constructs', except: ['./kit'], message: 'the kit knows nobody' },
      { target: './src/constructs', from: './src/report', message: 'the report belongs to the command line' },
      { target: './src/*.ts', from: './src/report', message: 'the report belongs to the command line' },
      { target: './src/report', from: './src', except: ['./report', './desk'], message: 'the report reads spans, and knows nothing of what sends them' },
      { target: './src/trace', from: './src', except: ['./trace', './report', './patch-spec'], message: 'a traced command is reported on; nodes and constructs are not its business' },
      { target: './src/constructs', from: './src/trace', message: 'tracing a command belongs to the command line' },
      { target: './src/*.ts', from: './src/trace', message: 'tracing a command belongs to the command line' },
      { target: ['./src/patcher/!(cli.ts)', './src/patcher/*/**'], from: ['./src/report', './src/trace'], message: 'only the command line loads the report' },
      { target: './src/patcher', from: './src', except: ['./patcher', './patch-spec', './report', './trace', './advice', './desk'], message: 'the patcher shares only src/patch-spec with the constructs' },
      { target: './src/desk', from: './src', except: ['./desk'], message: 'the desk serves every command, and knows none' },
      { target: ['./src/patcher/!(cli.ts)', './src/patcher/!(commands)/**'], from: './src/desk', message: 'the nodes ask nobody but their API server' },
      { target: ['./src/constructs', './src/*.ts'], from: './src/desk', message: 'asking servers belongs to the command line' },
      { target: './src/advice', from: './src', except: ['./advice'], message: 'advice is calculated from figures alone' },
      { target: ['./src/patcher/!(cli.ts)', './src/patcher/!(commands)/**'], from: './src/advice', message: 'advice is for the desk, not for the nodes' },
      { target: ['./src/*.ts', './src/constructs/!(load-warnings.ts)', './src/constructs/*/**'], from: './src/advice', message: 'constructs warn by load-warnings.ts alone' },
      { target: './src/patch-spec', from: './src', except: ['./patch-spec'], message: 'the seam depends on nothing' },
      { target: './src/patcher/plan', from: './src/patcher', except: ['./plan'], message: 'planning is pure' },
      { target: './src/patcher/host', from: './src/patcher', except: ['./host'], message: 'the host does what it is told, it decides nothing' },
    ],
  }],
});
project.eslint!.addOverride({
  files: ['src/patcher/plan/**', 'src/patch-spec/**'],
  rules: {
    'no-restricted-imports': ['error', { patterns: ['fs', 'fs/*', 'node:*', 'child_process', 'os', 'path', 'http', 'https', 'net'] }],
    'no-restricted-globals': ['error', 'process', 'Date', 'console', 'setTimeout', 'performance'],
  },
});
// Modes and flags of files are bit fields.
project.eslint!.addOverride({ files: ['src/patcher/host/files.ts'], rules: { 'no-bitwise': 'off' } });
project.eslint!.addOverride({
  files: ['src/patcher/apply/**'],
  rules: {
    // Effects go through src/patcher/host, which tests can replace where the real thing cannot run.
    'no-restricted-imports': ['error', { patterns: ['fs', 'fs/*', 'node:*', 'child_process', 'os', 'http', 'https', 'net'] }],
    'no-restricted-globals': ['error', 'process', 'Date', 'console', 'setTimeout', 'performance'],
  },
});

// jsii says at length which Node.js versions are past their end of life; the workflows use one that is not.
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');

// Each of them has work for one processor, and jest for all there are.
const typeCheck = ['test', 'benchmarks', 'page'].map(directory => `tsc --noEmit -p ${directory}/tsconfig.json`).join(' && ');
project.testTask.reset(`tsx projenrc/at-once.ts "${typeCheck}" "projen eslint"`, { name: 'Check types, and lint' });
project.testTask.exec('jest --passWithNoTests --ci', { receiveArgs: true });

const jest = 'jest --ci --coverage=false --testPathIgnorePatterns=/node_modules/';
project.addTask('test:cluster', {
  description: 'the tests on real components: a browser, Collectors, and kubeadm control planes on this machine (root, Linux)',
  steps: [
    { exec: 'tsx test/support/components/build.ts' },
    // Most of the time they wait, so that two at a time do not get into each other's way.
    {
      exec: `${jest} --maxWorkers=2 --testSequencer=./test/integration/longest-first.cjs --testTimeout=420000 --testPathPatterns=test/integration/browser/ test/integration/collector/ test/integration/cluster/`,
      receiveArgs: true,
    },
  ],
});
const testAll = project.addTask('test:all', { description: 'unit, property, lint and cluster tests' });
testAll.spawn(project.preCompileTask);
// What jsii makes of the public API is tested too.
testAll.spawn(project.compileTask);
testAll.spawn(project.postCompileTask);
testAll.spawn(project.testTask);
testAll.spawn(project.tasks.tryFind('test:cluster')!);
project.addTask('test:faults', {
  description: 'the program killed, or its calls failed, at every system call that changes something',
  exec: `${jest} --runInBand --testTimeout=3600000 --testPathPatterns=test/integration/faults/`,
  receiveArgs: true,
});
project.addTask('test:long', {
  description: 'everything slow: version pairs, languages, 100,000 cases',
  steps: [
    { spawn: 'pre-compile' },
    { spawn: 'compile' },
    { exec: `${jest} --runInBand --testTimeout=3600000 --testPathPatterns=test/integration/long/`, receiveArgs: true },
  ],
  env: { FAST_CHECK_RUNS: '100000' },
});
project.addTask('bench', { description: 'all benchmarks; each prints NAME ratio X.XX', exec: 'tsx benchmarks/main.ts', receiveArgs: true });
project.addTask('bench:outage', { description: 'API unavailability of an edit against the order of the guide', exec: 'tsx benchmarks/outage.ts', receiveArgs: true });
project.addTask('bench:overhead', { description: 'what tracing costs kube-apiserver and etcd, by its settings', exec: 'tsx benchmarks/overhead.ts', receiveArgs: true });
const demo = project.addTask('demo', { description: 'the main job, live, on a real control plane' });
demo.spawn(project.preCompileTask);
demo.exec('tsx test/integration/cluster/demo.ts', { receiveArgs: true });
const pictures = project.addTask('pictures', { description: 'the pictures of the how-to guides, and of the page of a report, from stored traces of real components' });
pictures.exec('tsx test/support/traces/pictures.ts');
pictures.spawn(project.preCompileTask);
pictures.exec('tsx test/support/traces/page-pictures.ts');
project.addTask('bindings', {
  description: 'the sources of the other four languages',
  steps: ['python', 'java', 'dotnet', 'go'].map(t => ({ exec: `jsii-pacmak --code-only --target ${t} --outdir dist/code` })),
});
project.postCompileTask.spawn(project.addTask('rosetta:extract', { exec: 'jsii-rosetta extract --strict' }));
project.addDevDeps('jsii-rosetta@~5.9.0');
project.packageTask.exec('tsx projenrc/sbom.ts dist/sbom.cdx.json');
addGithub(project);
pinActions(project);
addEditors(project);
addMutationTests(project);

project.synth();
