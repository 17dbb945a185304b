import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { cacheRoot, contentHash, publish, withLock } from '../components/cache';

const ROOT = path.join(__dirname, '..', '..', '..');
const COMPONENT = path.join(__dirname, 'component');

/** What a model node runs. */
export interface Programs {
  /** The stand-in for kube-apiserver and etcd. */
  readonly stub: string;
  readonly kubelet: string;
  /** The patch program, bundled as it is for the Job. */
  readonly patcher: string;
  /** Makes the names of temporary files the same in every run. */
  readonly fixedNames: string;
}

/** Builds all of it; the stub once and for all. */
export async function buildPrograms(directory: string): Promise<Programs> {
  const programs = {
    stub: await buildStub(),
    kubelet: path.join(directory, 'kubelet.js'),
    patcher: path.join(directory, 'patcher.js'),
    fixedNames: path.join(directory, 'fixed-names.js'),
  };
  esbuild(path.join(__dirname, 'kubelet', 'main.ts'), programs.kubelet, ['--platform=node', '--target=node20', '--format=cjs']);
  // As it is built for the package, but for names that are cut short.
  execFileSync(path.join(ROOT, 'node_modules', '.bin', 'tsx'), ['projenrc/bundle.ts', 'src/patcher/main.ts', programs.patcher], { cwd: ROOT });
  fs.writeFileSync(programs.fixedNames, [
    "const crypto = require('crypto');",
    'let made = 0;',
    "crypto.randomBytes = size => Buffer.from(String(++made).padStart(size * 2, '0').slice(-size * 2), 'hex');",
    '',
  ].join('\n'));
  return programs;
}

async function buildStub(): Promise<string> {
  const sources = fs.readdirSync(COMPONENT).sort().flatMap(name => [name, fs.readFileSync(path.join(COMPONENT, name))]);
  const entry = path.join(cacheRoot(), 'components', `model-component-${contentHash(sources)}`);
  const binary = path.join(entry, 'model-component');
  if (fs.existsSync(binary)) return binary;
  await withLock('model-component', line => console.error(line), async () => {
    if (fs.existsSync(binary)) return;
    await publish(entry, async made => {
      const env = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '' };
      execFileSync('go', ['build', '-trimpath', '-buildvcs=false', '-ldflags', '-s -w', '-o', path.join(made, 'model-component'), '.'], { cwd: COMPONENT, env });
    });
  });
  return binary;
}

function esbuild(entry: string, out: string, options: readonly string[]): void {
  execFileSync(path.join(ROOT, 'node_modules', '.bin', 'esbuild'), ['--bundle', entry, `--outfile=${out}`, '--log-level=error', ...options], { cwd: ROOT });
}
