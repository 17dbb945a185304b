import { parseAllDocuments } from 'yaml';
import { jsonHeader } from './json-header';
import { isTooDeep, unprintable } from './kubelet-yaml';
import { isRecord } from '../../patch-spec/is-record';

/** Beyond this the YAML library is not asked about other people's files: it needs seconds and hundreds of megabytes for some. */
const MAX_PARSED = 32 * 1024;
/** Beyond this only the header of an object in JSON is read: the whole can take twenty times its size. */
const MAX_JSON = 512 * 1024;
/** So many places that could say the kind are looked at. */
const MAX_KINDS = 10_000;

/** What tells one Pod from another, for kubelet. */
export interface PodHeader {
  readonly namespace: string;
  readonly name: string;
  /** The whole document; only its header where the file is long. */
  readonly document: Record<string, unknown>;
}

/** A cheap look that any file of any size survives: whether it may define a Pod of one of our components. */
export function mayDefineComponent(text: string): boolean {
  return /kube-apiserver|etcd/.test(text) && text.includes('Pod') && text.length <= 10 * 1024 * 1024 && (startsAsFlow(text) || saysPod(text));
}

/** What kubelet would take for a Pod in another file of the directory; undefined for anything else, such as a log or a Service. */
export function podHeader(text: string): PodHeader | undefined {
  if (!mayDefineComponent(text)) return undefined;
  const plain = text.replace(/^\uFEFF/, '');
  const document = startsAsFlow(plain) ? flowDocument(plain) : blockDocument(plain);
  if (!isRecord(document) || document.apiVersion !== 'v1' || document.kind !== 'Pod') return undefined;
  if (!isRecord(document.metadata) || !mayStart(document)) return undefined;
  const { namespace, name } = document.metadata;
  return { namespace: String(namespace ?? '') || 'default', name: String(name), document };
}

/** kubelet skips a Pod without containers, and one with a container without an image, such as a patch for Kustomize. */
function mayStart({ spec }: Record<string, unknown>): boolean {
  if (spec === undefined) return true;
  const containers = isRecord(spec) ? spec.containers : undefined;
  const isWhole = (container: unknown) => isRecord(container) && Boolean(container.name && container.image);
  return Array.isArray(containers) && containers.length > 0 && containers.every(isWhole);
}

/** The value may have a tag, and may stand on a line of its own. */
function saysPod(text: string): boolean {
  let left = MAX_KINDS;
  for (const { 0: key, index } of text.matchAll(/^\uFEFF? *["']?kind["']?[ \t]*:/gm)) {
    const from = index + key.length;
    if (/^(?:\s|#.*\n|[!&]\S*\s)*["']?Pod["']?[ \t]*(?:#.*)?\r?$/m.test(text.slice(from, from + 300))) return true;
    if (--left === 0) return false;
  }
  return false;
}

function startsAsFlow(text: string): boolean {
  return /^\uFEFF?(?:\s|#.*\n|---)*\{/.test(text.slice(0, 4096));
}

function flowDocument(text: string): unknown {
  const start = text.indexOf('{');
  if (text.length > MAX_JSON) return jsonHeader(text.slice(start));
  try {
    return JSON.parse(text.slice(start));
  } catch {
    // A log of one object a line is several documents to nobody: kubelet skips it.
    const end = text.indexOf('\n', start);
    const isLog = end !== -1 && text.slice(end).trim() !== '' && isJson(text.slice(start, end));
    return isLog || text.length > MAX_PARSED ? undefined : firstDocument(text);
  }
}

function blockDocument(text: string): unknown {
  if (unprintable(text)) return undefined;
  if (text.length <= MAX_PARSED) return firstDocument(text);
  const first = /^( *)["']?(?:apiVersion|kind|metadata)["']?[ \t]*:/m.exec(text);
  if (!first) return undefined;
  const [, indent] = first as unknown as [string, string];
  const end = next(text, /^(?:---|\.\.\.)\s/gm, first.index);
  const header: string[] = [];
  for (const { index } of text.matchAll(new RegExp(`^${indent}["']?(?:apiVersion|kind|metadata)\\b`, 'gm'))) {
    if (index >= end) break;
    header.push(text.slice(index, Math.min(end, next(text, new RegExp(`^${indent}["'A-Za-z]`, 'gm'), index + 1))));
    if (header.length > 100 || header.join('').length > MAX_PARSED) return undefined;
  }
  return firstDocument(header.join(''));
}

function next(text: string, pattern: RegExp, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
}

function firstDocument(text: string): unknown {
  if (isTooDeep(text)) return undefined;
  try {
    const [doc] = parseAllDocuments(text, { version: '1.1', uniqueKeys: false, strict: false, logLevel: 'silent' });
    return doc && 'toJS' in doc ? doc.toJS() : undefined;
  } catch {
    // Not a manifest, to kubelet neither.
    return undefined;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
