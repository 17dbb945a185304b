#!/usr/bin/env node
// In the place of kubectl, of the API server behind it, and of a Collector that writes spans to its log. FAKE_CLUSTER is a file:
// { version, groups, apiServers: [[flag, ...], ...], collectors, noSpans, directory }
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const fake = JSON.parse(readFileSync(process.env.FAKE_CLUSTER, 'utf8'));
const args = process.argv.slice(2);
const log = join(fake.directory, 'log');
appendFileSync(join(fake.directory, 'calls'), `${args.join(' ')}\n`);
const after = name => args[args.indexOf(name) + 1];
const print = value => process.stdout.write(JSON.stringify(value));
const fail = text => {
  process.stderr.write(`${text}\n`);
  process.exit(1);
};

if (args.includes('proxy')) {
  if (fake.proxyFails) fail(fake.proxyFails);
  createServer((request, response) => {
    if (fake.answers) return response.writeHead(fake.answers.status).end(fake.answers.text);
    const answer = value => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (request.url === '/version') return answer({ gitVersion: fake.version });
    if (request.url.endsWith('/selfsubjectreviews')) return answer({ status: { userInfo: { username: 'jane', groups: [...fake.groups, 'system:authenticated'] } } });
    const [, traceId, parent] = request.headers.traceparent.split('-');
    if (!fake.noSpans) appendFileSync(log, `${JSON.stringify(spans(traceId, parent, request))}\nother line\n`);
    return answer({ kind: 'ConfigMapList', path: request.url });
  }).listen(after('--unix-socket'));
} else if (args.includes('config')) {
  print({ 'contexts': [{ name: 'prod', context: { cluster: 'c', user: 'u', namespace: 'team-a' } }], 'current-context': 'prod' });
} else if (args.includes('logs')) {
  process.stdout.write(existsSync(log) ? readFileSync(log, 'utf8') : '');
} else if (args.includes('component=kube-apiserver')) {
  if (!fake.apiServers) fail('Error from server (Forbidden): pods is forbidden: User "jane" cannot list resource "pods"');
  print({ items: fake.apiServers.map((command, i) => ({ metadata: { name: `kube-apiserver-${i}` }, spec: { nodeName: `cp-${i}`, containers: [{ name: 'x', command }] } })) });
} else if (args.includes('cdk8s-control-plane-tracing.github.io/collector')) {
  print({
    items: fake.collectors.map((phase, i) => ({ metadata: { name: `collector-${i}`, namespace: 'tracing' }, spec: { containers: [{ name: 'collector' }] }, status: { phase } })),
  });
} else {
  fail(`unexpected: kubectl ${args.join(' ')}`);
}

function spans(traceId, parentSpanId, { method, url }) {
  const time = ms => String(BigInt(Date.now() - 50 + ms) * 1_000_000n);
  const text = (key, stringValue) => ({ key, value: { stringValue } });
  const span = (spanId, parent, name, kind, from, to, attributes) => ({ traceId, spanId, parentSpanId: parent, name, kind, startTimeUnixNano: time(from), endTimeUnixNano: time(to), attributes });
  const root = [text('http.request.method', method), text('url.path', url), text('user_agent.original', 'kubectl/v1.37.2')];
  return {
    resourceSpans: [{
      resource: { attributes: [text('service.name', 'apiserver')] },
      scopeSpans: [{
        spans: [
          span('0000000000000001', parentSpanId, `${method} ${url}`, 2, 0, 40, root),
          span('0000000000000003', '0000000000000001', 'audit', 1, 1, 39, []),
          span('0000000000000002', '0000000000000003', 'Call validating webhook', 1, 2, 38, [text('webhook', 'slow.policy.example.com')]),
        ],
      }],
    }],
  };
}
