import { readdirSync, readFileSync, statSync } from 'fs';
import { join } from 'path';
import { parseAllDocuments } from 'yaml';
import { UsageError } from './options';
import { SPEC_FILE, TRACING_CONFIG_FILE } from '../../patch-spec/layout';

/** What an app has synthesized for the Job, whatever language it is written in. */
export interface SynthesizedPatch {
  readonly files: readonly string[];
  /** The text of the spec. */
  readonly spec: string;
  /** The text of the TracingConfiguration. */
  readonly template: string;
}

interface KubeObject {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
  readonly data?: { readonly [key: string]: string };
  readonly items?: readonly (KubeObject | null)[];
}

/** Finds what the Job mounts. @param paths YAML files, or directories of them */
export function synthesizedPatch(paths: readonly string[]): SynthesizedPatch {
  const where = `--app ${paths.join(' ')}`;
  const objects = paths.flatMap(yamlFiles).flatMap(objectsIn);
  const spec = theOne(having(objects, SPEC_FILE), `${where}: a ConfigMap with ${SPEC_FILE}`).data![SPEC_FILE]!;
  const templates = having(objects, TRACING_CONFIG_FILE);
  // Of several configurations the Job names one.
  const jobs = JSON.stringify(objects.filter(object => object.kind === 'Job'));
  const mounted = templates.length < 2 ? templates : templates.filter(({ metadata }) => jobs.includes(JSON.stringify(metadata?.name)));
  return { files: paths, spec, template: theOne(mounted, `${where}: a ConfigMap with ${TRACING_CONFIG_FILE}`).data![TRACING_CONFIG_FILE]! };
}

function having(objects: readonly KubeObject[], key: string): KubeObject[] {
  return objects.filter(({ kind, data }) => kind === 'ConfigMap' && typeof data?.[key] === 'string');
}

function theOne(found: readonly KubeObject[], what: string): KubeObject {
  if (found.length === 1) return found[0]!;
  throw new UsageError(`${what} must be there once, and is there ${found.length} times: give the YAML of one ControlPlanePatch with its TracingConfig`);
}

function yamlFiles(path: string): string[] {
  try {
    return statSync(path).isDirectory() ? readdirSync(path).filter(name => /\.ya?ml$/.test(name)).sort().map(name => join(path, name)) : [path];
  } catch {
    throw new UsageError(`--app (${path}) is not a file or directory that can be read`);
  }
}

function objectsIn(file: string): KubeObject[] {
  const documents = [parseAllDocuments(textOf(file), { logLevel: 'error' })].flat();
  const problem = documents.flatMap(document => document.errors)[0];
  if (problem) throw new UsageError(`--app (${file}) is not YAML: ${problem.message.split('\n')[0]}`);
  return documents.flatMap(document => {
    const value = asJson(document, file);
    return [value, ...value?.kind === 'List' ? value.items ?? [] : []].filter((object): object is KubeObject => typeof object === 'object' && object !== null);
  });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(`--app (${file}) is not a file that can be read`);
  }
}

/** As Kubernetes reads it: what a template leaves in braces is a map with a map for a key, and no part of any object. */
function asJson(document: { toJS(options: { mapAsMap: true }): unknown }, file: string): KubeObject | null {
  try {
    return withoutOtherKeys(document.toJS({ mapAsMap: true })) as KubeObject | null;
  } catch (e) {
    throw new UsageError(`--app (${file}) cannot be read: ${(e as Error).message.split('\n')[0]}`);
  }
}

function withoutOtherKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutOtherKeys);
  if (!(value instanceof Map)) return value;
  return Object.fromEntries([...value as Map<unknown, unknown>].filter(([key]) => typeof key === 'string').map(([key, member]) => [key, withoutOtherKeys(member)]));
}
