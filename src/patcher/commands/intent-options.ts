import { readFileSync } from 'fs';
import { parseEndpoint } from '../../patch-spec/endpoint';
import { parsePatchSpec } from '../../patch-spec/parse-patch-spec';
import { PatchSpec } from '../../patch-spec/patch-spec';
import { NodeFacts } from '../plan/plan';
import { parseVersion } from '../plan/version';

/** The options by which every command but `job` is told what is wanted. */
export const INTENT_OPTIONS = ['endpoint', 'spec', 'template', 'sampling-rate-per-million', 'node-name', 'kubernetes-version', 'etcd-version', 'state'] as const;

export const INTENT_USAGE = `  --endpoint IP:PORT                where the components send their spans
  --spec FILE                       the spec that the constructs wrote (default: the values of the guide)
  --template FILE                   a TracingConfiguration to fill in (default: one made from the spec)
  --sampling-rate-per-million N     0 to 1000000 (default: 1000000, or what the spec says)
  --node-name NAME                  the name of the node (default: the name of the etcd member)
  --kubernetes-version V            for an image of kube-apiserver whose tag says nothing
  --etcd-version V                  for an image of etcd whose tag says nothing
`;

export type IntentValues = { readonly [name in typeof INTENT_OPTIONS[number]]?: string | undefined };

/** What is wanted, and what was said of the node. */
export interface Intent {
  readonly spec: PatchSpec;
  readonly facts: Omit<NodeFacts, 'nodeName'>;
  readonly nodeName: string | undefined;
  readonly template: string;
}

/** What the guide does; only for work by hand, since the program itself has no defaults. */
const GUIDE: PatchSpec = {
  version: 1,
  state: 'enabled',
  runId: '',
  controlPlaneNodes: 1,
  collector: { kind: 'service', namespace: 'control-plane-tracing', name: 'control-plane-tracing-collector', port: 4317, clusterIP: null },
  apiServer: { samplingRatePerMillion: 1_000_000, verbosity: { level: 6, replaceExisting: false } },
  etcd: { serviceName: 'etcd', samplingRatePerMillion: 0 },
  manifestsDirectory: '/etc/kubernetes/manifests',
  configDirectory: '/etc/kubernetes/tracing',
  lease: { namespace: 'kube-system', name: 'control-plane-tracing' },
  jobSelector: 'app.kubernetes.io/name=control-plane-tracing',
  timing: { collectorWaitSeconds: 0, turnWaitSeconds: 0, healthSeconds: 300, soakSeconds: 10, drainSeconds: 1 },
};

/** Throws an error that names the option, its value and what is allowed. */
export function readIntent(values: IntentValues): Intent {
  const written = values.spec === undefined ? GUIDE : specFrom(values.spec);
  const state = oneOf('--state', values.state ?? written.state, ['enabled', 'disabled']);
  const rate = values['sampling-rate-per-million'];
  const spec: PatchSpec = {
    ...written,
    state,
    apiServer: written.apiServer && rate !== undefined ? { ...written.apiServer, samplingRatePerMillion: rateFrom(rate) } : written.apiServer,
  };
  return {
    spec,
    facts: {
      endpoint: state === 'disabled' ? null : endpointFrom(values.endpoint, spec),
      ...values['kubernetes-version'] !== undefined && { apiServerVersion: versionFrom('--kubernetes-version', values['kubernetes-version']) },
      ...values['etcd-version'] !== undefined && { etcdVersion: versionFrom('--etcd-version', values['etcd-version']) },
    },
    nodeName: values['node-name'],
    template: values.template === undefined ? templateOf(spec) : read('--template', values.template),
  };
}

function specFrom(file: string): PatchSpec {
  try {
    return parsePatchSpec(read('--spec', file));
  } catch (e) {
    throw new Error(`--spec ${file}: ${(e as Error).message}`);
  }
}

function endpointFrom(given: string | undefined, { collector }: PatchSpec): string {
  if (given !== undefined) {
    const parsed = parseEndpoint(given);
    if (typeof parsed === 'string') throw new Error(`--endpoint (${given}) ${parsed}`);
    return given;
  }
  if (collector.kind === 'endpoint') return collector.endpoint;
  const { clusterIP, port, namespace, name } = collector;
  if (clusterIP === null) throw new Error(`--endpoint is required: IP:port of the Service ${namespace}/${name}, such as 10.96.0.50:4317`);
  return clusterIP.includes(':') ? `[${clusterIP}]:${port}` : `${clusterIP}:${port}`;
}

function rateFrom(text: string): number {
  if (!/^\d{1,7}$/.test(text) || Number(text) > 1_000_000) throw new Error(`--sampling-rate-per-million (${text}) must be a whole number from 0 to 1000000`);
  return Number(text);
}

function versionFrom(option: string, text: string): string {
  if (!parseVersion(text)) throw new Error(`${option} (${text}) must be a version such as 1.37.2`);
  return text;
}

export function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  if (!allowed.includes(value as T)) throw new Error(`${option} (${value}) must be ${allowed.join(' or ')}`);
  return value as T;
}

function templateOf({ apiServer }: PatchSpec): string {
  return `apiVersion: apiserver.config.k8s.io/v1beta1\nkind: TracingConfiguration\nsamplingRatePerMillion: ${apiServer?.samplingRatePerMillion ?? 0}\n`;
}

function read(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (e) {
    throw new Error(`${option} (${file}) cannot be read: ${(e as Error).message}`);
  }
}
