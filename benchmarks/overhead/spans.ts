import * as fs from 'node:fs';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { Kind, KINDS } from './client/requests';
import { LoadClient } from './load-client';
import { Ground } from './trial';
import { Backend, Span } from '../../test/integration/collector/backend';
import { ControlPlane } from '../../test/integration/collector/control-plane';
import { Scratch } from '../../test/integration/collector/scratch-directory';
import { median } from '../support/median';

/** Spans of one request. */
export interface SpanCounts {
  readonly apiServer: number;
  readonly etcd: number;
}

export interface SpanFigures {
  readonly counts: Record<Kind, SpanCounts>;
  /** As OTLP encodes them, with their share of resource and scope. */
  readonly bytesPerSpan: number;
  /** The same batches, each compressed by gzip as exporters do it. */
  readonly compressedBytesPerSpan: number;
}

const REQUESTS = 100;

/** Every request traced, one after the other, so that nothing is dropped on its way. */
export async function spanFigures({ binaries, processor }: Ground): Promise<SpanFigures> {
  const scratch = new Scratch();
  try {
    const root = scratch.below('backend');
    const encoded = path.join(root, 'spans.otlp');
    const backend = new Backend({ binary: binaries.collector, root, encoded });
    scratch.ending(() => backend.stop());
    await backend.start();
    const controlPlane = new ControlPlane(binaries, scratch);
    await controlPlane.start(backend.endpoint, { apiServer: 1_000_000, etcd: 0 });
    const client = await LoadClient.start(controlPlane, scratch, processor);
    const { failed } = await client.send({ each: REQUESTS });
    if (failed > 0) throw new Error(`${failed} requests failed`);
    await client.stop();
    // Both components send what they have after 5 s at the latest.
    await new Promise(resolve => setTimeout(resolve, 6000));
    await backend.settled();
    const spans = backend.spans();
    await backend.stop();
    return { counts: countsOf(spans), ...sizes(encoded, spans.length) };
  } finally {
    await scratch.clear();
  }
}

function countsOf(spans: readonly Span[]): Record<Kind, SpanCounts> {
  const traces = new Map<string, Span[]>();
  for (const span of spans) traces.set(span.traceId, [...traces.get(span.traceId) ?? [], span]);
  const of = (kind: Kind) => {
    const its = [...traces.values()].filter(trace => trace.some(span => userAgentOf(span) === `load-${kind}`));
    const count = (etcd: boolean) => median(its.map(trace => trace.filter(({ resource }) => (resource['service.name'] === 'etcd') === etcd).length));
    return { apiServer: count(false), etcd: count(true) };
  };
  return Object.fromEntries(KINDS.map(kind => [kind, of(kind)])) as Record<Kind, SpanCounts>;
}

/** Its name depends on the version, and on who writes it. */
function userAgentOf({ attributes }: Span): unknown {
  return attributes['user_agent.original'] ?? attributes['http.user_agent'] ?? attributes['user-agent'];
}

/** Batches, each after its length in 4 bytes. */
function sizes(file: string, spans: number): { readonly bytesPerSpan: number; readonly compressedBytesPerSpan: number } {
  const data = fs.readFileSync(file);
  let bytes = 0;
  let compressed = 0;
  for (let at = 0; at < data.length;) {
    const length = data.readUInt32BE(at);
    bytes += length;
    compressed += gzipSync(data.subarray(at + 4, at + 4 + length)).length;
    at += 4 + length;
  }
  return { bytesPerSpan: bytes / spans, compressedBytesPerSpan: compressed / spans };
}
