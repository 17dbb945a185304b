/**
 * Tempo cannot run where the tests do, and Jaeger takes a long build (test/integration/long/jaeger.test.ts). A small server answers in their shapes, which
 * are taken from the sources and the API documentation of both: Jaeger's `/api/v3/traces` wraps OTLP into `result`, its `/api/traces` is of its own form; Tempo's ids are base64, and its search cuts leading zeros.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { UsageError } from '../../../src/patcher/commands/options';
import { readReportOptions } from '../../../src/patcher/commands/report-options';
import { report } from '../../../src/report/main';
import { Answered, HttpBackend } from '../../support/traces/http-backend';
import { otlpLine, slowWebhook } from '../../support/traces/otlp';

const TRACE = 'a1'.padEnd(32, '0');
const NOW = Date.UTC(2026, 10, 28, 11);
const PAGE: Answered = { body: '<!doctype html><title>Jaeger UI</title>' };
const NOT_FOUND: Answered = { status: 404, body: '404 page not found\n' };

interface Otlp {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
}

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: string };
}

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
}

const otlp = (trace = 'a1') => JSON.parse(otlpLine(slowWebhook(), { trace })) as Otlp;

/** As Jaeger's user interface gets it. */
function jaegerTrace(): object {
  const tag = ({ key, value }: Attribute) => value.intValue === undefined
    ? { key, type: 'string', value: value.stringValue } : { key, type: 'int64', value: Number(value.intValue) };
  const { resourceSpans } = otlp();
  return {
    traceID: TRACE,
    spans: resourceSpans.map(({ scopeSpans }, i) => {
      const span = scopeSpans[0]!.spans[0]!;
      return {
        traceID: TRACE,
        spanID: span.spanId,
        operationName: span.name,
        references: span.parentSpanId === '' ? [] : [{ refType: 'CHILD_OF', traceID: TRACE, spanID: span.parentSpanId }],
        startTime: Math.round(Number(span.startTimeUnixNano) / 1000),
        duration: Math.round((Number(span.endTimeUnixNano) - Number(span.startTimeUnixNano)) / 1000),
        tags: [...span.attributes.map(tag), { key: 'span.kind', type: 'string', value: ['', 'internal', 'server', 'client'][span.kind] }],
        logs: [],
        processID: `p${i}`,
        warnings: null,
      };
    }),
    processes: Object.fromEntries(resourceSpans.map(({ resource: { attributes } }, i) => [`p${i}`, {
      serviceName: attributes.find(({ key }) => key === 'service.name')!.value.stringValue,
      tags: attributes.filter(({ key }) => key !== 'service.name').map(tag),
    }])),
    warnings: null,
  };
}

/** As Tempo writes protobuf in JSON. */
function tempoTrace(trace: string): object {
  const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');
  return {
    trace: {
      resourceSpans: otlp(trace).resourceSpans.map(({ resource, scopeSpans }) => ({
        resource,
        scopeSpans: scopeSpans.map(({ spans }) => ({
          spans: spans.map(span => ({
            ...span,
            traceId: base64(span.traceId),
            spanId: base64(span.spanId),
            parentSpanId: base64(span.parentSpanId),
            kind: ['SPAN_KIND_UNSPECIFIED', 'SPAN_KIND_INTERNAL', 'SPAN_KIND_SERVER', 'SPAN_KIND_CLIENT'][span.kind],
          })),
        })),
      })),
    },
    metrics: { inspectedBytes: '1' },
  };
}

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly requests: HttpBackend['requests'];
}

let ending: HttpBackend | undefined;
afterEach(() => ending?.stop());

async function run(kind: 'jaeger' | 'tempo', answer: (path: string) => Answered, ...args: string[]): Promise<Ended> {
  const server = ending = new HttpBackend(answer);
  const url = await server.start();
  let stdout = '';
  let stderr = '';
  const options = readReportOptions([`--${kind}`, `${url}/`, ...args], false, NOW);
  const status = await report({ ...options, backend: { ...options.backend!, patienceMs: 500, retryMs: 1 } }, {
    out: text => { stdout += text; },
    err: text => { stderr += text.replaceAll(url, 'URL'); },
    width: 120,
    colour: false,
    progress: false,
  });
  return { status, stdout, stderr, requests: server.requests };
}

