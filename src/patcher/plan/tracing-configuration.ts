import { createHash } from 'crypto';
import { isMap, isScalar, parseAllDocuments, Scalar, YAMLMap } from 'yaml';
import { ConfigFile } from './plan';
import { refuse } from './refusal';
import { Endpoint, formatEndpoint } from '../../patch-spec/endpoint';
import { TRACING_CONFIGURATION_GROUP, yamlEndpoint } from '../../patch-spec/tracing-configuration-text';
import { tracingApiVersions } from '../../patch-spec/tracing-flags';
import { Version } from '../../patch-spec/version';

const ALL_VERSIONS = ['v1alpha1', 'v1beta1', 'v1'].map(inGroup);
const FIELDS = ['apiVersion', 'kind', 'endpoint', 'samplingRatePerMillion'];

/**
 * The file for one node, from the template that is the same for all: the endpoint is filled in where the template has none or only a name,
 * and the apiVersion is one that this API server reads. Everything else stays as it is, byte for byte.
 */
export function tracingConfiguration(template: string, version: Version, collector: Endpoint, directory: string): ConfigFile {
  const endpoint = formatEndpoint(collector);
  const map = readTemplate(template);
  const value = (key: string) => map.items.find(pair => pair.key.value === key)?.value;
  if (value('kind')?.value !== 'TracingConfiguration') bad('kind must be TracingConfiguration');

  const rate = checkRate(value('samplingRatePerMillion')?.value ?? 0);

  const splices: Splice[] = [];
  const apiVersion = value('apiVersion');
  const accepted = tracingApiVersions(version).map(inGroup);
  if (!ALL_VERSIONS.includes(String(apiVersion?.value))) bad(`apiVersion must be one of ${ALL_VERSIONS.join(', ')}`);
  if (!accepted.includes(String(apiVersion!.value))) splices.push({ from: apiVersion!.range![0], to: apiVersion!.range![1], text: accepted.at(-1)! });

  const there = value('endpoint');
  if (!there || isPlaceholder(there.value)) splices.push(endpointSplice(template, there, value('kind')!, collector));
  else if (there.value !== endpoint) bad(`endpoint is ${JSON.stringify(there.value)}, but the collector is at ${endpoint}`);
  let text = template;
  for (const splice of splices.sort((a, b) => b.from - a.from)) text = text.slice(0, splice.from) + splice.text + text.slice(splice.to);
  prove(text, { apiVersion: accepted, endpoint, samplingRatePerMillion: rate });
  return { path: `${directory}/tracing-config.${contentHash(text)}.yaml`, text };
}

interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Fills in the endpoint where the template has a place for it, else on a line of its own below the kind. */
function endpointSplice(template: string, there: Scalar | null | undefined, kind: Scalar, collector: Endpoint): Splice {
  if (there) {
    const [from, to] = there.range!;
    // `endpoint:` with nothing behind it has no text of its own to replace.
    return { from, to, text: (from === to && template[from - 1] === ':' ? ' ' : '') + yamlEndpoint(collector) };
  }
  const lineEnd = template.indexOf('\n', kind.range![1]);
  const at = lineEnd === -1 ? template.length : lineEnd + 1;
  const line = `endpoint: ${yamlEndpoint(collector)}`;
  return { from: at, to: at, text: lineEnd === -1 ? `\n${line}` : line + /\r?\n$/.exec(template.slice(0, at))![0] };
}

/** Where a TracingConfiguration sends spans, also one that is not ours; undefined where it does not say. */
export function endpointOf(text: string): string | undefined {
  const [document] = [parseAllDocuments(text, { version: '1.1', logLevel: 'error' })].flat();
  const endpoint: unknown = isMap(document?.contents) ? document!.contents.get('endpoint') : undefined;
  return typeof endpoint === 'string' && endpoint !== '' ? endpoint : undefined;
}

/** Short enough for a file name; the content decides the name, so a changed file is a changed manifest. */
export function contentHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

function checkRate(rate: unknown): unknown {
  if (!Number.isInteger(rate) || rate as number < 0 || rate as number > 1_000_000) bad(`samplingRatePerMillion (${JSON.stringify(rate)}) must be a whole number from 0 to 1000000`);
  return rate;
}

function inGroup(version: string): string {
  return `${TRACING_CONFIGURATION_GROUP}/${version}`;
}

function readTemplate(template: string): YAMLMap<Scalar, Scalar | null> {
  const docs = parseAllDocuments(template, { version: '1.1', uniqueKeys: true, logLevel: 'error' });
  const doc = Array.isArray(docs) ? docs[0] : undefined;
  const problem = doc?.errors[0] ?? doc?.warnings[0];
  if (problem) bad(problem.message.split('\n')[0]!);
  if (!doc || docs.length !== 1 || !isMap(doc.contents) || doc.contents.flow) return bad('must be one YAML document in block style');
  for (const { key, value } of doc.contents.items) {
    if (!isScalar(key) || !FIELDS.includes(String(key.value))) bad(`field ${String(key)} is unknown; allowed are ${FIELDS.join(', ')}`);
    if (value !== null && !isScalar(value)) bad(`field ${String(key)} must be a plain value`);
  }
  return doc.contents as YAMLMap<Scalar, Scalar | null>;
}

/** A DNS name can stand for the collector in a template, but never on a node: static pods have no cluster DNS. */
function isPlaceholder(value: unknown): boolean {
  if (value === null || value === '') return true;
  return typeof value === 'string' && /^[A-Za-z][A-Za-z0-9.-]*(:\d+)?$/.test(value);
}

/** What a strict reader sees, whichever YAML it speaks. */
function prove(text: string, expected: { apiVersion: string[]; endpoint: string; samplingRatePerMillion: unknown }): void {
  for (const version of ['1.1', '1.2'] as const) {
    const docs = parseAllDocuments(text, { version, uniqueKeys: true, logLevel: 'error' });
    const seen = Array.isArray(docs) && docs.length === 1 && docs[0]!.errors.length === 0 ? docs[0]!.toJS() as Record<string, unknown> : {};
    if (!expected.apiVersion.includes(String(seen.apiVersion)) || seen.kind !== 'TracingConfiguration' || seen.endpoint !== expected.endpoint
      || (seen.samplingRatePerMillion ?? 0) !== expected.samplingRatePerMillion) bad(`does not mean the same in YAML ${version}`);
  }
}

function bad(problem: string): never {
  return refuse('template', 'the TracingConfiguration', problem);
}
