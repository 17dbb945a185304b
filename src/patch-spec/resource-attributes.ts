/** Attributes that every span of a process carries: what OpenTelemetry calls its resource. */
export type ResourceAttributes = { readonly [name: string]: string };

/** The variable that OpenTelemetry reads them from (https://opentelemetry.io/docs/specs/otel/resource/sdk/). */
export const RESOURCE_ATTRIBUTES = 'OTEL_RESOURCE_ATTRIBUTES';

export const CLUSTER_NAME = 'k8s.cluster.name';
export const NODE_NAME = 'k8s.node.name';

/** What a component says itself: its own word wins over the environment, in every release. */
const OWN = ['service.name', 'service.instance.id', 'service.version', 'telemetry.sdk.language', 'telemetry.sdk.name', 'telemetry.sdk.version'];

/** Linux takes 128 KiB for one variable, and an annotation of the manifest repeats it. */
const MOST_BYTES = 8_192;

/** Why a component cannot carry the attribute, as the end of a sentence; undefined where it can. */
export function attributeProblem(name: string, value: string): string | undefined {
  if (!/^[A-Za-z][A-Za-z0-9._/-]{0,254}$/.test(name)) return 'have a name of 1 to 255 letters, digits, ".", "_", "/" or "-" that begins with a letter, such as deployment.environment.name';
  if (name === NODE_NAME) return 'be left out: every node says its own name';
  if (OWN.includes(name)) return 'be left out: the component says it itself, and its word wins';
  if (value.length < 1 || value.length > 1_024) return 'have a value of 1 to 1024 characters';
  // Also halves of a pair of surrogates, which no encoding has.
  if (/[\p{Cc}\p{Cs}]/u.test(value)) return 'have a value of printable characters, all on one line';
  if (value.trim() !== value) return 'have a value that neither begins nor ends with a space';
  return undefined;
}

/** Why the attributes together are no environment variable; undefined where they are. */
export function attributesProblem(attributes: ResourceAttributes): string | undefined {
  const bytes = encodeAttributes(Object.entries(attributes)).length;
  return bytes > MOST_BYTES ? `have at most ${MOST_BYTES} bytes as an environment variable, and have ${bytes}` : undefined;
}

/** `a=b,c=d`, with everything in the values percent-encoded that could end one or that kubelet would expand. */
export function encodeAttributes(attributes: readonly (readonly [name: string, value: string])[]): string {
  return attributes.map(([name, value]) => `${name}=${encodeValue(value)}`).join(',');
}

/** The cluster, and the others by their names, so that the same attributes are the same text. */
export function inOrder(attributes: ResourceAttributes): [name: string, value: string][] {
  const rank = (name: string) => (name === CLUSTER_NAME ? 0 : 1);
  return Object.entries(attributes).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** The value of the variable, with the node behind the cluster. */
export function attributesText(asked: ResourceAttributes, node: string | undefined): string {
  const sorted = inOrder(asked);
  const cluster = sorted.filter(([name]) => name === CLUSTER_NAME);
  const others = sorted.filter(([name]) => name !== CLUSTER_NAME);
  return [encodeAttributes(cluster), ...node === undefined ? [] : [`${NODE_NAME}=${node}`], encodeAttributes(others)].filter(Boolean).join(',');
}

/** Slashes and colons stay, for whoever reads the manifest. */
export function encodeValue(value: string): string {
  const encoded = encodeURIComponent(value).replace(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  return encoded.replace(/%2F/g, '/').replace(/%3A/g, ':');
}

/** What OpenTelemetry for Go makes of the variable. */
export function decodeAttributes(text: string): Map<string, string> {
  return new Map(text.split(',').flatMap(pair => {
    const at = pair.indexOf('=');
    return at === -1 ? [] : [[pair.slice(0, at).trim(), decodeValue(pair.slice(at + 1).trim())] as const];
  }));
}

function decodeValue(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
