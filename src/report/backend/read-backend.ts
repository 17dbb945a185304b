import { whereOf } from './ask';
import { Backend } from './backend';
import { readJaeger } from './jaeger';
import { readTempo } from './tempo';
import { SpanReader } from '../input/span-reader';
import { SpanTable } from '../model/span-table';

const EVERY_MS = 200;

export interface Into {
  readonly table: SpanTable;
  readonly reader: SpanReader;
  readonly output: { readonly err: (text: string) => void; readonly progress: boolean };
}

/**
 * Reads the traces of the time range, or the one named by its whole id, from a backend into the reader.
 *
 * @returns what must be said about it
 * @throws an error that names the URL and the way out
 */
export async function readBackend(backend: Backend, trace: string | undefined, { table, reader, output }: Into): Promise<string[]> {
  let shown = 0;
  const progress = (done: number, of: number) => {
    if (!output.progress || Date.now() - shown < EVERY_MS) return;
    shown = Date.now();
    output.err(`\r\u001b[K${done} of ${of} traces, ${table.count} spans`);
  };
  try {
    const notes = backend.kind === 'tempo' ? await readTempo(backend, trace, reader, progress) : (await readJaeger(backend, trace, reader), []);
    reader.end();
    const full = trace === undefined && table.traceIds.length >= backend.limit;
    const more = 'there are more in this time, so ask for less of it with --since and --until, or raise --limit';
    return full ? [...notes, `${whereOf(backend)}: ${table.traceIds.length} traces, as many as --limit allows: ${more}`] : notes;
  } finally {
    if (shown > 0) output.err('\r\u001b[K');
  }
}
