import { Duration, Size, SizeRoundingBehavior } from 'cdk8s';
import { Endpoint, parseEndpoint } from '../../patch-spec/endpoint';

/**
 * What a value must be, checked where a prop enters the library. Every message names the prop, the value and what is allowed.
 *
 * Plain JavaScript passes anything, so each check begins with the type. Checks give back what they have checked.
 */

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED_NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
// registry.example:5000/path/name:tag@sha256:digest
const IMAGE = /^([A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?(:\d+)?\/|\[[0-9A-Fa-f:.]+\](:\d+)?\/)?[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*(:[A-Za-z0-9_][-A-Za-z0-9_.]{0,127})?(@sha256:[0-9a-f]{64})?$/;

/** A year: longer ones are no waits, and from 292 years on the Collector cannot read them. */
const LONGEST_MILLIS = 365 * 24 * 3_600_000;
/** 64 TiB, which no volume and no memory exceeds. */
const LARGEST_MEBIBYTES = 64 * 1024 * 1024;

export function refuse(prop: string, value: unknown, rule: string): never {
  const shown = typeof value === 'string' ? value : describe(value);
  throw new Error(`'${prop}' (${shown}) must ${rule}`);
}

export function checkString(prop: string, value: unknown): string {
  return typeof value === 'string' ? value : refuse(prop, describe(value), 'be a string');
}

export function checkBoolean(prop: string, value: unknown): boolean {
  return typeof value === 'boolean' ? value : refuse(prop, describe(value), 'be true or false');
}

/** Any number, fractions included. */
export function checkNumber(prop: string, value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : refuse(prop, describe(value), 'be a number');
}

export function checkWhole(prop: string, value: unknown, min: number, max: number): number {
  return isWhole(value, min, max) ? value : refuse(prop, describe(value), `be a whole number from ${min} to ${max}`);
}

/** @param members the enum, such as `HoneycombRegion` */
export function checkEnum<T extends string>(prop: string, value: unknown, members: { readonly [name: string]: T }): T {
  const allowed = Object.values(members);
  return allowed.find(member => member === value) ?? refuse(prop, describe(value), `be one of ${allowed.map(describe).join(', ')}`);
}

/** @returns whole seconds */
export function checkSeconds(prop: string, value: unknown, min: number, max: number): number {
  const seconds = checkDuration(prop, value).toSeconds({ integral: false });
  return isWhole(seconds, min, max) ? seconds : refuse(prop, `${seconds} s`, `be a whole number of seconds from ${min} to ${max}`);
}

/** @returns whole milliseconds */
export function checkMillis(prop: string, value: unknown, min: number): number {
  const millis = checkDuration(prop, value).toMilliseconds({ integral: false });
  return isWhole(millis, min, LONGEST_MILLIS) ? millis : refuse(prop, `${millis} ms`, `be a whole number of milliseconds, at least ${min} ms and at most a year`);
}

/** @returns whole mebibytes */
export function checkMebibytes(prop: string, value: unknown, min: number): number {
  const mebibytes = checkSize(prop, value).toMebibytes({ rounding: SizeRoundingBehavior.NONE });
  return isWhole(mebibytes, min, LARGEST_MEBIBYTES) ? mebibytes : refuse(prop, `${mebibytes} MiB`, `be a whole number of MiB, at least ${min} MiB and at most 64 TiB`);
}

/** @returns whole bytes */
export function checkBytes(prop: string, value: unknown, min: number, max: number): number {
  const bytes = checkSize(prop, value).toKibibytes({ rounding: SizeRoundingBehavior.NONE }) * 1024;
  return isWhole(bytes, min, max) ? bytes : refuse(prop, `${bytes} bytes`, `be a whole number of bytes from ${min} to ${max}`);
}

/** @param check what checks one item, whose name is that of the list with the item's place */
export function checkList<T>(prop: string, value: unknown, check: (prop: string, item: unknown) => T): T[] {
  return Array.isArray(value) ? value.map((item, index) => check(`${prop}[${index}]`, item)) : refuse(prop, describe(value), 'be a list');
}

/** A plain object, such as options or a part of a configuration. What a list, a Map or a Set holds is no field of it. */
export function checkObject(prop: string, value: unknown): { readonly [key: string]: unknown } {
  const plain = typeof value === 'object' && value !== null && !(Symbol.iterator in value);
  return plain ? value as { readonly [key: string]: unknown } : refuse(prop, describe(value), 'be an object');
}

/** Props or options, in which null means what is left out: languages without types say it so. */
export function checkProps<T extends object>(prop: string, value: T): T {
  const fields = Object.entries(checkObject(prop, value));
  return fields.every(([, field]) => field !== null) ? value : Object.fromEntries(fields.filter(([, field]) => field !== null)) as T;
}

export function checkStringMap(prop: string, value: unknown): { [key: string]: string } {
  return Object.fromEntries(Object.entries(checkObject(prop, value)).map(([key, member]) => [key, checkString(`${prop}.${key}`, member)]));
}

/**
 * An instance of one of this library's classes. The value is never repeated: it may be a secret in the place of a reference to one.
 *
 * @param way how one gets an instance, such as `SecretRef.fromSecretName(...)`
 */
export function checkInstance<T>(prop: string, value: unknown, type: Function & { readonly prototype: T }, way: string): T {
  return value instanceof type ? value as T : refuse(prop, kindOf(value), `be a ${type.name}: ${way}`);
}

/** Something that implements an interface, which languages without types cannot tell but by its members. */
export function checkImplements<T>(prop: string, value: unknown, member: keyof T & string, what: string): T {
  const has = typeof value === 'object' && value !== null && member in value;
  return has ? value as T : refuse(prop, kindOf(value), `be ${what}`);
}

export function checkDnsLabel(prop: string, value: string, maxLength = 63): void {
  checkString(prop, value);
  if (value.length > maxLength || !DNS_LABEL.test(value)) {
    refuse(prop, value, `have 1 to ${maxLength} lower-case letters, digits or "-", and begin and end with a letter or digit`);
  }
}

export function checkDnsSubdomain(prop: string, value: string): void {
  checkString(prop, value);
  if (value.length > 253 || !DNS_SUBDOMAIN.test(value)) {
    refuse(prop, value, 'have 1 to 253 lower-case letters, digits, "-" or ".", and each part must begin and end with a letter or digit');
  }
}

export function checkImage(prop: string, value: string): void {
  checkString(prop, value);
  if (!IMAGE.test(value)) refuse(prop, value, 'be an image reference, such as node:24-alpine or registry.example.com/node@sha256:<64 hex digits>');
}

export function checkLabels(prop: string, labels: Record<string, string>, reserved: readonly string[]): void {
  for (const [key, value] of Object.entries(checkStringMap(prop, labels))) {
    checkKey(prop, key);
    if (reserved.includes(key)) refuse(prop, key, `leave ${reserved.join(', ')} alone: objects are selected by them`);
    if (value !== '' && !QUALIFIED_NAME.test(value)) {
      refuse(`${prop}.${key}`, value, 'be empty or have 1 to 63 letters, digits, "-", "_" or ".", and begin and end with a letter or digit');
    }
  }
}

export function checkAnnotations(prop: string, annotations: Record<string, string>): void {
  Object.keys(checkStringMap(prop, annotations)).forEach(key => checkKey(prop, key));
}

/** `IP:port` with IPv6 in brackets, as the components take it. */
export function checkEndpoint(prop: string, value: string): Endpoint {
  return parseEndpoint(`'${prop}'`, checkString(prop, value));
}

function checkKey(prop: string, key: string): void {
  const slash = key.indexOf('/');
  const prefix = key.slice(0, Math.max(slash, 0));
  if (!QUALIFIED_NAME.test(key.slice(slash + 1)) || (slash >= 0 && (prefix.length > 253 || !DNS_SUBDOMAIN.test(prefix)))) {
    refuse(prop, key, 'have keys that Kubernetes takes: name or domain/name, where name has 1 to 63 letters, digits, "-", "_" or "."');
  }
}

function checkDuration(prop: string, value: unknown): Duration {
  return checkImplements(prop, value, 'toMilliseconds', 'a Duration, such as Duration.seconds(10)');
}

function checkSize(prop: string, value: unknown): Size {
  return checkImplements(prop, value, 'toMebibytes', 'a Size, such as Size.mebibytes(64)');
}

function isWhole(value: unknown, min: number, max: number): value is number {
  return Number.isInteger(value) && value as number >= min && value as number <= max;
}

/** Text in quotes, so that "5" is not taken for 5. */
function describe(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : ['object', 'function', 'symbol', 'bigint'].includes(typeof value) && value !== null ? kindOf(value) : String(value);
}

function kindOf(value: unknown): string {
  if (typeof value === 'object' && value !== null) {
    const name = Array.isArray(value) ? 'list' : (Object.getPrototypeOf(value)?.constructor?.name as string | undefined ?? 'Object').replace(/^Object$/, 'plain object');
    return `a ${name}`;
  }
  return value === undefined || value === null ? String(value) : `a ${typeof value}`;
}
