import { Fields } from './collector-config';
import { refuse } from '../kit/check';

type Path = readonly string[];

/** Of a request these authenticators put in no more than a signature. */
const SIGNING = /^sigv4auth(\/|$)/;
/** Where a value is sent to whom it is for, or where nothing is sent to: a proxy, what a header says, and other signals. */
const NO_DESTINATION = /^(proxy_url|headers|(metrics|logs|profiles)_endpoint)$/;

/**
 * Refuses credentials over plain text, wherever they are given: in headers, by an extension, in a URL, in a field of the exporter.
 *
 * @param seen the configuration with what is known of the environment
 * @param secrets the environment variables that come from Secrets
 */
export function checkTransport(config: Fields, seen: Fields, secrets: readonly string[], propOf: (path: Path) => string): void {
  const refuseAt = (path: Path, credential: Path): never => refuse(propOf(path), path.join('.'),
    `ask for TLS, or ${credential.join('.')} be left out: in plain text anybody on the way could read it`);
  for (const [id, exporter] of Object.entries<Fields | null>(config.exporters ?? {})) {
    const [credential] = credentialsIn([], exporter, secrets);
    const plain = plaintextOf(id, seen.exporters[id] ?? {});
    if (credential !== undefined && plain !== undefined) refuseAt(['exporters', id, ...plain], ['exporters', id, ...credential]);
  }
  for (const [id, extension] of Object.entries<Fields | null>(seen.extensions ?? {})) {
    // The secret of a client goes to the server that issues tokens.
    if (/^oauth2client(\/|$)/.test(id) && isPlainUrl(extension?.token_url)) refuseAt(['extensions', id, 'token_url'], ['extensions', id]);
  }
  checkTelemetry(['service', 'telemetry'], seen.service?.telemetry, secrets, refuseAt);
}

/** What the Collector says about itself, to wherever: a map with an endpoint is an exporter of that. */
function checkTelemetry(path: Path, value: unknown, secrets: readonly string[], refuseAt: (path: Path, credential: Path) => never): void {
  if (typeof value !== 'object' || value === null) return;
  const { endpoint, insecure } = value as Fields;
  const [credential] = typeof endpoint === 'string' ? credentialsIn(path, value, secrets) : [];
  if (credential !== undefined && isPlainUrl(endpoint)) refuseAt([...path, 'endpoint'], credential);
  if (credential !== undefined && insecure === true) refuseAt([...path, 'insecure'], credential);
  Object.entries(value).forEach(([key, member]) => checkTelemetry([...path, key], member, secrets, refuseAt));
}

/** Where something that somebody else must not read is given. */
function credentialsIn(path: Path, value: unknown, secrets: readonly string[]): Path[] {
  if (typeof value === 'string') return isCredential(path, value, secrets) ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => key === 'authenticator' && path.at(-1) === 'auth'
    ? (SIGNING.test(String(member)) ? [] : [path])
    : credentialsIn([...path, nameOf(value, key, member)], member, secrets));
}

/** A header of a list by its name. */
function nameOf(holder: object, key: string, member: unknown): string {
  return Array.isArray(holder) && typeof member?.['name' as never] === 'string' ? member['name' as never] : key;
}

function isCredential(path: Path, text: string, secrets: readonly string[]): boolean {
  const referred = [...text.replaceAll('$$', '').matchAll(/\$\{(?:(env|file):)?([^{}:]*)(?::-[^{}]*)?\}/g)];
  const inHeader = path.includes('headers');
  // In a URL, a user and a query with a reference are a secret's whatever the variable.
  const inUrl = /:\/\/[^/]*\$\{[^}]*\}[^/]*@|\?.*\$\{/.test(text);
  return referred.some(([, scheme, name = '']) => scheme === 'file' || secrets.includes(name) || (inHeader && !['POD_IP', 'NODE_NAME'].includes(name)))
    || (inUrl && referred.length > 0);
}

/** Where an exporter says that it sends plain text; undefined where it does not. */
function plaintextOf(id: string, exporter: Fields): Path | undefined {
  const type = id.split('/')[0]!;
  // As soon as there is one for traces, the other is not asked.
  const { endpoint, ...others } = exporter;
  const asked = type === 'otlp_http' && typeof exporter.traces_endpoint === 'string' ? others : exporter;
  if (type === 'kafka') return exporter.tls === undefined && exporter.auth !== undefined ? ['brokers'] : undefined;
  return plainUrl([], asked) ?? (type === 'otlp_http' || isTlsUrl(endpoint) ? undefined : insecureTls([], exporter));
}

function plainUrl(path: Path, value: unknown): Path | undefined {
  return find(path, value, member => isPlainUrl(member));
}

/** `tls: { insecure: true }`, at any level. */
function insecureTls(path: Path, value: unknown): Path | undefined {
  return find(path, value, (member, at) => member === true && at.at(-1) === 'insecure' && at.at(-2) === 'tls');
}

function find(path: Path, value: unknown, matches: (member: unknown, path: Path) => boolean): Path | undefined {
  if (matches(value, path)) return path;
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).filter(([key]) => !NO_DESTINATION.test(key)).map(([key, member]) => find([...path, key], member, matches))
    .find(found => found !== undefined);
}

function isPlainUrl(value: unknown): boolean {
  return typeof value === 'string' && /^\s*http:\/\//i.test(value);
}

function isTlsUrl(value: unknown): boolean {
  return typeof value === 'string' && /^\s*https:\/\//i.test(value);
}
