import { get as getPlain, IncomingMessage } from 'http';
import { get as getTls } from 'https';

/** What a command at the desk asks over HTTP. */
export interface Server {
  /** The option that names it, such as `--jaeger`. */
  readonly option: string;
  /** As people call it. */
  readonly name: string;
  /** Without user, query and trailing slash. */
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  /** Where it is after `kubectl port-forward`. */
  readonly forwarded: string;
  /** Milliseconds without a byte after which an answer is given up. */
  readonly patienceMs: number;
  /** Milliseconds before the first of three more attempts at a busy server; for tests. */
  readonly retryMs?: number;
  /** The longest answer that is taken. */
  readonly longestMiB: number;
  /** What to do about an answer that is too late or too long. */
  readonly less: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

const SAID = 300;
const RETRY = 500;
const BUSY = [429, 502, 503, 504];

/**
 * Asks the server for a path below its URL.
 *
 * @param statuses of answers that are given back
 * @throws an error that names the URL and the way out, for everything else
 */
export async function ask(
  server: Server, path: string, query: Readonly<Record<string, string | number>>, statuses: readonly number[],
): Promise<Answer> {
  const url = new URL(server.url + path);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  const { retryMs = RETRY } = server;
  let { status, body, location } = await answer(url, server);
  for (let wait = retryMs; BUSY.includes(status) && wait <= retryMs * 4; wait *= 2) {
    await new Promise(resolve => setTimeout(resolve, wait));
    ({ status, body, location } = await answer(url, server));
  }
  if (statuses.includes(status)) return { status, body };
  throw failure(server, `status ${status}${status >= 300 && status < 400 ? redirected(location) : wayOut(status)}${said(body)}`);
}

/** Says which server it is about. */
export function failure({ option, url }: Pick<Server, 'option' | 'url'>, reason: string): Error {
  return new Error(`${option} ${url}: ${reason}`);
}

/** The first words of a body, or of the error in it, as a message's last part. */
export function said(body: string): string {
  const error = (parsed(body) as { error?: unknown } | null | undefined)?.error;
  const text = (typeof error === 'string' ? error : body).replace(/\s+/g, ' ').trim();
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

function answer(url: URL, server: Server): Promise<Answer & { readonly location: string | undefined }> {
  const { patienceMs: timeout, less } = server;
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(failure(server, reasonOf(error, server)));
    const request = (url.protocol === 'https:' ? getTls : getPlain)(url, { headers: { accept: 'application/json', ...server.headers }, timeout }, response => {
      collect(response, server).then(body => resolve({ status: response.statusCode ?? 0, body, location: response.headers.location }), fail);
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${timeout / 1000} s: ${less}`)));
    request.on('error', fail);
  });
}

async function collect(response: IncomingMessage, { longestMiB, less }: Server): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longestMiB * 1024 * 1024) throw new Error(`the answer is longer than ${longestMiB} MiB: ${less}`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function reasonOf(error: NodeJS.ErrnoException, { name, forwarded }: Server): string {
  const reason = error.message || error.code || 'no answer';
  if (/certificate|self-signed|SELF_SIGNED|CERT_/i.test(`${reason} ${error.code}`)) {
    return `${reason}: set NODE_EXTRA_CA_CERTS to a file with the certificate of its CA`;
  }
  if (['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'EAI_AGAIN', 'ETIMEDOUT'].includes(error.code ?? '')) {
    return `${reason}: ${name} in a cluster is reached with \`kubectl port-forward\` and ${forwarded}`;
  }
  return reason;
}

function redirected(location: string | undefined): string {
  return location === undefined ? '' : `, a redirection to ${location.slice(0, SAID)}: give the address that answers itself`;
}

function wayOut(status: number): string {
  return status === 401 || status === 403 ? ': put the headers that it wants into a file and name that with --headers-file' : '';
}