test.each<['jaeger' | 'tempo', object | string]>([
  ['jaeger', { error: { httpCode: 404, message: 'trace not found' } }], ['tempo', 'trace not found'],
])('a trace that %s does not have is told as one', async (kind, body) => {
  const { status, stdout, stderr } = await run(kind, () => ({ status: 404, body }), '--trace', TRACE);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toBe(`--trace (${TRACE}) is not there: --${kind} URL has no such trace, or not any more\n`);
});

const WEBHOOK = /slow\.policy\.example\.com +1 +814 ms/;

describe('Jaeger', () => {
  test('is asked for a time by version 3, in its old and its new names', async () => {
    const { status, stdout, stderr, requests } = await run('jaeger', () => ({ body: { result: otlp() } }), '--since', '30m', '--until', '2026-11-28T10:30:00Z');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(WEBHOOK);
    expect(requests.map(({ path }) => path)).toEqual(['/api/v3/traces']);
    expect(Object.fromEntries(requests[0]!.query)).toMatchObject({
      'query.serviceName': 'apiserver',
      'query.service_name': 'apiserver',
      'query.startTimeMin': '2026-11-28T10:00:00.000Z',
      'query.start_time_max': '2026-11-28T10:30:00.000Z',
      'query.searchDepth': '1000',
      'query.num_traces': '1000',
    });
  });

  test('streams one document a line, in some versions', async () => {
    const body = `${['a1', 'b2'].map(trace => JSON.stringify({ result: otlp(trace) })).join('\n')}\n`;
    expect((await run('jaeger', () => ({ body }))).stdout).toMatch(/^26 spans, 2 traces, 2 requests/);
  });

  test.each([['a page', PAGE], ['404', NOT_FOUND], ['400', { status: 400, body: 'unsupported path' }]])('that answers %s for version 3 is asked as its user interface does', async (_, v3) => {
    const { status, stdout, stderr, requests } = await run('jaeger', path => path.startsWith('/api/v3') ? v3 : { body: { data: [jaegerTrace()], total: 0, errors: null } });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(WEBHOOK);
    expect(stdout).toMatch(/Txn +cp-1 +1/);
    const [, { query }] = requests as [unknown, HttpBackend['requests'][number]];
    expect(Object.fromEntries(query)).toEqual({ service: 'apiserver', start: String((NOW - 3_600_000) * 1000), end: String(NOW * 1000), limit: '1000', lookback: 'custom' });
  });

  test('without traces is no failure of the command to ask', async () => {
    const { status, stderr, requests } = await run('jaeger', () => ({ status: 404, body: { error: { httpCode: 404, message: 'No traces found' } } }));
    expect(status).toBe(1);
    expect(stderr).toContain('no spans found: --jaeger URL has no request of service apiserver from 2026-11-28T10:00:00.000Z to 2026-11-28T11:00:00.000Z; --since and --until choose another time');
    expect(requests).toHaveLength(1);
  });

  test('gives one trace by its whole id', async () => {
    const { status, stdout, requests } = await run('jaeger', () => ({ body: { result: otlp() } }), '--trace', TRACE.toUpperCase());
    expect([status, requests.map(({ path }) => path)]).toEqual([0, [`/api/v3/traces/${TRACE}`]]);
    expect(stdout).toContain('webhook slow.policy.example.com 814 ms (99 %)');
  });

  test('a full answer is said to be full', async () => {
    const { status, stderr } = await run('jaeger', () => ({ body: { result: otlp() } }), '--limit', '1');
    expect(status).toBe(0);
    expect(stderr).toBe('--jaeger URL: 1 traces, as many as --limit allows: there are more in this time, so ask for less of it with --since and --until, or raise --limit\n');
  });

  test.each<[string, Answered, string]>([
    ['of something else', PAGE, 'the answer is not a list of traces: the URL must be the one of Jaeger\'s user interface, with its base path'],
    ['of another service', NOT_FOUND, 'status 404: the URL must be the one of Jaeger\'s user interface, with its base path; it says: 404 page not found'],
    ['of a proxy that wants to know who asks', { status: 401 }, 'status 401: put the headers that it wants into a file and name that with --headers-file'],
    ['that redirects', { status: 302, location: 'https://login.example.com/' }, 'status 302, a redirection to https://login.example.com/: give the address that answers itself'],
    ['with an error', { status: 500, body: { errors: [{ code: 500, msg: 'store is down' }] } }, 'status 500; it says: {"errors":[{"code":500,"msg":"store is down"}]}'],
    ['that does not answer', { silent: true }, 'no answer within 0.5 s: ask for less with --since or --limit'],
  ])('a URL %s ends with 1, and the way out', async (_, answer, text) => {
    expect(await run('jaeger', () => answer)).toMatchObject({ status: 1, stdout: '', stderr: `--jaeger URL: ${text}\n` });
  });

  test('that is busy is asked again', async () => {
    let busy = 2;
    expect((await run('jaeger', () => busy-- > 0 ? { status: 503 } : { body: { result: otlp() } })).status).toBe(0);
  });
});

