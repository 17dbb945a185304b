import { ask, whereOf } from './ask';
import { Backend, SERVICE } from './backend';
import { parsed, said } from '../../desk/ask';
import { SpanReader } from '../input/span-reader';

/**
 * Reads the traces of the time range, or the one named, from Jaeger's HTTP API: version 3, which answers in OTLP; and where there is none, the one of its
 * user interface, which all versions and other products have.
 */
export async function readJaeger(backend: Backend, trace: string | undefined, reader: SpanReader): Promise<void> {
  const otlp = trace === undefined ? await ask(backend, '/api/v3/traces', searchOf(backend)) : await ask(backend, `/api/v3/traces/${trace}`);
  if (otlp.status === 200 && takeLines(otlp.body, reader)) return;
  if (otlp.status === 404 && /no traces found|trace not found/i.test(otlp.body)) return;
  const plain = trace === undefined ? await ask(backend, '/api/traces', plainSearchOf(backend)) : await ask(backend, `/api/traces/${trace}`);
  // A single trace that is not there.
  if (plain.status === 404 && trace !== undefined && parsed(plain.body) !== undefined) return;
  if (plain.status === 200 && reader.take(parsed(plain.body))) return;
  const status = plain.status === 200 ? 'the answer is not a list of traces' : `status ${plain.status}`;
  throw new Error(`${whereOf(backend)}: ${status}: the URL must be the one of Jaeger's user interface, with its base path${said(plain.status === 200 ? '' : plain.body)}`);
}

/** Several documents, one a line, where the answer is streamed. */
function takeLines(body: string, reader: SpanReader): boolean {
  const whole = parsed(body);
  if (whole !== undefined) return reader.take(whole);
  const documents = body.split('\n').filter(line => line.trim() !== '').map(parsed);
  return documents.length > 0 && documents.every(document => document !== undefined && reader.take(document));
}

/** Names changed within version 3; those that are not known are ignored. */
function searchOf({ from, to, limit }: Backend): Record<string, string | number> {
  const [min, max] = [new Date(from).toISOString(), new Date(to).toISOString()];
  return {
    'query.serviceName': SERVICE,
    'query.service_name': SERVICE,
    'query.startTimeMin': min,
    'query.start_time_min': min,
    'query.startTimeMax': max,
    'query.start_time_max': max,
    'query.searchDepth': limit,
    'query.search_depth': limit,
    'query.num_traces': limit,
  };
}

function plainSearchOf({ from, to, limit }: Backend): Record<string, string | number> {
  return { service: SERVICE, start: Math.floor(from * 1000), end: Math.ceil(to * 1000), limit, lookback: 'custom' };
}
