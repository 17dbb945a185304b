import { isDialable, isIpAddress } from './endpoint';
import { isRecord } from './is-record';
import { ApiServerIntent, ComponentTls, EtcdIntent, FixedEndpoint, Identity, ObjectName, PATCH_SPEC_VERSION, PatchSpec, ServiceAddress, Timing, Verbosity } from './patch-spec';
import { attributeProblem, attributesProblem, ResourceAttributes } from './resource-attributes';
import { parseVersion } from './version';

/** Reads what the constructs wrote; throws an error that names the JSON path, the value and what is allowed. */
export function parsePatchSpec(json: string): PatchSpec {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (e) {
    throw new Error(`the patch spec is not JSON: ${(e as Error).message}`);
  }
  // The version first: everything else may legitimately look different in another version.
  if (isRecord(value) && value.version !== PATCH_SPEC_VERSION) {
    fail('$.version', value.version, `must be ${PATCH_SPEC_VERSION}: the program and the constructs have to come from the same release of the package`);
  }
  patchSpec(value, '$');
  return value as PatchSpec;
}

type Check = (value: unknown, path: string) => void;
type Fields<T> = { readonly [K in keyof T]-?: Check };

const integer = (min: number, max: number): Check => (value, path) => {
  if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) fail(path, value, `must be a whole number from ${min} to ${max}`);
};
const string = (allowed: string, accepts: (text: string) => boolean): Check => (value, path) => {
  if (typeof value !== 'string' || !accepts(value)) fail(path, value, `must be ${allowed}`);
};
const oneOf = (...allowed: readonly unknown[]): Check => (value, path) => {
  if (!allowed.includes(value)) fail(path, value, `must be ${allowed.map(a => JSON.stringify(a)).join(' or ')}`);
};
const nullable = (check: Check): Check => (value, path) => {
  if (value !== null) check(value, path);
};
const object = <T>(fields: Fields<T>): Check => (value, path) => {
  if (!isRecord(value)) return fail(path, value, 'must be an object');
  for (const key of Object.keys(value)) {
    if (!Object.hasOwn(fields, key)) fail(`${path}.${key}`, value[key], `is unknown; allowed are ${Object.keys(fields).join(', ')}`);
  }
  for (const [key, check] of Object.entries<Check>(fields)) {
    if (!Object.hasOwn(value, key) && OPTIONAL.includes(check)) continue;
    if (!Object.hasOwn(value, key)) fail(`${path}.${key}`, undefined, 'is required');
    check(value[key], `${path}.${key}`);
  }
};

const boolean = oneOf(true, false);
const onlyTrue = oneOf(true);
const kubeadmConfig = oneOf('write', 'remove', 'compare');
const version = string('a version such as 1.37.2', text => parseVersion(text) !== undefined);
const componentTls = object<ComponentTls>({ clientCertificate: boolean });
/** Fields that may be missing, which says no. */
const OPTIONAL: readonly Check[] = [onlyTrue, kubeadmConfig, version, componentTls];
const rate = integer(0, 1_000_000);
const seconds = (min: number) => integer(min, 86_400);
const label = string('a DNS label (RFC 1123)', text => text.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text));
const subdomain = string('a DNS subdomain (RFC 1123)',
  text => text.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(text));
// Paths and names go into command lines and YAML as they are, and kubelet expands `$(...)`: so only characters that mean nothing anywhere.
const directory = string('an absolute path of letters, digits, ".", "_" and "-", without "." and ".." parts',
  text => text.length <= 200 && /^(\/[A-Za-z0-9._-]+)+$/.test(text) && !/\/\.{1,2}(\/|$)/.test(text));
const otelServiceName = string('1 to 255 letters, digits, ".", "_", "/", ":" and "-", starting with a letter or digit',
  text => /^[A-Za-z0-9][A-Za-z0-9._/:-]{0,254}$/.test(text));

const attributes: Check = (value, path) => {
  if (!isRecord(value)) return fail(path, value, 'must be an object');
  for (const [name, attribute] of Object.entries(value)) {
    const problem = typeof attribute === 'string' ? attributeProblem(name, attribute) : 'be a string';
    if (problem !== undefined) fail(`${path}.${name}`, attribute, `must ${problem}`);
  }
  const problem = attributesProblem(value as ResourceAttributes);
  if (problem !== undefined) fail(path, undefined, `must ${problem}`);
};

const objectName: Fields<ObjectName> = { namespace: label, name: subdomain };
const service = object<ServiceAddress>({
  ...objectName,
  kind: oneOf('service'),
  port: integer(1, 65_535),
  clusterIP: nullable(string('an IP address', isIpAddress)),
});
const endpoint = object<FixedEndpoint>({
  kind: oneOf('endpoint'),
  host: string('an IP address that something listens on', isDialable),
  port: integer(1, 65_535),
});

const whole = object<PatchSpec>({
  version: oneOf(PATCH_SPEC_VERSION),
  state: oneOf('enabled', 'disabled'),
  runId: string('a string', () => true),
  controlPlaneNodes: integer(1, 1000),
  collector: (value, path) => (isRecord(value) && value.kind === 'endpoint' ? endpoint : service)(value, path),
  apiServer: nullable(object<ApiServerIntent>({
    verbosity: nullable(object<Verbosity>({ level: integer(0, 10), replaceExisting: boolean })),
    version,
  })),
  etcd: nullable(object<EtcdIntent>({ serviceName: otelServiceName, samplingRatePerMillion: rate, version })),
  identity: object<Identity>({ nodeName: boolean, attributes }),
  componentTls,
  adopt: onlyTrue,
  kubeadmConfig,
  manifestsDirectory: directory,
  configDirectory: directory,
  lease: object<ObjectName>(objectName),
  jobSelector: string('equality requirements such as key=value,key=value',
    text => /^[A-Za-z0-9._/-]+=[A-Za-z0-9._-]*(,[A-Za-z0-9._/-]+=[A-Za-z0-9._-]*)*$/.test(text)),
  timing: object<Timing>({
    collectorWaitSeconds: seconds(0),
    turnWaitSeconds: seconds(0),
    healthSeconds: seconds(1),
    etcdStartSeconds: seconds(0),
    soakSeconds: seconds(0),
    drainSeconds: seconds(0),
  }),
});

function patchSpec(value: unknown, path: string): void {
  whole(value, path);
  const { manifestsDirectory, configDirectory } = value as PatchSpec;
  // kubelet reads the one; the other holds backups, which kubelet must never see.
  if ((`${configDirectory}/`).startsWith(`${manifestsDirectory}/`)) fail(`${path}.configDirectory`, configDirectory, `must lie outside ${manifestsDirectory}`);
}

function fail(path: string, value: unknown, problem: string): never {
  throw new Error(`${path} ${value === undefined ? '' : `(${JSON.stringify(value)}) `}${problem}`);
}
