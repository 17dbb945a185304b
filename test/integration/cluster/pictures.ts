/**
 * Makes the pictures of the how-to guides from real traces: a control plane with a slow webhook, with a slow disk under etcd, and with a controller
 * that asks all the time.
 *
 *   npx projen pictures
 */
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Cluster } from './cluster';
import { runJob } from './job-run';
import { LAN_ADDRESS } from './network';
import { start } from './run';
import { spans } from './stack';
import { Authority } from '../../support/certificates';
import { Span } from '../../support/traces/debug-log';
import { drawCounts, drawTrace } from '../../support/traces/drawing';
import { joinedTraces, Trace } from '../../support/traces/joined';

const PICTURES = path.join(__dirname, '..', '..', '..', 'docs', 'images');
const WEBHOOK_PORT = 9443;
const WEBHOOK_DELAY = 800;
/** What a sync of etcd's write-ahead log takes longer. */
const DISK_DELAY = 150;
/** How long the clients are counted. */
const COUNTED = 30;

async function main(): Promise<void> {
  const cluster = await Cluster.start({ name: 'pictures', log: (line) => process.stderr.write(`${line}\n`) });
  try {
    const { succeeded, reason } = await runJob(cluster, {});
    if (!succeeded) throw new Error(reason);
    await cluster.kubectl(['create', 'namespace', 'shop']);
    write('slow-webhook.svg', drawTrace(await behindSlowWebhook(cluster), `A webhook that takes ${WEBHOOK_DELAY} ms`));
    write('slow-etcd.svg', drawTrace(await onSlowDisk(cluster), `A disk under etcd that takes ${DISK_DELAY} ms to sync`));
    write('chatty-controller.svg', drawCounts(await requestsByClient(cluster), `Requests in ${COUNTED} s, by user agent`));
  } finally {
    await cluster.stop();
  }
}

function write(name: string, picture: string): void {
  fs.mkdirSync(PICTURES, { recursive: true });
  fs.writeFileSync(path.join(PICTURES, name), picture);
  process.stderr.write(`${name} is there\n`);
}

async function behindSlowWebhook(cluster: Cluster): Promise<Trace> {
  const directory = path.join(cluster.directory, 'webhook');
  const authority = new Authority(directory);
  authority.issue(directory, LAN_ADDRESS);
  const script = path.join(__dirname, 'scripts', 'slow-webhook.mjs');
  const server = cluster.spawn([process.execPath, script, LAN_ADDRESS, String(WEBHOOK_PORT), `${directory}/tls.key`, `${directory}/tls.crt`, String(WEBHOOK_DELAY)],
    { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(server.stdout!, 'data');
    await cluster.kubectl(['apply', '-f', '-'], { stdin: JSON.stringify(webhookConfiguration(authority)) });
    return await traceOf(cluster, 'POST', (trace) => trace.some((span) => span.name === 'Call validating webhook'));
  } finally {
    server.kill('SIGKILL');
    await cluster.kubectl(['delete', 'validatingwebhookconfiguration', 'policy'], { allowFailure: true });
  }
}

function webhookConfiguration(authority: Authority): object {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'policy' },
    webhooks: [{
      name: 'policy.example.com',
      clientConfig: { url: `https://${LAN_ADDRESS}:${WEBHOOK_PORT}/validate`, caBundle: fs.readFileSync(authority.certificate, 'base64') },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'], scope: 'Namespaced' }],
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } },
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
    }],
  };
}

async function onSlowDisk(cluster: Cluster): Promise<Trace> {
  const [etcd] = await cluster.nodes[0]!.processes('etcd');
  const slow = start(['strace', '-f', '-q', '-p', String(etcd!.pid), '-e', 'trace=fdatasync', '-e', `inject=fdatasync:delay_exit=${DISK_DELAY * 1000}`, '-o', '/dev/null']);
  try {
    const milliseconds = (span: Span) => Number(span.end - span.start) / 1e6;
    return await traceOf(cluster, 'POST', (trace) => trace.some((span) => span.service === 'etcd' && milliseconds(span) >= DISK_DELAY));
  } finally {
    // SIGINT lets it detach, so that etcd goes on at full speed.
    const ended = once(slow, 'exit');
    slow.kill('SIGINT');
    await ended;
  }
}

/** The trace of a ConfigMap that is made now. */
async function traceOf(cluster: Cluster, method: string, wanted: (trace: Trace) => boolean): Promise<Trace> {
  let found: Trace | undefined;
  let count = 0;
  await cluster.nodes[0]!.waitFor('such a trace', async () => {
    await cluster.kubectl(['-n', 'shop', 'create', 'configmap', `basket-${Date.now()}-${count++}`, '--from-literal=apples=3']);
    found = joinedTraces(await spans(cluster, 30)).find((trace) => trace[0]!.name.startsWith(method) && trace[0]!.name.includes('configmaps') && wanted(trace));
    return found !== undefined;
  }, 120);
  return found!;
}

/** A controller that lists instead of watching, among those of the control plane. */
async function requestsByClient(cluster: Cluster): Promise<[string, number][]> {
  const node = cluster.nodes[0]!;
  const pki = (file: string) => node.path(`/etc/kubernetes/pki/${file}`);
  const url = `https://${node.address}:6443/api/v1/namespaces/shop/configmaps?limit=500`;
  const request = ['curl', '--silent', '--output', '/dev/null', '--cacert', pki('ca.crt'), '--cert', pki('apiserver-kubelet-client.crt'),
    '--key', pki('apiserver-kubelet-client.key'), '--user-agent', 'shop-controller/v0.3.1', url];
  const child = cluster.spawn(['bash', '-c', 'while :; do "$@"; sleep 0.1; done', 'shop-controller', ...request], { stdio: 'ignore' });
  try {
    await new Promise((resolve) => setTimeout(resolve, (COUNTED + 10) * 1000));
    const counts = new Map<string, number>();
    for (const { attributes, parentId } of await spans(cluster, COUNTED)) {
      const agent = attributes.get('user_agent.original');
      if (!parentId && agent) counts.set(agent.split(' ')[0]!, (counts.get(agent.split(' ')[0]!) ?? 0) + 1);
    }
    return [...counts].sort((a, b) => b[1] - a[1]).slice(0, 10);
  } finally {
    child.kill('SIGKILL');
  }
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