describe('Tempo', () => {
  const found = (...ids: string[]): Answered => ({
    body: { traces: ids.map(traceID => ({ traceID, rootServiceName: 'apiserver', durationMs: 820, spanSets: [{ spans: [], matched: 1 }] })), metrics: { totalBlocks: 1 } },
  });

  test('is searched, and then asked for each trace, whose id may lack zeros', async () => {
    const { status, stdout, stderr, requests } = await run('tempo', path => path === '/api/search' ? found('a10000000000000000000000000000', TRACE) : { body: tempoTrace(path.slice(15)) });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^26 spans, 2 traces, 2 requests/);
    expect(stdout).toContain('webhook slow.policy.example.com 99 %');
    expect(requests.map(({ path }) => path)).toEqual(['/api/search', '/api/v2/traces/00a10000000000000000000000000000', `/api/v2/traces/${TRACE}`]);
    expect(Object.fromEntries(requests[0]!.query)).toEqual({
      q: '{ resource.service.name = "apiserver" && kind = server }', start: String(NOW / 1000 - 3600), end: String(NOW / 1000 + 1), limit: '1000', spss: '1',
    });
  });

  test('before version 2 of its API has the first', async () => {
    const batches = { batches: (tempoTrace('a1') as { trace: Otlp }).trace.resourceSpans };
    const { status, requests } = await run('tempo', path => path === '/api/search' ? found(TRACE) : path.startsWith('/api/v2') ? NOT_FOUND : { body: batches });
    expect([status, requests.at(-1)!.path]).toEqual([0, `/api/traces/${TRACE}`]);
  });

  test('without a trace that it found before, or with a part of it, says so', async () => {
    const { status, stderr } = await run('tempo', path => path === '/api/search' ? found(TRACE, 'b2')
      : path.endsWith('b2') ? NOT_FOUND : { body: { ...tempoTrace('a1'), status: 'PARTIAL', message: 'too large' } });
    expect(status).toBe(0);
    expect(stderr).toContain('--tempo URL: 1 of 2 traces were found and are not there any more\n');
    expect(stderr).toContain('--tempo URL: 1 of 2 traces are too large for it and come in part\n');
  });

  test.each<[string, Answered, string]>([
    ['of something else', PAGE, 'the answer is not the result of a search: the URL must be the one of Tempo\'s query frontend, such as http://127.0.0.1:3200'],
    ['of another service', NOT_FOUND, 'status 404: the URL must be the one of Tempo\'s query frontend, such as http://127.0.0.1:3200; it says: 404 page not found'],
  ])('a URL %s ends with 1, and the way out', async (_, answer, text) => {
    expect(await run('tempo', () => answer)).toMatchObject({ status: 1, stdout: '', stderr: `--tempo URL: ${text}\n` });
  });

  test('that fails for one trace is not asked for the rest', async () => {
    const ids = Array.from({ length: 100 }, (_, i) => String(i + 1).padStart(32, '0'));
    const { status, stderr, requests } = await run('tempo', path => path === '/api/search' ? found(...ids) : { status: 500, body: 'querier is gone' });
    expect([status, stderr]).toEqual([1, '--tempo URL: status 500; it says: querier is gone\n']);
    expect(requests.length).toBeLessThanOrEqual(9);
  });
});

