import { Duration } from 'cdk8s';
import { parseEndpoint } from '../../patch-spec/endpoint';

/** What a value must be, checked where a prop enters the library; every message names the prop, the value and what is allowed. */

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED_NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
// registry.example:5000/path/name:tag@sha256:digest
const IMAGE = /^[A-Za-z0-9]([-A-Za-z0-9._]|:\d+\/)*(\/[a-z0-9]+([-._]+[a-z0-9]+)*)*(:[A-Za-z0-9_][-A-Za-z0-9_.]{0,127})?(@sha256:[0-9a-f]{64})?$/;

export function refuse(prop: string, value: unknown, rule: string): never {
  throw new Error(`'${prop}' (${String(value)}) must ${rule}`);
}

export function checkWhole(prop: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max) {
    refuse(prop, value, `be a whole number from ${min} to ${max}`);
  }
}

/** @returns whole seconds */
export function checkSeconds(prop: string, value: Duration, min: number, max: number): number {
  const seconds = value.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds < min || seconds > max) {
    refuse(prop, `${seconds} s`, `be a whole number of seconds from ${min} to ${max}`);
  }
  return seconds;
}

export function checkDnsLabel(prop: string, value: string, maxLength = 63): void {
  if (value.length > maxLength || !DNS_LABEL.test(value)) {
    refuse(prop, value, `have 1 to ${maxLength} lower-case letters, digits or "-", and begin and end with a letter or digit`);
  }
}

export function checkDnsSubdomain(prop: string, value: string): void {
  if (value.length > 253 || !DNS_SUBDOMAIN.test(value)) {
    refuse(prop, value, 'have 1 to 253 lower-case letters, digits, "-" or ".", and each part must begin and end with a letter or digit');
  }
}

export function checkImage(prop: string, value: string): void {
  if (!IMAGE.test(value)) {
    refuse(prop, value, 'be an image reference, such as node:24-alpine or registry.example.com/node@sha256:<64 hex digits>');
  }
}

export function checkLabels(prop: string, labels: Record<string, string>, reserved: readonly string[]): void {
  for (const [key, value] of Object.entries(labels)) {
    checkKey(prop, key);
    if (reserved.includes(key)) {
      refuse(prop, key, `leave ${reserved.join(', ')} alone: objects are selected by them`);
    }
    if (value !== '' && !QUALIFIED_NAME.test(value)) {
      refuse(`${prop}.${key}`, value, 'be empty or have 1 to 63 letters, digits, "-", "_" or ".", and begin and end with a letter or digit');
    }
  }
}

export function checkAnnotations(prop: string, annotations: Record<string, string>): void {
  Object.keys(annotations).forEach(key => checkKey(prop, key));
}

/** `IP:port` with IPv6 in brackets, as the components take it. */
export function checkEndpoint(prop: string, value: string): void {
  const parsed = parseEndpoint(value);
  if (typeof parsed === 'string') {
    throw new Error(`'${prop}' (${value}) ${parsed}`);
  }
}

export function checkIpAddress(prop: string, value: string): void {
  if (typeof parseEndpoint(value.includes(':') ? `[${value}]:1` : `${value}:1`) === 'string') {
    refuse(prop, value, 'be an IP address, such as 10.96.0.50');
  }
}

function checkKey(prop: string, key: string): void {
  const slash = key.indexOf('/');
  const prefix = key.slice(0, Math.max(slash, 0));
  if (!QUALIFIED_NAME.test(key.slice(slash + 1)) || (slash >= 0 && (prefix.length > 253 || !DNS_SUBDOMAIN.test(prefix)))) {
    refuse(prop, key, 'have keys that Kubernetes takes: name or domain/name, where name has 1 to 63 letters, digits, "-", "_" or "."');
  }
}
