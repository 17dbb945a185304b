import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { parseAllDocuments } from 'yaml';

export const ROOT = path.join(__dirname, '../../..');

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: any;
}

/** The files that an example writes, by name. */
export function filesOf(example: string, env: Readonly<Record<string, string>> = {}): Record<string, string> {
  const outdir = mkdtempSync(path.join(tmpdir(), `${example}-`));
  try {
    execFileSync(process.execPath, [path.join(ROOT, 'node_modules/tsx/dist/cli.mjs'), `examples/${example}/main.ts`], {
      cwd: ROOT, stdio: 'pipe', env: { ...process.env, ...env, CDK8S_OUTDIR: outdir },
    });
    return Object.fromEntries(readdirSync(outdir).sort().map(file => [file, readFileSync(path.join(outdir, file), 'utf8')]));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

export function objectsOf(yaml: string): Manifest[] {
  // kubelet and kubectl read YAML 1.1.
  return parseAllDocuments(yaml, { version: '1.1' }).map(document => document.toJS() as Manifest);
}

export const describeObject = ({ kind, metadata }: Manifest) => `${kind} ${metadata.name}`;
