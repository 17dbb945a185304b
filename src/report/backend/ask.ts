import { get as getPlain, IncomingMessage } from 'http';
import { get as getTls } from 'https';
import { Backend, NAMES } from './backend';

/** Milliseconds without a byte. */
const PATIENCE = 60_000;
/** A trace, or a list of them, as text. */
const LONGEST = 256 * 1024 * 1024;
const SAID = 300;
/** Milliseconds before the first of three more attempts. */
const RETRY = 500;
const BUSY = [429, 502, 503, 504];

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/**
 * Asks the backend for a path below its URL.
 *
 * @returns answers with 200 and with 400, 404 and 501, which tell what a version does not know
 * @throws an error that names the URL and the way out, for everything else
 */
export async function ask(backend: Backend, path: string, query: Readonly<Record<string, string | number>> = {}): Promise<Answer> {
  const url = new URL(backend.url + path);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  let { status, body, location } = await answer(url, backend);
  for (let wait = backend.retryMs ?? RETRY; BUSY.includes(status) && wait <= (backend.retryMs ?? RETRY) * 4; wait *= 2) {
    await new Promise(resolve => setTimeout(resolve, wait));
    ({ status, body, location } = await answer(url, backend));
  }
  if ([200, 400, 404, 501].includes(status)) return { status, body };
  throw new Error(`${whereOf(backend)}: status ${status}${status >= 300 && status < 400 ? redirected(location) : wayOut(status)}${said(body)}`);
}

/** What begins every message about a backend. */
export function whereOf({ kind, url }: Backend): string {
  return `--${kind} ${url}`;
}

/** The first words of a body, as a message's last part. */
export function said(body: string): string {
  const text = body.replace(/\s+/g, ' ').trim();
  return text === '' || text.startsWith('<') ? '' : `; it says: ${text.slice(0, SAID)}`;
}

/** @returns undefined where the text is not JSON, such as the page of a user interface */
export function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function answer(url: URL, backend: Backend): Promise<Answer & { readonly location: string | undefined }> {
  const patience = backend.patienceMs ?? PATIENCE;
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(new Error(`${whereOf(backend)}: ${reasonOf(error, backend)}`));
    const request = (url.protocol === 'https:' ? getTls : getPlain)(url, { headers: { accept: 'application/json', ...backend.headers }, timeout: patience }, response => {
      collect(response).then(body => resolve({ status: response.statusCode ?? 0, body, location: response.headers.location }), fail);
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${patience / 1000} s: ask for less with --since or --limit`)));
    request.on('error', fail);
  });
}

async function collect(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST) throw new Error('the answer is longer than 256 MiB: ask for less with --since or --limit');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function reasonOf(error: NodeJS.ErrnoException, { kind }: Backend): string {
  const reason = error.message || error.code || 'no answer';
  if (/certificate|self-signed|SELF_SIGNED|CERT_/i.test(`${reason} ${error.code}`)) {
    return `${reason}: set NODE_EXTRA_CA_CERTS to a file with the certificate of its CA`;
  }
  if (['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'EAI_AGAIN', 'ETIMEDOUT'].includes(error.code ?? '')) {
    return `${reason}: ${NAMES[kind]} in a cluster is reached with \`kubectl port-forward\` and ${kind === 'jaeger' ? 'http://127.0.0.1:16686' : 'http://127.0.0.1:3200'}`;
  }
  return reason;
}

function redirected(location: string | undefined): string {
  return location === undefined ? '' : `, a redirection to ${location.slice(0, SAID)}: give the address that answers itself`;
}

function wayOut(status: number): string {
  return status === 401 || status === 403 ? ': put the headers that it wants into a file and name that with --headers-file' : '';
}
