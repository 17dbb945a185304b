import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = path.join(__dirname, '../..');
/** Below node_modules, so that the peers are found from there. */
const OUT = path.join(ROOT, 'node_modules/.cache/control-plane-tracing-benchmarks');

/** The package as JavaScript, as an installed one would be: nothing is compiled while the clock runs. */
export function compiledPackage(): string {
  const assets = path.join(ROOT, 'assets');
  if (!existsSync(assets)) throw new Error('the patch program is missing; "npx projen bundle" builds it');
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  const sources = readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts') && !file.startsWith('patcher'))
    .map(file => path.join(ROOT, 'src', file));
  buildSync({ entryPoints: sources, outbase: path.join(ROOT, 'src'), outdir: path.join(OUT, 'lib'), format: 'cjs', platform: 'node', target: 'node20' });
  cpSync(assets, path.join(OUT, 'assets'), { recursive: true });
  return path.join(OUT, 'lib/index.js');
}
