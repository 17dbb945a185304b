import { readFileSync } from 'fs';
import type { SynthesizedPatch } from './app-files';
import { UsageError } from './options';
import { Endpoint, parseEndpoint } from '../../patch-spec/endpoint';
import { CONFIG_DIRECTORY, MANIFESTS_DIRECTORY, OTLP_GRPC_PORT } from '../../patch-spec/layout';
import { parsePatchSpec } from '../../patch-spec/parse-patch-spec';
import { fixedEndpoint, PATCH_SPEC_VERSION, PatchSpec, ServiceAddress } from '../../patch-spec/patch-spec';
import { tracingConfigurationText } from '../../patch-spec/tracing-configuration-text';
import { parseVersion } from '../../patch-spec/version';
import { Certificates } from '../plan/certificates';
import { NodeFacts } from '../plan/plan';

/** The options by which every command but `job` is told what is wanted. */
export const INTENT_OPTIONS = ['endpoint', 'spec', 'template', 'sampling-rate-per-million', 'node-name', 'kubernetes-version', 'etcd-version', 'state',
  'component-ca', 'component-certificate', 'component-key'] as const;

export const INTENT_USAGE = `  --endpoint IP:PORT                where the components send their spans
  --spec FILE                       the spec that the constructs wrote (default: sample everything, --v=6, both components)
  --template FILE                   a TracingConfiguration to fill in (default: one with the rate below)
  --sampling-rate-per-million N     0 to 1000000 (default: 1000000; with --spec, this or --template is required)
  --node-name NAME                  the name of the node (default: the name of the etcd member)
  --kubernetes-version V            for an image of kube-apiserver whose tag says nothing
  --etcd-version V                  for an image of etcd whose tag says nothing
  --component-ca FILE               the components send with TLS, and verify the collector by this CA (PEM)
  --component-certificate FILE      the client certificate that they show, with --component-key
  --component-key FILE              its private key
`;

export type IntentValues = { readonly [name in typeof INTENT_OPTIONS[number]]?: string | undefined };

/** What is wanted, and what was said of the node. */
export interface Intent {
  readonly spec: PatchSpec;
  readonly facts: Omit<NodeFacts, 'nodeName'>;
  readonly nodeName: string | undefined;
  readonly template: string;
  readonly certificates: Certificates | undefined;
}

/** What the guide does; only for work by hand, since the program itself has no defaults. */
const GUIDE: PatchSpec = {
  version: PATCH_SPEC_VERSION,
  state: 'enabled',
  runId: '',
  controlPlaneNodes: 1,
  collector: { kind: 'service', namespace: 'control-plane-tracing', name: 'control-plane-tracing-collector', port: OTLP_GRPC_PORT, clusterIP: null },
  apiServer: { verbosity: { level: 6, replaceExisting: false } },
  etcd: { serviceName: 'etcd', samplingRatePerMillion: 0 },
  identity: { nodeName: true, attributes: {} },
  manifestsDirectory: MANIFESTS_DIRECTORY,
  configDirectory: CONFIG_DIRECTORY,
  lease: { namespace: 'kube-system', name: 'control-plane-tracing' },
  jobSelector: 'app.kubernetes.io/name=control-plane-tracing',
  timing: { collectorWaitSeconds: 0, turnWaitSeconds: 0, healthSeconds: 300, etcdStartSeconds: 1800, soakSeconds: 10, drainSeconds: 1 },
};

/** The one option without a value. */
export const ADOPT_USAGE = '  --adopt                           take over a tracing setup that was made by hand, as the prop "adopt" does\n';

/** @returns whether it was given, and the other arguments */
export function takeAdopt(args: readonly string[]): { readonly adopt: boolean; readonly rest: readonly string[] } {
  const valued = args.find(arg => arg.startsWith('--adopt='));
  if (valued !== undefined) throw new UsageError(`--adopt takes no value (${valued}): give it or leave it out`);
  return { adopt: args.includes('--adopt'), rest: args.filter(arg => arg !== '--adopt') };
}

