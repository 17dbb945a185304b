import { ask, failure, parsed, said, Server } from '../../desk/ask';

/** All requests of all API servers, with those that end with an error; the mean of an hour, so that no peak decides. */
export const REQUESTS_QUERY = 'sum(rate(apiserver_request_total[1h]))';

const PROMETHEUS = {
  option: '--prometheus', name: 'Prometheus', forwarded: 'http://127.0.0.1:9090', patienceMs: 10_000, longestMiB: 1, less: 'it is asked for one number alone',
} as const;

/** @throws an error that names the URL and the way out */
export async function requestsPerSecond(from: Pick<Server, 'url' | 'headers'> & Partial<Server>): Promise<number> {
  const server: Server = { ...PROMETHEUS, ...from };
  const { body } = await ask(server, '/api/v1/query', { query: REQUESTS_QUERY }, [200]);
  const answer = parsed(body) as Vector | null | undefined;
  const result = answer?.data?.result;
  if (answer?.status !== 'success' || !Array.isArray(result)) {
    throw failure(server, `the answer is not that of Prometheus to a query${said(body)}: give the address that its API is below`);
  }
  const value = Number(result[0]?.value?.[1]);
  if (!(value > 0) || !Number.isFinite(value)) {
    throw failure(server, `it knows no requests by ${REQUESTS_QUERY}: ask the Prometheus that scrapes the API servers, or give --requests-per-second`);
  }
  return value;
}

interface Vector {
  readonly status?: unknown;
  readonly data?: { readonly result?: { readonly value?: readonly unknown[] }[] };
}
