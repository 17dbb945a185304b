/**
 * Builds real components from pinned Go modules and caches them by content.
 *
 *   npx tsx test/support/components/build.ts [component...]
 *
 * builds what is missing and prints where each binary is.
 */
import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { cacheRoot, contentHash, publish, withLock, withTemporaryDirectory } from './cache';
import { CLUSTER_COMPONENTS, Component, ComponentId, findComponent } from './catalog';

type Log = (line: string) => void;

/** Without what a debugger needs: the linker leaves it out anyway, and compiling takes 12 % less CPU time. */
const FLAGS = ['-trimpath', '-mod=readonly', '-gcflags=all=-dwarf=false'];

/** Builds the components that are missing from the cache; returns the path of every binary. */
export async function ensureComponents(
  ids: readonly ComponentId[] = CLUSTER_COMPONENTS,
  log: Log = (line) => console.error(line),
): Promise<Map<ComponentId, string>> {
  const components = ids.map(findComponent);
  const modules = new Map<string, Component[]>();
  for (const component of components) modules.set(component.moduleDir, [...(modules.get(component.moduleDir) ?? []), component]);
  const toBuild = [...modules].filter(([, members]) => missing(members).length > 0);
  // All at once, because it downloads what is not there yet, while the first one is compiled.
  const counts = new Map(toBuild.map(([moduleDir, members]) => [moduleDir, countPackages(moduleDir, missing(members))]));
  // One module after the other: a single `go build` keeps all cores busy, and memory for one linker is enough.
  for (const [moduleDir, members] of toBuild) {
    await withLock(path.basename(moduleDir), log, () => buildModule(moduleDir, missing(members), counts.get(moduleDir)!, log));
  }
  return new Map(components.map((component) => [component.id, binaryPath(component)]));
}

function missing(components: readonly Component[]): Component[] {
  return components.filter((component) => !fs.existsSync(binaryPath(component)));
}

function binaryPath(component: Component): string {
  return path.join(entryDir(component), component.name);
}

function entryDir({ name, version, moduleDir, ldflags }: Component): string {
  if (!fs.existsSync(moduleDir)) throw new Error(`no pinned Go module for '${name}@${version}': ${moduleDir} does not exist`);
  const files = fs.readdirSync(moduleDir).sort();
  const parts = files.flatMap((file) => [file, fs.readFileSync(path.join(moduleDir, file))]);
  return path.join(cacheRoot(), 'components', `${name}-${version}-${contentHash([...parts, ...ldflags])}`);
}

async function buildModule(moduleDir: string, components: readonly Component[], count: Promise<number>, log: Log): Promise<void> {
  if (components.length === 0) return; // somebody else built them while this process waited for the lock
  await withTemporaryDirectory(path.join(cacheRoot(), 'components'), async (directory) => {
    await goBuild(moduleDir, components, directory, await count, log);
    for (const component of components) {
      const built = path.join(directory, component.name);
      await publish(entryDir(component), async (entry) => fs.renameSync(built, path.join(entry, component.name)));
    }
  });
}

async function goBuild(moduleDir: string, components: readonly Component[], directory: string, total: number, log: Log): Promise<void> {
  const what = components.length === 1 ? components[0]!.id : `${components.length} components of ${path.basename(moduleDir)}`;
  const title = `building ${what}`;
  const packages = components.map((component) => component.package);
  // A single package may be called anything, for example the package in the module's own directory.
  const output = components.length === 1 ? path.join(directory, components[0]!.name) : `${directory}/`;
  const ldflags = components[0]!.ldflags.join(' ');
  const started = Date.now();
  let compiled = 0;
  let stderr = '';
  const progress = () => log(`${title}: ${describeProgress(compiled, total, (Date.now() - started) / 1000)}`);
  progress();
  const timer = setInterval(progress, 10_000);
  try {
    const args = ['build', '-v', ...FLAGS, '-buildvcs=false', '-ldflags', ldflags, '-o', output, ...packages];
    const child = spawn('go', args, { cwd: moduleDir, env: environment(), stdio: ['ignore', 'inherit', 'pipe'] });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      compiled += chunk.split('\n').length - 1;
      stderr = (stderr + chunk).slice(-4000);
    });
    const code = await ended(child);
    if (code !== 0) throw new Error(`go build in ${moduleDir} ended with ${code}:\n${stderr}`);
  } finally {
    clearInterval(timer);
  }
  progress();
}

/** How many packages there are, those of the standard library included; 0 where that cannot be found out. */
async function countPackages(moduleDir: string, components: readonly Component[]): Promise<number> {
  const packages = components.map((component) => component.package);
  const child = spawn('go', ['list', '-deps', '-mod=readonly', ...packages], { cwd: moduleDir, env: environment(), stdio: ['ignore', 'pipe', 'ignore'] });
  let lines = 0;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (lines += chunk.split('\n').length - 1));
  // `go build` says what is wrong.
  return ended(child).then((code) => code === 0 ? lines : 0, () => 0);
}

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '' };
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(new Error(`go cannot be run: ${error.message}; Go 1.26 or newer must be on the PATH`)));
    child.on('close', resolve);
  });
}

/**
 * @param total of packages; less are compiled where Go's own cache has some
 * @param seconds since the start
 */
function describeProgress(compiled: number, total: number, seconds: number): string {
  const done = `${compiled} packages, ${Math.round(seconds)} s`;
  if (total === 0) return done;
  const left = seconds / compiled * (total - compiled);
  // Before that, nobody can tell.
  const estimate = seconds >= 20 && compiled >= 50 && compiled < total ? `, about ${Math.ceil(left / 60)} min left` : '';
  return `${done}, ${total} in all${estimate}`;
}

if (require.main === module) {
  const ids = process.argv.slice(2) as ComponentId[];
  ensureComponents(ids.length > 0 ? ids : CLUSTER_COMPONENTS).then(
    (paths) => paths.forEach((file, id) => console.log(`${id} ${file}`)),
    (error: Error) => {
      console.error(error.message);
      process.exitCode = 1;
    },
  );
}
