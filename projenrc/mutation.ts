import { JsonFile, typescript } from 'projen';

/**
 * Mutation testing of what edits manifests: StrykerJS changes a line, and a unit test must fail.
 * https://stryker-mutator.io/docs/stryker-js/configuration/
 */
export function addMutationTests(project: typescript.TypeScriptProject): void {
  new JsonFile(project, 'stryker.config.json', {
    marker: false,
    obj: {
      plugins: ['./test/support/mutation/one-process.ts', './test/support/mutation/messages.ts'],
      testRunner: 'one-process',
      testRunnerNodeArgs: ['--import', 'tsx'],
      coverageAnalysis: 'perTest',
      mutate: ['src/patcher/plan/**/*.ts', 'src/patcher/apply/**/*.ts', 'src/patch-spec/**/*.ts'],
      // What runs once, while a file is loaded, would need a new process for each mutant.
      ignoreStatic: true,
      ignorers: ['messages'],
      ignorePatterns: ['/dist', '/.rosetta.cache'],
      // Only what has changed since is tried again.
      incremental: true,
      incrementalFile: 'test-reports/mutation.json',
      reporters: ['clear-text', 'progress'],
      thresholds: { high: 90, low: 80, break: 80 },
      dryRunTimeoutMinutes: 30,
      timeoutMS: 20_000,
    },
  });
  project.addTask('test:mutation', {
    description: 'mutation testing of the planner, the transaction and the spec; -m FILE tries one file, MUTATION_TESTS=PATTERN takes some files of tests only',
    // The plugins are TypeScript, for StrykerJS itself and for its workers.
    env: { NODE_OPTIONS: '--import tsx' },
    exec: 'stryker run',
    receiveArgs: true,
  });
  for (const ignore of [project.gitignore, project.npmignore!]) ignore.exclude('/.stryker-tmp', '/reports');
  project.npmignore!.exclude('/stryker.config.json');
}
