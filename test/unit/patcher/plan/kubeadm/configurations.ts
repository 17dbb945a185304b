import * as fc from 'fast-check';
import { Document, isCollection, isScalar, parse, visit } from 'yaml';
import { ClusterConfigurationVersion, kubeadmSettings } from '../../../../../src/patch-spec/kubeadm-settings';
import { parseVersion } from '../../../../../src/patch-spec/version';

/** ClusterConfigurations as people and kubeadm write them, and what kubeadm makes of them. */

export type ApiVersion = ClusterConfigurationVersion;

export const CONFIG_FILE = '/etc/kubernetes/tracing/tracing-config.0a1b2c3d.yaml';

export interface Wish {
  readonly endpoint?: string;
  readonly kubernetes?: string;
  readonly etcd?: string;
  readonly configFile?: string;
}

export const wishFor = ({ endpoint = '10.96.0.50', kubernetes = '1.37.2', etcd = '3.7.0', configFile = CONFIG_FILE }: Wish = {}) =>
  (apiVersion: ApiVersion) => kubeadmSettings({
    endpoint: { host: endpoint, port: 4317 },
    identity: { nodeName: true, attributes: { 'k8s.cluster.name': 'prod' } },
    apiServer: { intent: { verbosity: { level: 6, replaceExisting: false } }, version: parseVersion(kubernetes)!, configFile },
    etcd: { intent: { serviceName: 'etcd', samplingRatePerMillion: 0 }, version: parseVersion(etcd)! },
  }, apiVersion);

const argName = fc.constantFrom('audit-log-path', 'oidc-issuer-url', 'profiling', 'y', 'max-requests-inflight', 'quota-backend-bytes');
const argValue = fc.constantFrom(
  'true', '4', '/var/log/audit.log', '', 'https://id.example.com/#x', 'a: b', '- x', 'multi\nline\n', '1e3', '0x10', '0.5', 'no', '~',
);
const gates = fc.tuple(fc.constant('feature-gates'), fc.constantFrom('A=true', 'A=true,B=false', ''));
const argument = fc.oneof({ weight: 4, arbitrary: fc.tuple(argName, argValue) }, { weight: 1, arbitrary: gates });
const args = (version: ApiVersion) => fc.uniqueArray(argument, { selector: ([name]) => name, maxLength: 4 }).map(pairs =>
  version === 'v1beta4' ? pairs.map(([name, value]) => ({ name, value })) : Object.fromEntries(pairs));
const volumes = fc.uniqueArray(fc.constantFrom('audit', 'policies', 'ca'), { maxLength: 2 }).map(names => names.map(name => ({
  name, hostPath: `/srv/${name}`, mountPath: `/srv/${name}`, readOnly: true, pathType: 'DirectoryOrCreate',
})));
const envs = fc.uniqueArray(fc.constantFrom('HTTPS_PROXY', 'GOGC', 'TZ'), { maxLength: 2 }).map(names => names.map(name => ({ name, value: 'x' })));
const orNothing = <T>(of: fc.Arbitrary<T>) => fc.option(of, { freq: 4 });

function configuration(version: ApiVersion): fc.Arbitrary<object> {
  const component = {
    extraArgs: orNothing(args(version)), ...version === 'v1beta4' && { extraEnvs: orNothing(envs) },
  };
  const apiServer = fc.record({ ...component, extraVolumes: orNothing(volumes), certSANs: fc.constant(['10.0.0.1']) }, { requiredKeys: [] });
  const local = fc.record({ ...component, dataDir: fc.constant('/var/lib/etcd') }, { requiredKeys: [] });
  return fc.record({
    apiVersion: fc.constant(`kubeadm.k8s.io/${version}`),
    kind: fc.constant('ClusterConfiguration'),
    kubernetesVersion: fc.constant('v1.36.3'),
    apiServer: orNothing(apiServer),
    etcd: orNothing(fc.record({ local: orNothing(local) }, { requiredKeys: [] })),
    controllerManager: fc.constant({}),
    networking: fc.constant({ dnsDomain: 'cluster.local', serviceSubnet: '10.96.0.0/12' }),
    clusterName: fc.constant('kubernetes'),
    featureGates: fc.constant({ NodeLocalCRISocket: true }),
  }, { requiredKeys: ['apiVersion', 'kind'] }).chain(whole => fc.shuffledSubarray(Object.entries(whole), { minLength: Object.keys(whole).length })).map(entries => Object.fromEntries(entries));
}

const style = fc.record({
  indentSeq: fc.boolean(),
  indent: fc.constantFrom(2, 4),
  crlf: fc.boolean(),
  finalNewline: fc.boolean(),
  start: fc.boolean(),
  choices: fc.array(fc.nat(6), { minLength: 1, maxLength: 12 }),
  nulls: fc.constantFrom('', 'null', '~'),
  quotes: fc.constantFrom('PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE'),
});
type Style = typeof style extends fc.Arbitrary<infer T> ? T : never;

function written(value: object, how: Style): string {
  const document = new Document(value, { version: '1.1' });
  let n = 0;
  const chosen = () => how.choices[n++ % how.choices.length] === 0;
  visit(document, (key, node) => {
    if (key === null) return;
    if (isCollection(node) && node.items.length > 0 && chosen()) node.flow = true;
    // A comment inside brackets or after a folded key would be another text, not a remark.
    if (isScalar(node) && key === 'key' && chosen()) node.commentBefore = ` remark ${n}: {}`;
  });
  const text = document.toString({ indentSeq: how.indentSeq, indent: how.indent, defaultStringType: how.quotes, defaultKeyType: 'PLAIN', lineWidth: 0, directives: how.start })
    .replace(/: null$/gm, how.nulls === '' ? ':' : `: ${how.nulls}`);
  const ended = how.finalNewline ? text : text.replace(/\n$/, '');
  return how.crlf ? ended.replace(/\n/g, '\r\n') : ended;
}

export interface Configuration {
  readonly apiVersion: ApiVersion;
  readonly text: string;
}

export const anyConfiguration: fc.Arbitrary<Configuration> = fc.constantFrom<ApiVersion>('v1beta3', 'v1beta4').chain(apiVersion =>
  fc.tuple(configuration(apiVersion), style).map(([value, how]) => ({ apiVersion, text: written(value, how) })));

/** What a text means, without what means nothing to kubeadm. */
export function meaning(text: string): unknown {
  return withoutEmpty(parse(text, { version: '1.1' }));
}

/** Decoded and written anew: sorted, without remarks, empty fields dropped; from v1beta3 to v1beta4 where the next kubeadm does that. */
export function uploadedAgain(text: string, convert: boolean): string {
  const value = withoutEmpty(parse(text, { version: '1.1' })) as any;
  const converts = convert && value.apiVersion === 'kubeadm.k8s.io/v1beta3';
  for (const place of converts ? [value.apiServer, value.etcd?.local] : []) {
    const sorted = Object.entries(place?.extraArgs ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    if (place?.extraArgs) place.extraArgs = sorted.map(([name, v]) => ({ name, value: v }));
  }
  if (converts) value.apiVersion = 'kubeadm.k8s.io/v1beta4';
  return `${new Document({ controllerManager: {}, scheduler: {}, apiServer: {}, ...value }, { sortMapEntries: true }).toString({ indentSeq: false, lineWidth: 0 } as object)
    .split('\n').filter(line => line !== '').join('\n')}\n`;
}

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(item => withoutEmpty(item) ?? null);
  if (typeof value !== 'object') return value;
  const kept = Object.entries(value ?? {}).map(([key, field]) => [key, withoutEmpty(field)] as const).filter(([, field]) => field !== undefined);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
