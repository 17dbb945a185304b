import { readFileSync } from 'fs';
import { UsageError } from './options';
import { systemReason } from '../../desk/system-error';

/** As the report takes it. */
export interface BackendOptions {
  readonly kind: 'jaeger' | 'tempo';
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
}

export interface BackendValues {
  readonly 'jaeger'?: string;
  readonly 'tempo'?: string;
  readonly 'headers-file'?: string;
}

export const BACKEND_OPTIONS = ['jaeger', 'tempo', 'headers-file'] as const;

/** What a request must name a tenant with is no secret. */
const NO_CREDENTIALS = ['x-scope-orgid', 'accept', 'user-agent'];

/** @returns undefined where no backend is asked for */
export function readBackend(values: BackendValues): BackendOptions | undefined {
  const { jaeger, tempo, 'headers-file': file } = values;
  if (jaeger !== undefined && tempo !== undefined) throw new UsageError('--jaeger and --tempo cannot be used together: name one of them');
  const kind = jaeger !== undefined ? 'jaeger' : 'tempo';
  const text = jaeger ?? tempo;
  if (text === undefined) {
    if (file !== undefined) throw new UsageError('--headers-file needs --jaeger or --tempo');
    return undefined;
  }
  return { kind, ...readServer(kind, kind === 'jaeger' ? 'http://127.0.0.1:16686' : 'http://127.0.0.1:3200', text, file) };
}

/** The address of a server, and headers that nobody on the way may read. */
export function readServer(option: string, example: string, text: string, file: string | undefined): Omit<BackendOptions, 'kind'> {
  const url = baseUrl(`--${option}`, example, text);
  const headers = file === undefined ? {} : readHeaders(file);
  const secret = Object.keys(headers).find(name => !NO_CREDENTIALS.includes(name.toLowerCase()));
  if (secret !== undefined && url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new UsageError(`--${option} (${text}) would send the header ${secret} of --headers-file readable for everyone on the way: use https://, or \`kubectl port-forward\` and http://127.0.0.1`);
  }
  return { url: url.href.replace(/\/+$/, ''), headers };
}

function baseUrl(option: string, example: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) throw new UsageError(`${option} (${text}) must be a URL that begins with http:// or https://, such as ${example}`);
  // The command line of a process is readable for everyone on the machine.
  if (url.username !== '' || url.password !== '') {
    throw new UsageError(`${option} (${url.protocol}//***@${url.host}) must not hold credentials: put a line such as "Authorization: Basic ..." into a file and name that with --headers-file`);
  }
  if (url.search !== '' || url.hash !== '') throw new UsageError(`${option} (${text}) must be the address alone, without what follows "?" or "#", such as ${example}`);
  return url;
}

/** Whether the name can only be this machine. */
export function isLoopback(hostname: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

/** `Name: value` lines. */
function readHeaders(file: string): Record<string, string> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (e) {
    throw new UsageError(`--headers-file (${file}) cannot be read: ${systemReason(e)}`);
  }
  const headers: Record<string, string> = {};
  text.split(/\r?\n/).forEach((line, i) => {
    if (/^\s*(?:#.*)?$/.test(line)) return;
    // Not the line itself: it may hold a secret.
    const [, name, value] = /^([A-Za-z0-9!#$%&'*+.^_`|~-]+):\s*([\x20-\x7e]*?)\s*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new UsageError(`--headers-file (${file}): line ${i + 1} must be "Name: value", in ASCII`);
    headers[name] = value;
  });
  return headers;
}
