import { JsonFile, typescript } from 'projen';

/**
 * Mutation testing of what edits manifests: StrykerJS changes a line, and a unit test must fail.
 * https://stryker-mutator.io/docs/stryker-js/configuration/
 */
export function addMutationTests(project: typescript.TypeScriptProject): void {
  new JsonFile(project, 'stryker.config.json', {
    marker: false,
    obj: {
      testRunner: 'jest',
      coverageAnalysis: 'perTest',
      mutate: ['src/patcher/plan/**/*.ts', 'src/patcher/apply/**/*.ts', 'src/patch-spec/**/*.ts'],
      ignorePatterns: ['/dist', '/docs', '/examples', '/.rosetta.cache'],
      jest: {
        projectType: 'custom',
        config: {
          ...project.jest!.config,
          roots: ['patcher', 'patch-spec'].flatMap(room => [`<rootDir>/src/${room}`, `<rootDir>/test/unit/${room}`]),
          // The bundle is made of sources that are not mutated.
          testPathIgnorePatterns: ['/node_modules/', '/test/integration/', 'bundle.test.ts'],
          reporters: ['default'],
          // A mutant need not have the right types.
          transform: { '^.+\\.[t]sx?$': ['ts-jest', { tsconfig: 'test/tsconfig.json', diagnostics: false, isolatedModules: true }] },
        },
      },
      // Only what has changed since is tried again.
      incremental: true,
      incrementalFile: 'test-reports/mutation.json',
      reporters: ['clear-text', 'progress'],
      thresholds: { high: 90, low: 80, break: 80 },
      dryRunTimeoutMinutes: 60,
      timeoutMS: 30_000,
    },
  });
  project.addTask('test:mutation', {
    description: 'mutation testing of the planner, the transaction and the spec; -m FILE tries one file',
    exec: 'stryker run',
    receiveArgs: true,
  });
  for (const ignore of [project.gitignore, project.npmignore!]) ignore.exclude('/.stryker-tmp', '/reports');
  project.npmignore!.exclude('/stryker.config.json');
}
