import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { Block, bridge, Circus, fullName, messageOf, Test, testsOf } from './circus';

/**
 * A test runner for StrykerJS that loads the tests once and then runs them in the same process for every mutant.
 *
 * The jest runner starts jest for each mutant, and loads all files of tests again even where two tests meet the mutant: seconds, thousands of
 * times. Here a mutant costs what the tests that meet it cost until the first one fails.
 */

/** What the changed code asks and tells; StrykerJS puts the code for it into the sources. */
interface Instruments {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  mutantCoverage?: unknown;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
}

interface MutantRun {
  readonly activeMutant: { readonly id: string; readonly fileName: string };
  readonly testFilter?: readonly string[];
  readonly hitLimit?: number;
  readonly mutantActivation: string;
}

interface Listed {
  readonly id: string;
  readonly file: string;
  readonly test: Test;
}

const ROOMS = ['test/unit/patch-spec', 'test/unit/patcher/plan', 'test/unit/patcher/apply', 'test/unit/patcher/commands'];
/** Fewer files of tests make a quicker run, and can only lower the score. */
const ONLY = new RegExp(process.env.MUTATION_TESTS ?? '');
/** Random tests find a mutant today and miss it tomorrow. */
const RANDOM = /propert(?:y|ies)\.test\.ts$/;
const SUCCESS = 0;
const FAILED = 1;
const SKIPPED = 2;

class OneProcess {
  private readonly circus: Circus;
  private listed: readonly Listed[] = [];
  private roots: readonly (Test | Block)[] = [];
  private readonly skipped = new Set<Test>();
  private readonly ids = new Map<Test, string>();
  /** How long each took for the first time, in milliseconds. */
  private readonly took = new Map<Test, number>();
  private began = 0;
  private ran = 0;
  private failed: { readonly id: string; readonly message: string } | undefined;
  private bail = false;

  public constructor() {
    this.circus = bridge();
  }

  public capabilities() {
    // A mutant that is met while a file is loaded needs a new process.
    return { reloadEnvironment: false };
  }

  public async init(): Promise<void> {
    process.env.FAST_CHECK_RUNS = '3';
    const { configureGlobal } = await import('fast-check');
    configureGlobal({ seed: 1 });
    // What a test has left behind is no end of all others.
    process.on('unhandledRejection', () => undefined);
  }

  public async dryRun({ coverageAnalysis }: { readonly coverageAnalysis: string }) {
    const instruments = theInstruments();
    instruments.mutantCoverage = { static: {}, perTest: {} };
    this.load();
    this.bail = false;
    await this.carryOut(this.listed);
    const tests = this.listed.map(({ id, file, test }) => ({
      id,
      name: id,
      fileName: path.resolve(file),
      timeSpentMs: this.took.get(test) ?? 0,
      status: this.skipped.has(test) ? SKIPPED : test.errors.length > 0 ? FAILED : SUCCESS,
      failureMessage: test.errors.length > 0 ? messageOf(test) : undefined,
    }));
    return { status: 'complete', tests, ...coverageAnalysis !== 'off' && { mutantCoverage: instruments.mutantCoverage } };
  }

