import { spawn } from 'node:child_process';
import { ensureComponents } from '../../support/components/build';
import { COLLECTOR_VERSION, ComponentId, ETCD_VERSION, JAEGER_VERSION, KUBERNETES_VERSION } from '../../support/components/catalog';

const NAMES = {
  collector: `otelcol-k8s@${COLLECTOR_VERSION}`,
  balancer: `otelcol-balancer@${COLLECTOR_VERSION}`,
  telemetrygen: `telemetrygen@${COLLECTOR_VERSION}`,
  etcd: `etcd@${ETCD_VERSION}`,
  kubectl: `kubectl@${KUBERNETES_VERSION}`,
  jaeger: `jaeger@${JAEGER_VERSION}`,
  apiServer: `kube-apiserver@${KUBERNETES_VERSION}`,
} as const satisfies Record<string, ComponentId>;

/** The paths of real components, built where they are missing. */
export async function components<Name extends keyof typeof NAMES>(...names: Name[]): Promise<Record<Name, string>> {
  const built = await ensureComponents(names.map(name => NAMES[name]));
  return Object.fromEntries(names.map(name => [name, built.get(NAMES[name])!])) as Record<Name, string>;
}

/** Makes spans and sends them, one request for each, as a client that batches drops some of its own. */
export async function generate(telemetrygen: string, endpoint: string, ...args: string[]): Promise<void> {
  return startGenerating(telemetrygen, endpoint, new AbortController().signal, ...args);
}

/** The same, until it is told to stop. */
export async function startGenerating(telemetrygen: string, endpoint: string, signal: AbortSignal, ...args: string[]): Promise<void> {
  const all = ['traces', '--otlp-insecure', '--otlp-endpoint', endpoint, '--batch=false', '--rate', '0', ...args];
  return new Promise((resolve, reject) => {
    const child = spawn(telemetrygen, all, { stdio: ['ignore', 'pipe', 'pipe'], signal });
    let output = '';
    child.stdout.on('data', data => { output += data; });
    child.stderr.on('data', data => { output += data; });
    child.once('error', reject);
    child.once('exit', code => code === 0 ? resolve() : reject(new Error(`telemetrygen ended with status ${code}: ${output}`)));
  });
}
