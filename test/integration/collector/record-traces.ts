/**
 * Records what the pictures of the documentation are drawn from: two writes on a real API server and etcd, one behind a slow webhook and one with a slow
 * disk under etcd. As root.
 *
 *     npx tsx test/integration/collector/record-traces.ts
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Backend, Span } from './backend';
import { components } from './components';
import { ControlPlane } from './control-plane';
import { ownAddress, until } from './real-collector';
import { Scratch } from './scratch-directory';
import { Authority } from '../../support/certificates';

const STORED = path.join(__dirname, '../../support/traces/stored');
const SLOW_WEBHOOK = path.join(__dirname, '../cluster/scripts/slow-webhook.mjs');
const CONFIGMAPS = '/api/v1/namespaces/default/configmaps';
const WEBHOOKS = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
const KUBECTL = 'kubectl/v1.37.2 (linux/amd64) kubernetes/0a1b2c3';
const WEBHOOK_MS = 800;
/** What a sync of etcd's write-ahead log takes longer. */
const DISK_MS = 150;

const scratch = new Scratch();
let backend: Backend;
let controlPlane: ControlPlane;

async function main(): Promise<void> {
  const binaries = await components('collector', 'etcd', 'apiServer');
  backend = new Backend({ binary: binaries.collector, root: scratch.below('backend') });
  scratch.ending(() => backend.stop());
  await backend.start();
  controlPlane = new ControlPlane(binaries, scratch);
  await controlPlane.start(backend.endpoint);
  await behindSlowWebhook();
  await onSlowDisk();
}

async function behindSlowWebhook(): Promise<void> {
  const [directory, address] = [scratch.below('webhook'), ownAddress()];
  const authority = new Authority(directory);
  authority.issue(directory, address);
  const server = spawn(process.execPath, [SLOW_WEBHOOK, address, '9443', `${directory}/tls.key`, `${directory}/tls.crt`, String(WEBHOOK_MS)], { stdio: ['ignore', 'pipe', 'inherit'] });
  scratch.ending(async () => void server.kill('SIGKILL'));
  await once(server.stdout, 'data');
  await controlPlane.request(WEBHOOKS, {
    method: 'POST',
    body: {
      metadata: { name: 'policy' },
      webhooks: [{
        name: 'policy.example.com',
        clientConfig: { url: `https://${address}:9443/validate`, caBundle: fs.readFileSync(authority.certificate, 'base64') },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'], scope: 'Namespaced' }],
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
      }],
    },
  });
  await store('slow-webhook', ({ name }) => name === 'Call validating webhook', WEBHOOK_MS);
  await controlPlane.request(`${WEBHOOKS}/policy`, { method: 'DELETE' });
}

async function onSlowDisk(): Promise<void> {
  const slow = spawn('strace', [
    '-f', '-q', '-p', String(controlPlane.pid('etcd')), '-e', 'trace=fdatasync', '-e', `inject=fdatasync:delay_exit=${DISK_MS * 1000}`, '-o', '/dev/null',
  ], { stdio: 'ignore' });
  // SIGINT lets it detach, so that etcd goes on at full speed.
  scratch.ending(async () => void slow.kill('SIGINT'));
  await store('slow-etcd', ({ name, resource }) => name === 'txn' && resource['service.name'] === 'etcd', DISK_MS);
}

/** Makes ConfigMaps until the trace of one has a span of at least this length that is the one wanted, and stores it. */
async function store(name: string, wanted: (span: Span) => boolean, ms: number): Promise<void> {
  const length = (span: Span & { readonly startTimeUnixNano?: string }) => Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano ?? '0')) / 1e6;
  let found: string | undefined;
  let made = 0;
  await until(async () => {
    await controlPlane.request(CONFIGMAPS, {
      method: 'POST', agent: KUBECTL, body: { metadata: { name: `${name}-${made++}` }, data: { apples: '3' } },
    });
    await new Promise(resolve => setTimeout(resolve, 3000));
    const posts = new Set(backend.spans().filter(span => span.name === 'POST /api/v1/namespaces/{:namespace}/configmaps').map(({ traceId }) => traceId));
    const slow = backend.spans().filter(span => posts.has(span.traceId) && wanted(span) && length(span) >= ms).map(({ traceId }) => traceId);
    found = slow.find(trace => backend.spans().some(span => span.traceId === trace && span.resource['service.name'] === 'etcd' && span.name === 'etcdserverpb.KV/Txn'));
    return found !== undefined;
  }, `a trace for ${name}`, 180);
  // The rest of it may still be on its way.
  await new Promise(resolve => setTimeout(resolve, 6000));
  fs.mkdirSync(STORED, { recursive: true });
  fs.writeFileSync(path.join(STORED, `${name}.json`), backend.lines().map(line => only(line, found!)).filter(line => line !== '').join(''));
  process.stderr.write(`${name}.json is there\n`);
}

/** What a line has of one trace, as a line. */
function only(line: string, traceId: string): string {
  const { resourceSpans } = JSON.parse(line) as { resourceSpans: { scopeSpans: { spans: { traceId: string }[] }[] }[] };
  const kept = resourceSpans.flatMap(({ scopeSpans, ...resource }) => {
    const scopes = scopeSpans.flatMap(({ spans, ...scope }) => {
      const own = spans.filter(span => span.traceId === traceId);
      return own.length === 0 ? [] : [{ ...scope, spans: own }];
    });
    return scopes.length === 0 ? [] : [{ ...resource, scopeSpans: scopes }];
  });
  return kept.length === 0 ? '' : `${JSON.stringify({ resourceSpans: kept })}\n`;
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}).finally(() => scratch.clear());