/** Throws an error that names the option, its value and what is allowed. */
export function readIntent(values: IntentValues, readApp?: () => SynthesizedPatch): Intent {
  const twice = readApp && (['spec', 'template', 'sampling-rate-per-million'] as const).find(name => values[name] !== undefined);
  if (twice) throw new UsageError(`--${twice} must be left out where --app is given: the app says it`);
  const app = readApp?.();
  const written = app ? specOf(`--app ${app.files.join(' ')}`, app.spec)
    : values.spec === undefined ? GUIDE : specOf(`--spec ${values.spec}`, read('--spec', values.spec));
  const state = oneOf('--state', values.state ?? written.state, ['enabled', 'disabled']);
  const certificates = certificatesFrom(values);
  const spec: PatchSpec = { ...written, state, ...certificates && { componentTls: { clientCertificate: certificates.client !== null } } };
  const template = app?.template ?? templateFrom(values, spec);
  return {
    spec,
    facts: {
      endpoint: state === 'disabled' ? null : endpointFrom(values.endpoint, spec),
      ...values['kubernetes-version'] !== undefined && { apiServerVersion: versionFrom('--kubernetes-version', values['kubernetes-version']) },
      ...values['etcd-version'] !== undefined && { etcdVersion: versionFrom('--etcd-version', values['etcd-version']) },
    },
    nodeName: values['node-name'],
    template,
    certificates,
  };
}

function certificatesFrom(values: IntentValues): Certificates | undefined {
  const { 'component-ca': ca, 'component-certificate': certificate, 'component-key': key } = values;
  if ((certificate === undefined) !== (key === undefined)) throw new UsageError('--component-certificate and --component-key must be given together');
  if (ca === undefined && key !== undefined) throw new UsageError('--component-ca is required with --component-certificate: a client certificate is shown over TLS');
  if (ca === undefined) return undefined;
  return {
    ca: read('--component-ca', ca),
    client: key === undefined ? null : { certificate: read('--component-certificate', certificate!), key: read('--component-key', key) },
  };
}

function specOf(where: string, text: string): PatchSpec {
  try {
    return parsePatchSpec(text);
  } catch (e) {
    throw new UsageError(`${where}: ${(e as Error).message.replace(/\s+/g, ' ')}`);
  }
}

function endpointFrom(given: string | undefined, { collector }: PatchSpec): Endpoint {
  if (given !== undefined) return endpointOption(given);
  const fixed = fixedEndpoint(collector);
  if (fixed) return fixed;
  const { namespace, name } = collector as ServiceAddress;
  throw new UsageError(`--endpoint is required: IP:port of the Service ${namespace}/${name}, such as 10.96.0.50:4317`);
}

export function endpointOption(text: string): Endpoint {
  try {
    return parseEndpoint('--endpoint', text);
  } catch (e) {
    throw new UsageError((e as Error).message);
  }
}

/** The rate stands in the TracingConfiguration and nowhere else. */
function templateFrom(values: IntentValues, spec: PatchSpec): string {
  const rate = values['sampling-rate-per-million'];
  if (values.template !== undefined) {
    if (rate !== undefined) throw new UsageError(`--sampling-rate-per-million (${rate}) must be left out where --template is given: the rate stands in that file`);
    return read('--template', values.template);
  }
  if (rate === undefined && values.spec !== undefined && spec.apiServer !== null && spec.state === 'enabled') {
    throw new UsageError('--template or --sampling-rate-per-million is required with --spec: the rate stands in the TracingConfiguration');
  }
  return tracingConfigurationText({ version: 'v1beta1', endpoint: undefined, samplingRatePerMillion: rateFrom(rate ?? '1000000') });
}

export function rateFrom(text: string): number {
  if (!/^\d{1,7}$/.test(text) || Number(text) > 1_000_000) throw new UsageError(`--sampling-rate-per-million (${text}) must be a whole number from 0 to 1000000`);
  return Number(text);
}

function versionFrom(option: string, text: string): string {
  if (!parseVersion(text)) throw new UsageError(`${option} (${text}) must be a version such as 1.37.2`);
  return text;
}

export function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  if (!allowed.includes(value as T)) throw new UsageError(`${option} (${value}) must be ${allowed.join(' or ')}`);
  return value as T;
}

function read(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(`${option} (${file}) cannot be read: no such file, or not allowed`);
  }
}
