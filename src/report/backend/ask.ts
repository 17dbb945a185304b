import { Backend } from './backend';
import { Answer, ask as askServer } from '../../desk/ask';

const NAMES = { jaeger: 'Jaeger', tempo: 'Tempo' } as const;
const FORWARDED = { jaeger: 'http://127.0.0.1:16686', tempo: 'http://127.0.0.1:3200' } as const;
const PATIENCE = 60_000;
/** A trace, or a list of them, as text. */
const LONGEST_MIB = 256;
/** What versions do not know, they answer with 400, 404 or 501. */
const STATUSES = [200, 400, 404, 501];

/**
 * Asks the backend for a path below its URL.
 *
 * @throws an error that names the URL and the way out
 */
export function ask(backend: Backend, path: string, query: Readonly<Record<string, string | number>> = {}): Promise<Answer> {
  const { kind, url, headers, patienceMs = PATIENCE, retryMs } = backend;
  return askServer({
    option: `--${kind}`, name: NAMES[kind], url, headers, forwarded: FORWARDED[kind], patienceMs, retryMs, longestMiB: LONGEST_MIB, less: 'ask for less with --since or --limit',
  }, path, query, STATUSES);
}

/** What begins every message about a backend. */
export function whereOf({ kind, url }: Backend): string {
  return `--${kind} ${url}`;
}
