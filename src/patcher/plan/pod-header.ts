import { parseAllDocuments } from 'yaml';

/** Beyond this the YAML library is not asked about other people's files: it needs seconds and hundreds of megabytes for some. */
const MAX_PARSED = 32 * 1024;

/** What tells one Pod from another, for kubelet. */
export interface PodHeader {
  readonly namespace: string;
  readonly name: string;
  /** The whole document; only its header where the file is long. */
  readonly document: Record<string, unknown>;
}

/** A cheap look that any file of any size survives: whether it may define a Pod of one of our components. */
export function mayDefineComponent(text: string): boolean {
  return /kube-apiserver|etcd/.test(text) && text.includes('Pod') && text.length <= 10 * 1024 * 1024 && (startsAsFlow(text) || KIND.test(text));
}

/** What kubelet would take for a Pod in another file of the directory; undefined for anything else, such as a log or a Service. */
export function podHeader(text: string): PodHeader | undefined {
  if (!mayDefineComponent(text)) return undefined;
  const plain = text.replace(/^\uFEFF/, '');
  const document = startsAsFlow(plain) ? flowDocument(plain) : blockDocument(plain);
  if (!isRecord(document) || document.kind !== 'Pod' || !isRecord(document.metadata)) return undefined;
  const { namespace, name } = document.metadata;
  return { namespace: String(namespace ?? '') || 'default', name: String(name), document };
}

/** The value may have a tag, and may stand on a line of its own. */
const KIND = /^\uFEFF? *["']?kind["']?[ \t]*:(?:\s|#.*\n|[!&]\S*\s)*["']?Pod["']?[ \t]*(?:#.*)?\r?$/m;

function startsAsFlow(text: string): boolean {
  return /^\uFEFF?(?:\s|#.*\n|---)*\{/.test(text.slice(0, 4096));
}

function flowDocument(text: string): unknown {
  const start = text.indexOf('{');
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
  if (text.length <= MAX_PARSED) return firstDocument(text);
  const indent = /^( *)["']?(?:apiVersion|kind|metadata)["']?[ \t]*:/m.exec(text)?.[1] ?? '';
  const header: string[] = [];
  let taking = false;
  let length = 0;
  for (const [line] of text.matchAll(/.*\n?/g)) {
    if (header.length > 0 && /^(---|\.\.\.)\s/.test(line)) break;
    if (line.startsWith(indent) && /^["'A-Za-z]/.test(line.slice(indent.length))) taking = /^["']?(apiVersion|kind|metadata)\b/.test(line.slice(indent.length));
    if (!taking) continue;
    header.push(line);
    length += line.length;
    if (length > MAX_PARSED) return undefined;
  }
  return firstDocument(header.join(''));
}

function firstDocument(text: string): unknown {
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
