/** All requests of all API servers, with those that end with an error; the mean of an hour, so that no peak decides. */
export const REQUESTS_QUERY = 'sum(rate(apiserver_request_total[1h]))';

const PATIENCE = 10_000;
const LONGEST = 1024 * 1024;

export interface PrometheusServer {
  /** Without a slash at its end. */
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  /** @default 10 seconds for the whole answer */
  readonly patienceMs?: number;
}

/** @throws an error that names the URL and the way out */
export async function requestsPerSecond(server: PrometheusServer): Promise<number> {
  const { status, body } = await ask(server);
  const answer = parsed(body);
  const said = typeof answer?.error === 'string' ? `; it says: ${answer.error.slice(0, 300)}` : '';
  if (status !== 200) throw failure(server, `status ${status}${wayOut(status)}${said}`);
  const result: unknown = answer?.data?.result;
  if (answer?.status !== 'success' || !Array.isArray(result)) {
    throw failure(server, `the answer is not that of Prometheus to a query${said}: give the address that its API is below`);
  }
  const value = Number(result[0]?.value?.[1]);
  if (!(value > 0) || !Number.isFinite(value)) {
    throw failure(server, `it knows no requests by ${REQUESTS_QUERY}: ask the Prometheus that scrapes the API servers, or give --requests-per-second`);
  }
  return value;
}

function wayOut(status: number): string {
  if (status >= 300 && status < 400) return ', a redirection: give the address that answers itself';
  return status === 401 || status === 403 ? ': put the headers that it wants into a file and name that with --headers-file' : '';
}

async function ask(server: PrometheusServer): Promise<{ readonly status: number; readonly body: string }> {
  const patience = server.patienceMs ?? PATIENCE;
  try {
    const response = await fetch(`${server.url}/api/v1/query?query=${encodeURIComponent(REQUESTS_QUERY)}`, {
      headers: { accept: 'application/json', ...server.headers }, redirect: 'manual', signal: AbortSignal.timeout(patience),
    });
    return { status: response.status, body: await limited(response) };
  } catch (e) {
    throw failure(server, reasonOf(e as Error, patience));
  }
}

async function limited(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > LONGEST) throw new Error('the answer is longer than 1 MiB: it is not that of a query for one number');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function reasonOf(error: Error, patience: number): string {
  if (error.name === 'TimeoutError') return `no answer within ${patience / 1000} s`;
  const cause = (error.cause ?? error) as NodeJS.ErrnoException;
  const reason = cause.message || cause.code || error.message;
  if (/certificate|self-signed|CERT_/i.test(`${reason} ${cause.code}`)) return `${reason}: set NODE_EXTRA_CA_CERTS to a file with the certificate of its CA`;
  return ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'EAI_AGAIN', 'ETIMEDOUT'].includes(cause.code ?? '')
    ? `${reason}: Prometheus in a cluster is reached with \`kubectl port-forward\` and http://127.0.0.1:9090`
    : reason;
}

function failure({ url }: PrometheusServer, reason: string): Error {
  return new Error(`--prometheus ${url}: ${reason}`);
}

function parsed(body: string): any {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
