import { Fields } from './collector-config';
import { looksSecret } from '../exporters/literal-secrets';

/** Fields whose names look like a secret's, and that name something. */
const REFERENCES = ['auth', 'authenticator', 'hash_seed'];

/**
 * Refuses a configuration, or a part of it, that holds a secret. Values are never repeated in messages.
 *
 * @param notSecret names of fields and headers that only look secret
 */
export function checkSecrets(config: Fields, notSecret: readonly string[] = []): void {
  walk([], config, notSecret);
}

function walk(path: readonly string[], value: unknown, notSecret: readonly string[]): void {
  if (typeof value === 'string') {
    checkText(path, value, notSecret);
  } else if (Array.isArray(value)) {
    value.forEach((member, index) => walk([...path, String(index)], member, notSecret));
  } else if (typeof value === 'object' && value !== null) {
    checkPair(path, value, notSecret);
    Object.entries(value).forEach(([key, member]) => walk([...path, key], member, notSecret));
  }
}

function checkText(path: readonly string[], text: string, notSecret: readonly string[]): void {
  // What is in a list is called as the list is.
  const name = path.filter(key => !/^\d+$/.test(key)).at(-1) ?? '';
  const judged = REFERENCES.includes(name) || namesSomething(path, name) ? '' : name;
  const pairs = name === 'headers_list' ? text.split(',').map(pair => pair.split('=', 2)) : [];
  if (looksSecret(judged, text, notSecret) || pairs.some(([header = '', value = '']) => looksSecret(header.trim(), value.trim(), notSecret))) {
    refuseSecret(path);
  }
}

/** `{name, value}`, as lists of headers and of attributes have it. */
function checkPair(path: readonly string[], fields: Fields, notSecret: readonly string[]): void {
  const name: unknown = fields.name ?? fields.key;
  if (typeof name === 'string' && typeof fields.value === 'string' && !isAboutSpans(path) && looksSecret(name, fields.value, notSecret)) {
    refuseSecret([...path, 'value']);
  }
}

/** In some components `key` is the name of a header or of an attribute. */
function namesSomething(path: readonly string[], name: string): boolean {
  const type = path[1]?.split('/')[0];
  return name === 'key' && (isAboutSpans(path) || type === 'headers_setter')
    || name === 'routing_key' && (type === 'load_balancing' || type === 'loadbalancing');
}

/** Names in there are those of attributes. */
function isAboutSpans([section]: readonly string[]): boolean {
  return section === 'processors' || section === 'connectors';
}

function refuseSecret(path: readonly string[]): never {
  throw new Error(`'${path.join('.')}' must hold no secret, and it looks like one: take it from a Secret, or name its field in 'notSecret' where anybody may read it`);
}
