import { spawnSync } from 'child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { gzipSync } from 'zlib';
import { Report, TraceView } from '../../../src/report/model/report';
import { otlpLine, slowWebhook } from '../../support/traces/otlp';

const ROOT = join(__dirname, '../../..');
const LINES = ['a1', 'b2', 'b3'].map(trace => `${otlpLine(slowWebhook(), { trace })}\n`).join('');
let directory: string;
const path = (name: string) => join(directory, name);

beforeAll(() => {
  if (!existsSync(join(ROOT, 'assets/report/main/index.js'))) throw new Error('the report is not built: run "npx projen bundle" first');
  directory = mkdtempSync(join(tmpdir(), 'report-'));
  writeFileSync(path('spans.json'), LINES);
  writeFileSync(path('spans.json.gz'), gzipSync(LINES));
  writeFileSync(path('cut.json.gz'), gzipSync(LINES.repeat(50)).subarray(0, 2000));
  writeFileSync(path('none.log'), 'nothing here\n');
  writeFileSync(path('empty'), '');
  writeFileSync(path('spans.zst'), Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0]));
  writeFileSync(path('spans.xz'), Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0]));
  writeFileSync(path('spans.zip'), 'PK\u0003\u0004');
  writeFileSync(path('powershell.json'), `\ufeff${LINES}`, 'utf16le');
  writeFileSync(path('marked.json'), `\ufeff${LINES}`);
});

afterAll(() => rmSync(directory, { recursive: true }));

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function report(args: readonly string[], input?: string | Buffer): Ended {
  return spawnSync(process.execPath, [join(ROOT, 'bin/cdk8s-control-plane-tracing'), 'report', ...args], { encoding: 'utf8', input: input ?? '' });
}

test('a file, gzip, and standard input make the same report', () => {
  const plain = report([path('spans.json')]);
  expect(plain).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('webhook slow.policy.example.com 99 %') });
  expect(report([path('spans.json.gz')])).toEqual(expect.objectContaining({ status: 0, stderr: '', stdout: plain.stdout }));
  expect(report(['-'], LINES)).toEqual(expect.objectContaining({ status: 0, stdout: plain.stdout }));
  expect(report([], gzipSync(LINES))).toEqual(expect.objectContaining({ status: 0, stdout: plain.stdout }));
});

test('--output json is the whole report', () => {
  const { status, stdout } = report([path('spans.json'), '--output', 'json', '--top', '2']);
  const made = JSON.parse(stdout) as Report;
  expect(status).toBe(0);
  expect(made.input).toMatchObject({ spans: 39, traces: 3, requests: 3, notes: [] });
  expect(made.slowest).toHaveLength(2);
});

test('--trace shows one trace, by the beginning of its id', () => {
  expect(report([path('spans.json'), '--trace', 'A1'])).toMatchObject({ status: 0, stdout: expect.stringContaining('priorityandfairness') });
  expect((JSON.parse(report([path('spans.json'), '--trace', 'b2', '--output', 'json']).stdout) as TraceView).rows).toHaveLength(13);
  expect(report([path('spans.json'), '--trace', 'b'])).toMatchObject({ status: 1, stdout: '', stderr: '--trace (b) is the beginning of 2 traces: give more digits\n' });
  expect(report([path('spans.json'), '--trace', 'c'])).toMatchObject({ status: 1, stdout: '', stderr: '--trace (c) is none of the 3 traces\n' });
});

test('a file that is cut off is told, and what is before that is in the report', () => {
  const { status, stdout, stderr } = report([path('cut.json.gz')]);
  expect(stderr).toMatch(/cut\.json\.gz: the gzip data is damaged or cut off \(unexpected end of file\)/);
  expect(stdout).toContain('webhook slow.policy.example.com');
  expect(status).toBe(0);
});

test.each([
  [['missing.json'], 'missing.json: no such file or directory\n'], [['.'], 'is a directory'], [['spans.json/more'], 'a part of its path is not a directory\n'],
  [['none.log'], 'no spans found'], [['empty'], 'no spans found'], [['spans.zst'], 'compressed with zstd, which is not read here: use `zstd -dc '],
  [['spans.xz'], 'compressed with xz'], [['spans.zip'], 'a ZIP archive'], [['powershell.json'], 'in UTF-16'],
])('%j ends with 1 and says why', (files, text) => {
  const { status, stdout, stderr } = report(files.map(path));
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toContain(text);
  expect(stderr).not.toMatch(/^ +at |E[A-Z]{4,}/m);
});

test('a mark of the byte order at the begin of a file is no part of its first line', () => {
  expect(report([path('marked.json')])).toMatchObject({ status: 0, stderr: '', stdout: report([path('spans.json')]).stdout });
});

test('of two files the one that can be read is reported', () => {
  expect(report([path('missing.json'), path('spans.json')])).toMatchObject({ status: 1, stdout: expect.stringContaining('39 spans'), stderr: expect.stringContaining('missing.json: no such file or directory') });
});

test('--html writes the page beside the report, and makes its directory', () => {
  const plain = report([path('spans.json')]);
  const { status, stdout, stderr } = report([path('spans.json'), '--html', path('dist/deep/report.html')]);
  expect({ status, stdout }).toEqual({ status: 0, stdout: plain.stdout });
  expect(stderr).toMatch(/dist\/deep\/report\.html: the report as a page, \d+ kB\n$/);
  expect(readFileSync(path('dist/deep/report.html'), 'utf8')).toContain('slow.policy.example.com');
});

test('--html never takes the place of the spans', () => {
  mkdirSync(path('here'));
  expect(report([path('spans.json'), '--html', path('here/../spans.json')])).toMatchObject({ status: 1, stderr: expect.stringContaining('is a file that the spans were read from') });
  expect(readFileSync(path('spans.json'), 'utf8')).toBe(LINES);
});

test('a page that cannot be written is told in one line', () => {
  for (const [file, reason] of [['spans.json/report.html', 'a part of its path is not a directory'], ['.', 'a file is required, and this is a directory']] as const) {
    expect(report([path('spans.json'), '--html', path(file)])).toMatchObject({ status: 1, stderr: `--html (${path(file)}) cannot be written: ${reason}\n` });
  }
});

test.each([
  [['x', '--html', '-'], '--html (-) must be a file to write'], [['x', '--html', 'y', '--trace', 'a1'], '--html and --trace cannot be used together'],
  [['x', '--top', '0'], '--top (0) must be a number from 1 to 999999'], [['x', '--since', '5 minutes'], '--since (5 minutes) must be a duration'],
  [['x', '--since', '0s'], '--since (0s) must be'], [['x', '--trace', 'xyz'], '--trace (xyz) must be the id of a trace'],
  [['x', '--output', 'yaml'], '--output (yaml)'], [['x', '--jason', 'y'], 'unknown option --jason'], [['-', '-'], 'can be read only once'],
])('%j is wrong usage', (args, text) => {
  expect(report(args)).toMatchObject({ status: 3, stdout: '', stderr: expect.stringContaining(text) });
});

test('--help tells the options, and no colour goes into a pipe', () => {
  expect(report(['--help'])).toMatchObject({ status: 0, stdout: expect.stringContaining('--since') });
  expect(report([path('spans.json')]).stdout).not.toContain('\u001b');
});