  public async mutantRun({ activeMutant, testFilter, hitLimit, mutantActivation }: MutantRun) {
    const instruments = theInstruments();
    instruments.mutantCoverage = undefined;
    if (mutantActivation === 'static') instruments.activeMutant = activeMutant.id;
    this.load();
    instruments.activeMutant = activeMutant.id;
    instruments.hitCount = hitLimit === undefined ? undefined : 0;
    instruments.hitLimit = hitLimit;
    this.bail = true;
    const wanted = testFilter && new Set(testFilter);
    const own = `${path.basename(activeMutant.fileName, '.ts')}.test.ts`;
    // Its own tests find most mutants, and quick ones before slow ones.
    const rank = ({ file, test }: Listed) => (path.basename(file) === own ? 0 : 1e6) + (this.took.get(test) ?? 0);
    const tests = this.listed.filter(({ id }) => wanted === undefined || wanted.has(id)).sort((a, b) => rank(a) - rank(b));
    try {
      await this.carryOut(tests.slice(0, 10));
      if (!this.failed) await this.carryOut(tests.slice(10, 60));
      if (!this.failed) await this.carryOut(tests.slice(60));
    } finally {
      instruments.activeMutant = undefined;
    }
    if (hitLimit !== undefined && (instruments.hitCount ?? 0) > hitLimit) return { status: 'timeout', reason: `met ${instruments.hitCount} times` };
    if (!this.failed) return { status: 'survived', nrOfTests: this.ran };
    return { status: 'killed', killedBy: [this.failed.id], failureMessage: this.failed.message, nrOfTests: this.ran };
  }

  private load(): void {
    if (this.listed.length > 0) return;
    const listed: Listed[] = [];
    const { rootDescribeBlock } = this.circus.getState();
    const load = createRequire(__filename);
    for (const file of ROOMS.flatMap(testsIn)) {
      const before = rootDescribeBlock.children.length;
      load(path.resolve(file));
      for (const test of rootDescribeBlock.children.slice(before).flatMap(testsOf)) listed.push({ file, test, id: `${file} ${fullName(test)}` });
    }
    this.listed = distinct(listed);
    for (const { id, test } of this.listed) this.ids.set(test, id);
    for (const { test } of this.listed.filter(each => each.test.mode === 'skip')) this.skipped.add(test);
    this.roots = rootDescribeBlock.children;
    this.circus.addEventHandler(event => this.follow(event));
  }

  private follow({ name, test }: { readonly name: string; readonly test?: Test }): void {
    if (name === 'test_start') this.begin(test!);
    if (name === 'test_done') this.end(test!);
  }

  private begin(test: Test): void {
    if (this.failed && this.bail) test.mode = 'skip';
    if (test.mode === 'skip') return;
    theInstruments().currentTestId = this.ids.get(test);
    this.ran++;
    this.began = performance.now();
  }

  private end(test: Test): void {
    theInstruments().currentTestId = undefined;
    if (!this.took.has(test)) this.took.set(test, performance.now() - this.began);
    if (test.errors.length > 0) this.failed ??= { id: this.ids.get(test)!, message: messageOf(test) };
  }

  private async carryOut(tests: readonly Listed[]): Promise<void> {
    const chosen = new Set(tests.map(({ test }) => test).filter(test => !this.skipped.has(test)));
    const state = this.circus.getState();
    this.failed = undefined;
    this.ran = 0;
    state.unhandledErrors.length = 0;
    for (const { test } of this.listed) {
      test.errors.length = 0;
      test.mode = chosen.has(test) ? null : 'skip';
    }
    // What has nothing to run is not even walked through.
    state.rootDescribeBlock.children = this.roots.filter(root => testsOf(root).some(test => chosen.has(test)));
    await this.circus.run();
  }
}

function theInstruments(): Instruments {
  const global = globalThis as { __stryker__?: Instruments };
  return global.__stryker__ ??= {};
}

function testsIn(directory: string): string[] {
  return fs.readdirSync(directory, { recursive: true, encoding: 'utf8' }).map(name => path.join(directory, name)).sort()
    .filter(file => file.endsWith('.test.ts') && !RANDOM.test(file) && ONLY.test(file));
}

/** Tests of one name are told apart by their number. */
function distinct(listed: readonly Listed[]): Listed[] {
  const seen = new Map<string, number>();
  return listed.map(each => {
    const times = (seen.get(each.id) ?? 0) + 1;
    seen.set(each.id, times);
    return times === 1 ? each : { ...each, id: `${each.id} (${times})` };
  });
}

export const strykerPlugins = [{ kind: 'TestRunner', name: 'one-process', factory: Object.assign(() => new OneProcess(), { inject: [] }) }];
