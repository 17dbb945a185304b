import { spawn } from 'node:child_process';

export interface Load {
  readonly seconds: number;
  readonly workers: number;
  /** Of each worker. */
  readonly spansPerSecond: number;
  /** What the URL of every span is longer by: that of a list with selectors, say. */
  readonly longerUrls?: number;
}

/** What spans of an API server tell, so that a span is as large as one of these. */
const ATTRIBUTES = {
  'audit-id': '0b0ff5bd-9d4c-4f1b-8d4a-1f2f1f2b6a10',
  'client.address': '192.168.0.10',
  'http.request.method': 'GET',
  'http.response.body.size': '4821',
  'http.target': '/api/v1/namespaces/kube-system/endpoints/kube-controller-manager?resourceVersion=123456&limit=500',
  'network.protocol.version': '2.0',
  'server.address': '192.168.0.1',
  'user_agent.original': 'kube-controller-manager/v1.37.2 (linux/amd64) kubernetes/0123456/leader-election',
};

const CHILD_SPANS = 9;

/** Sends spans as the API server does, in batches of 512, and returns how many it made. */
export async function generate(telemetrygen: string, endpoint: string, { seconds, workers, spansPerSecond, longerUrls = 0 }: Load): Promise<number> {
  const child = spawn(telemetrygen, [
    'traces', '--otlp-insecure', '--otlp-endpoint', endpoint, '--batch', '--batch-size', '512', '--allow-export-failures',
    '--duration', `${seconds}s`, '--workers', String(workers), '--rate', String(spansPerSecond), '--child-spans', String(CHILD_SPANS), '--timeout', '30s',
    ...Object.entries({ ...ATTRIBUTES, 'http.target': ATTRIBUTES['http.target'] + 'x'.repeat(longerUrls) }).flatMap(([name, value]) => ['--telemetry-attributes', `${name}="${value}"`]),
  ], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', data => { output += data; });
  child.stderr.on('data', data => { output += data; });
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (status !== 0) throw new Error(`telemetrygen ended with status ${status}: ${output.slice(-2000)}`);
  const traces = [...output.matchAll(/traces generated\s+\{[^}]*"traces": (\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
  return traces * (1 + CHILD_SPANS);
}
