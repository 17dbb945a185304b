/** `report --jaeger` and `trace --jaeger` with Jaeger itself: spans of a real control plane go through a real Collector into Jaeger and into a file. */
import { ChildProcess, spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Testing } from 'cdk8s';
import { Collector, SpanExporter } from '../../../src';
import { Report } from '../../../src/report/model/report';
import { SpanTable } from '../../../src/report/model/span-table';
import { Caller } from '../../../src/trace/caller';
import { spanLookup } from '../../../src/trace/span-lookup';
import { Backend } from '../collector/backend';
import { components } from '../collector/components';
import { ownAddress, RealCollector, until } from '../collector/real-collector';
import { Scratch } from '../collector/scratch-directory';

jest.setTimeout(900_000);

const BIN = path.join(__dirname, '../../../bin/cdk8s-control-plane-tracing');
const RECORDED = gunzipSync(fs.readFileSync(path.join(__dirname, '../../support/traces/stored/demo.json.gz'))).toString().trim().split('\n');
const SPANS = RECORDED.join('').split('"spanId"').length - 1;
const scratch = new Scratch();
const jaeger = ownAddress();
const url = `http://${jaeger}:16686`;
/** The hour of the recorded spans. */
const THEN = ['--until', '2026-11-28T13:00:00Z'];
let backend: Backend;
let file: string;

beforeAll(async () => {
  const binaries = await components('collector', 'jaeger');
  await startJaeger(binaries.jaeger);
  const root = scratch.below('backend');
  file = path.join(root, 'spans.json');
  backend = await new Backend({ binary: binaries.collector, root }).start();
  scratch.ending(() => backend.stop());
  const gateway = await new RealCollector({
    binary: binaries.collector,
    root: scratch.below('gateway'),
    config: new Collector(Testing.chart(), 'gateway', {
      exporters: [
        SpanExporter.otlpGrpc('file', { endpoint: backend.endpoint, insecure: true }),
        SpanExporter.otlpGrpc('jaeger', { endpoint: `${jaeger}:4317`, insecure: true }),
      ],
    }),
  }).start();
  scratch.ending(() => gateway.stop());
  await send(binaries.collector, `${gateway.address}:4317`);
  await until(() => backend.spans().length >= SPANS, 'all spans are in the file');
});

afterAll(() => scratch.clear());

async function startJaeger(binary: string): Promise<void> {
  const log = fs.openSync(path.join(scratch.below('jaeger'), 'log'), 'w');
  const at = (port: number) => `${jaeger}:${port}`;
  const child: ChildProcess = spawn(binary, [
    '--collector.otlp.enabled=true', '--collector.otlp.grpc.host-port', at(4317), '--collector.otlp.http.host-port', at(4318), '--query.http-server.host-port', at(16686),
    '--query.grpc-server.host-port', at(16685), '--collector.grpc-server.host-port', at(14250), '--collector.http-server.host-port', at(14268),
    '--admin.http.host-port', at(14269),
  ], { env: { ...process.env, SPAN_STORAGE_TYPE: 'memory' }, stdio: ['ignore', log, log] });
  fs.closeSync(log);
  scratch.ending(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise(resolve => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  });
  await until(async () => fetch(`${url}/api/v3/services`).then(({ ok }) => ok, () => false), 'Jaeger answers');
}

/** A gateway takes gRPC; another Collector in front of it takes the recorded lines as they are. */
async function send(binary: string, endpoint: string): Promise<void> {
  const config = {
    receivers: { otlp: { protocols: { http: { endpoint: '${env:POD_IP}:4318' } } } },
    exporters: { otlp_grpc: { endpoint, tls: { insecure: true } } },
    extensions: { health_check: { endpoint: '${env:POD_IP}:13133' } },
    service: { extensions: ['health_check'], pipelines: { traces: { receivers: ['otlp'], exporters: ['otlp_grpc'] } }, telemetry: { metrics: { level: 'none' } } },
  };
  const feeder = await new RealCollector({ binary, root: scratch.below('feeder'), config: JSON.stringify(config) }).start();
  scratch.ending(() => feeder.stop());
  for (const body of RECORDED) {
    const { status } = await fetch(`http://${feeder.address}:4318/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(status).toBe(200);
  }
}

function report(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [BIN, 'report', ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 });
}

const whole = (...args: string[]) => JSON.parse(report('--output', 'json', '--top', '1000', ...args).stdout) as Report;
const fromJaeger = () => whole('--jaeger', url, '--limit', '10000', ...THEN);

test('Jaeger gives the report that the same spans in a file give', async () => {
  await until(() => fromJaeger().input.spans >= SPANS, 'all spans are in Jaeger');
  const { input, ...there } = fromJaeger();
  const { input: read, ...expected } = whole(file);
  expect(read.requests).toBeGreaterThan(100);
  expect({ ...input, lines: read.lines }).toEqual(read);
  expect(there).toEqual(expected);
});

test('Jaeger gives one trace by its id, and tells which it does not have', () => {
  const [slowest] = whole(file).slowest;
  expect(JSON.parse(report('--jaeger', url, '--trace', slowest!.traceId, '--output', 'json').stdout)).toEqual(slowest);
  const none = report('--jaeger', url, '--trace', 'f'.repeat(32));
  expect([none.status, none.stdout]).toEqual([1, '']);
  expect(none.stderr).toContain(`--jaeger ${url} has no such trace`);
});

test('a full answer is told, and an hour without requests, too', () => {
  expect(report('--jaeger', url, '--limit', '20', ...THEN).stderr).toContain('20 traces, as many as --limit allows');
  const none = report('--jaeger', url, '--until', '2026-11-27T13:00:00Z');
  expect([none.status, none.stdout]).toEqual([1, '']);
  expect(none.stderr).toContain('has no request of service apiserver');
});

test('trace finds the spans of a request in Jaeger', async () => {
  const [slowest] = whole(file).slowest;
  const lookup = await spanLookup({ kind: 'backend', backend: { kind: 'jaeger', url, headers: {} } }, new Caller({}));
  const table = new SpanTable();
  await lookup.read([slowest!.traceId, 'f'.repeat(32)], Date.parse(slowest!.start), table);
  expect(table.traceIds).toEqual([slowest!.traceId]);
  expect(table.count).toBe(backend.spans().filter(({ traceId }) => traceId === slowest!.traceId).length);
});
