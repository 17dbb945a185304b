import { Caller, said } from './caller';
import { Refusal } from './preconditions';
import { SpanSource } from './trace-options';
import { DOMAIN } from '../patch-spec/layout';
import { readBackend } from '../report/backend/read-backend';
import { Lines } from '../report/input/lines';
import { readInput } from '../report/input/read-input';
import { SpanReader } from '../report/input/span-reader';
import { SpanTable } from '../report/model/span-table';

/** Reads the spans of some traces from wherever they arrive; others may be among them. */
export interface SpanLookup {
  /** For messages. */
  readonly name: string;
  /** What may be wrong where nothing arrives. */
  readonly hint: string;
  read(traceIds: readonly string[], since: number, table: SpanTable): Promise<void>;
}

/** Seconds before the first request; clocks differ. */
const MARGIN = 10;
const COLLECTOR_LABEL = `${DOMAIN}/collector`;

/** @throws Refusal where there is nothing to read from */
export async function spanLookup(source: SpanSource, caller: Caller): Promise<SpanLookup> {
  switch (source.kind) {
    case 'collector': return collectorLookup(source.namespace, caller);
    case 'file': return fileLookup(source.file);
    default: {
      const { kind, url } = source.backend;
      return {
        name: `--${kind} ${url}`,
        hint: 'does the Collector send there?',
        read: async (traceIds, since, table) => {
          const reader = new SpanReader(table);
          const output = { err: () => undefined, progress: false };
          for (const id of traceIds) {
            await readBackend({ ...source.backend, limit: 1000, from: since, to: Date.now() }, id, { table, reader, output });
          }
        },
      };
    }
  }
}

function fileLookup(file: string): SpanLookup {
  return {
    name: file,
    hint: 'does the Collector write there?',
    read: async (traceIds, _since, table) => {
      const reader = new SpanReader(table);
      await readInput(file, { line: line => { if (mayHold(line, traceIds)) reader.line(line); }, end: () => reader.end() }, () => undefined);
    },
  };
}

interface Pod {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: { readonly containers: readonly { readonly name: string }[] };
  readonly status?: { readonly phase?: string };
}

async function collectorLookup(namespace: string | undefined, caller: Caller): Promise<SpanLookup> {
  const where = namespace === undefined ? ['--all-namespaces'] : ['--namespace', namespace];
  const other = 'name another place for the spans: --from NAMESPACE, --file, --jaeger or --tempo';
  let pods: readonly Pod[];
  try {
    ({ items: pods } = await caller.json('get', 'pods', ...where, '--selector', COLLECTOR_LABEL, '--output', 'json') as { readonly items: readonly Pod[] });
  } catch (e) {
    throw new Refusal(`the Collector's pods cannot be seen (${(e as Error).message}): ${other}`);
  }
  const running = pods.filter(({ status }) => status?.phase === 'Running');
  if (running.length === 0) throw new Refusal(`${pods.length === 0 ? 'no pod' : 'no running pod'} with the label ${COLLECTOR_LABEL}${namespace === undefined ? '' : ` in namespace ${namespace}`}: ${other}`);
  const name = `the log of ${running.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).join(', ')}`;
  return {
    name,
    hint: 'does the Collector show spans in its log? Without `exporters` it does, and with SpanExporter.debug() or SpanExporter.stdout() among them; otherwise use --jaeger, --tempo or --file',
    read: async (traceIds, since, table) => {
      const seconds = Math.ceil((Date.now() - since) / 1000) + MARGIN;
      for (const { metadata, spec } of running) {
        const reader = new SpanReader(table);
        const lines = new Lines(line => { if (mayHold(line, traceIds)) reader.line(line); });
        const args = ['--namespace', metadata.namespace, 'logs', metadata.name, '--container', spec.containers[0]?.name ?? 'collector', `--since=${seconds}s`];
        const { status, stderr } = await caller.run(args, chunk => lines.add(chunk));
        if (status !== 0) throw new Error(said(stderr));
        lines.end();
        reader.end();
      }
    },
  };
}

/** A batch without any of the traces is not worth parsing. */
function mayHold(line: string, traceIds: readonly string[]): boolean {
  return !line.includes('"resourceSpans"') || traceIds.some(id => line.includes(id));
}