describe('what goes along', () => {
  let directory: string;
  beforeAll(() => { directory = mkdtempSync(join(tmpdir(), 'headers-')); });
  afterAll(() => rmSync(directory, { recursive: true }));
  const file = (text: string) => {
    const path = join(directory, 'headers');
    writeFileSync(path, text);
    return path;
  };

  test('are the headers of the file', async () => {
    const { requests } = await run('jaeger', () => ({ body: { result: otlp() } }), '--headers-file', file('# of the tenant\nX-Scope-OrgID: team-a\n\nAuthorization: Bearer abc\n'));
    expect(requests[0]!.headers).toMatchObject({ 'x-scope-orgid': 'team-a', 'authorization': 'Bearer abc' });
  });

  test.each([['http://[::1]:3200'], ['http://localhost:3200'], ['https://tempo.example.com']])('credentials may go to %s', url => {
    expect(readReportOptions(['--tempo', url, '--headers-file', file('Authorization: x')], false).backend).toMatchObject({ url, headers: { Authorization: 'x' } });
  });

  test('a tenant may go anywhere', () => {
    expect(readReportOptions(['--tempo', 'http://tempo:3200/base/', '--headers-file', file('X-Scope-OrgID: a')], false).backend).toMatchObject({ url: 'http://tempo:3200/base' });
  });

  test.each([['http://tempo:3200'], ['http://127.0.0.1.example.com'], ['http://localhost.example.com']])('credentials never go to %s, and are in no message', url => {
    const read = () => readReportOptions(['--tempo', url, '--headers-file', file('Authorization: Bearer topsecret')], false);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(`--tempo (${url}) would send the header Authorization of --headers-file readable for everyone on the way: use https://`);
    expect(read).not.toThrow(/topsecret/);
  });

  test('a line that is no header is named without what it holds', () => {
    expect(() => readReportOptions(['--tempo', 'https://x', '--headers-file', file('Bearer topsecret')], false)).toThrow(/line 1 must be "Name: value", in ASCII$/);
    expect(() => readReportOptions(['--tempo', 'https://x', '--headers-file', join(directory, 'none')], false)).toThrow(/cannot be read: no such file or directory/);
  });
});

test.each([
  [['--jaeger', 'x:16686'], '--jaeger (x:16686) must be a URL that begins with http:// or https://'], [['--tempo', 'ftp://x'], '--tempo (ftp://x) must be a URL'],
  [['--tempo', 'https://me:secret@x'], '--tempo (https://***@x) must not hold credentials'], [['--tempo', 'https://x/?a=b'], 'must be the address alone'],
  [['--tempo', 'http://x', '--jaeger', 'http://x'], 'cannot be used together'], [['--tempo', 'http://x', 'spans.json'], '--tempo and files (spans.json) cannot be used together'],
  [['spans.json', '--limit', '5'], '--limit needs --jaeger or --tempo'], [['spans.json', '--headers-file', 'x'], '--headers-file needs --jaeger or --tempo'],
  [['--tempo', 'http://x', '--until', '2026-11-28'], '--until (2026-11-28) must be a time with its zone'], [['--tempo', 'http://x', '--limit', '0'], '--limit (0) must be a number'],
  [['--tempo', 'http://x', '--trace', 'abc'], '--trace (abc) must be the whole id for --tempo'],
])('%j is wrong usage', (args, text) => {
  expect(() => readReportOptions(args, false)).toThrow(UsageError);
  expect(() => readReportOptions(args, false)).toThrow(text);
});

test('nobody there is told with the way to get there', async () => {
  const server = new HttpBackend(() => PAGE);
  const url = await server.start();
  server.stop();
  let stderr = '';
  const status = await report(readReportOptions(['--jaeger', url], false), { out: () => undefined, err: text => { stderr += text; }, width: 80, colour: false, progress: false });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^--jaeger http:\/\/127\.0\.0\.1:\d+: connect ECONNREFUSED .*: Jaeger in a cluster is reached with `kubectl port-forward` and http:\/\/127\.0\.0\.1:16686\n$/);
});
