/**
 * Builds real components from pinned Go modules and caches them by content.
 *
 *   npx tsx test/support/components/build.ts [component...]
 *
 * builds what is missing and prints where each binary is.
 */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { cacheRoot, contentHash, publish, withLock, withTemporaryDirectory } from './cache';
import { CLUSTER_COMPONENTS, Component, ComponentId, findComponent } from './catalog';

type Log = (line: string) => void;

/** Builds the components that are missing from the cache; returns the path of every binary. */
export async function ensureComponents(
  ids: readonly ComponentId[] = CLUSTER_COMPONENTS,
  log: Log = (line) => console.error(line),
): Promise<Map<ComponentId, string>> {
  const components = ids.map(findComponent);
  const modules = new Map<string, Component[]>();
  for (const component of components) modules.set(component.moduleDir, [...(modules.get(component.moduleDir) ?? []), component]);
  // One module after the other: a single `go build` keeps all cores busy, and memory for one linker is enough.
  for (const [moduleDir, members] of modules) {
    if (missing(members).length > 0) await withLock(path.basename(moduleDir), log, () => buildModule(moduleDir, missing(members), log));
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

async function buildModule(moduleDir: string, components: readonly Component[], log: Log): Promise<void> {
  if (components.length === 0) return; // somebody else built them while this process waited for the lock
  await withTemporaryDirectory(path.join(cacheRoot(), 'components'), async (directory) => {
    await goBuild(moduleDir, components, directory, log);
    for (const component of components) {
      const built = path.join(directory, component.name);
      await publish(entryDir(component), async (entry) => fs.renameSync(built, path.join(entry, component.name)));
    }
  });
}

async function goBuild(moduleDir: string, components: readonly Component[], directory: string, log: Log): Promise<void> {
  const what = components.length === 1 ? components[0]!.id : `${components.length} components of ${path.basename(moduleDir)}`;
  const title = `building ${what}`;
  const packages = components.map((component) => component.package);
  // A single package may be called anything, for example the package in the module's own directory.
  const output = components.length === 1 ? path.join(directory, components[0]!.name) : `${directory}/`;
  const ldflags = components[0]!.ldflags.join(' ');
  const started = Date.now();
  let compiled = 0;
  let stderr = '';
  const progress = () => log(`${title}: ${compiled} packages, ${Math.round((Date.now() - started) / 1000)} s`);
  progress();
  const timer = setInterval(progress, 10_000);
  try {
    await new Promise<void>((resolve, reject) => {
      const child = spawn('go', ['build', '-v', '-trimpath', '-buildvcs=false', '-mod=readonly', '-ldflags', ldflags, '-o', output, ...packages], {
        cwd: moduleDir,
        env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '' },
        stdio: ['ignore', 'inherit', 'pipe'],
      });
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        compiled += chunk.split('\n').length - 1;
        stderr = (stderr + chunk).slice(-4000);
      });
      child.on('error', (error) => reject(new Error(`go cannot be run: ${error.message}; Go 1.26 or newer must be on the PATH`)));
      child.on('close', (code) => code === 0 ? resolve() : reject(new Error(`go build in ${moduleDir} ended with ${code}:\n${stderr}`)));
    });
  } finally {
    clearInterval(timer);
  }
  progress();
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
