import { ask, whereOf } from './ask';
import { Backend, SERVICE } from './backend';
import { parsed, said } from '../../desk/ask';
import { SpanReader } from '../input/span-reader';

/** A query frontend answers several at a time. */
const AT_ONCE = 8;
const NOT_TEMPO = ': the URL must be the one of Tempo\'s query frontend, such as http://127.0.0.1:3200';

interface Found {
  readonly traces?: readonly { readonly traceID?: unknown }[];
}

/**
 * Reads the traces of the time range, or the one named, from Tempo's HTTP API.
 *
 * @returns what must be said about it
 */
export async function readTempo(
  backend: Backend, trace: string | undefined, reader: SpanReader, progress: (done: number, of: number) => void,
): Promise<string[]> {
  const ids = trace !== undefined ? [trace] : await search(backend);
  const range: Readonly<Record<string, number>> = trace !== undefined ? {} : { start: seconds(backend.from) - 3600, end: seconds(backend.to) + 3600 };
  const open = [...ids];
  let missing = 0;
  let partial = 0;
  let done = 0;
  const next = async (): Promise<void> => {
    for (let id = open.shift(); id !== undefined; id = open.shift()) {
      const document = await traceOf(backend, id, range);
      if (document === undefined) missing++;
      else if (!reader.take(document)) throw new Error(`${whereOf(backend)}: the answer for trace ${id} is no trace in OTLP JSON${NOT_TEMPO}`);
      else if ((document as { readonly status?: unknown }).status === 'PARTIAL') partial++;
      progress(++done, ids.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, () => next().catch((error: Error) => {
    // The others ask for nothing more.
    open.length = 0;
    throw error;
  })));
  return [
    ...missing > 0 && trace === undefined ? [`${whereOf(backend)}: ${missing} of ${ids.length} traces were found and are not there any more`] : [],
    ...partial > 0 ? [`${whereOf(backend)}: ${partial} of ${ids.length} traces are too large for it and come in part`] : [],
  ];
}

async function search(backend: Backend): Promise<string[]> {
  const query = { q: `{ resource.service.name = "${SERVICE}" && kind = server }`, start: seconds(backend.from), end: seconds(backend.to) + 1, limit: backend.limit, spss: 1 };
  const { status, body } = await ask(backend, '/api/search', query);
  const found = status === 200 ? parsed(body) as Found | undefined : undefined;
  if (typeof found !== 'object' || found === null) {
    throw new Error(`${whereOf(backend)}: ${status === 200 ? 'the answer is not the result of a search' : `status ${status}`}${NOT_TEMPO}${said(body)}`);
  }
  return (Array.isArray(found.traces) ? found.traces : []).flatMap(({ traceID }) => typeof traceID === 'string' && /^[0-9a-f]{1,32}$/i.test(traceID) ? [traceID.padStart(32, '0')] : []);
}

/** Version 2 is there from Tempo 2.6 on. @returns undefined where the trace is not there */
async function traceOf(backend: Backend, id: string, range: Readonly<Record<string, number>>): Promise<unknown> {
  for (const path of ['/api/v2/traces/', '/api/traces/']) {
    const { status, body } = await ask(backend, path + id, range);
    if (status === 200) return parsed(body) ?? body;
    if (status !== 404) throw new Error(`${whereOf(backend)}: status ${status} for trace ${id}${said(body)}`);
  }
  return undefined;
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
