import { checkString, checkStringMap, refuse } from '../kit/check';

/**
 * Whether a value is a credential that somebody has written down instead of a reference to it. By its name or by its look: neither is certain,
 * so that whoever knows better says so with `notSecret`.
 */

/** Words that end the name of a credential, also without anything between: `dbpassword`, `authtoken`. */
const SECRET_ENDING = /(password|passwd|passphrase|secret|token|(api|access|secret|private|signing|encryption|ingest(ion)?|master|shared|write)key|credentials?)$/;
/** Words that are the name of a credential, or its end after a separator. */
const SECRET_WORD = /(^|[-_.])(authorization|auth|pwd|pass|passcode|creds|cookie|jwt|bearer|key|(api|access|secret|private|account|licen[cs]e)key|connection[-_]?string|dsn)$/;
/** What such keys are for: they sort and find things, and open nothing. */
const KEY_OF_DATA = new RegExp(`(^|[-_.])(${[
  'routing', 'message', 'partition', 'partitioning', 'sort', 'sorting', 'primary', 'foreign', 'group', 'grouping', 'group[-_]?by', 'dedup', 'deduplication', 'idempotency',
  'cache', 'map', 'label', 'attribute', 'attr', 'hash', 'hashing', 'index', 'public', 'record', 'object', 'tag', 'lookup', 'shard', 'sharding', 'metadata', 'context',
  'resource', 'field', 'from', 'to', 'span', 'trace', 'log', 'metric', 'header', 'document', 'row', 'column', 'event', 'correlation', 'json', 'timestamp', 'time',
  'body', 'path', 'topic', 'queue', 'range', 'order', 'ordering', 'affinity', 'balancing',
].join('|')})[-_.]?key$`);
/** Headers that hold a credential although their name does not say so. */
const SECRET_HEADERS = ['x-honeycomb-team'];

/** What comes before a credential in a header. */
const SCHEME = /^(bearer|basic|digest|token|splunk|apikey|api-?token|api-?key|geniekey|negotiate)\s+(?=\S+$)/i;
/** How vendors let their credentials begin, or end, so that they are found where they do not belong. */
const SECRET_VALUE = new RegExp([
  '^(glc_|glsa_|glpat-|hc[a-z](ik|lk|mk)_|NRAK-|NRII-|NRJS-|dt0[a-z]\\d\\d\\.|[sr]k_(live|test)_|gh[opusr]_|github_pat_|xox[abeprs]-|xapp-|hvs\\.|ya29\\.|ATATT3|dop_v1_|sntrys_|xaat-|shpat_|whsec_|gl(rt|dt|cbt|ptt|ft|oas|agent)-|lin_api_|hvb\\.|phx_|tskey-|figd_|sq0[a-z]{3}-)\\S',
  '^[A-Za-z0-9]{20,}NRAL$',
  '^(AKIA|ASIA)[A-Z0-9]{12,}$',
  '^AIza[\\w-]{30,}$',
  '^(sk|pypi)-[\\w-]{16,}$',
  '^SG\\.[\\w-]{16,}\\.',
  '^(npm_|dapi)[A-Za-z0-9]{30,}$',
  '^eyJ[\\w-]+\\.',
  '^AGE-SECRET-KEY-1',
  '-----BEGIN [A-Z ]*PRIVATE KEY-----',
  '^https://hooks\\.slack\\.com/services/.',
].join('|'));
/** `scheme://user:password@host`, where the user alone may be a token. */
const USER_IN_URL = /^[a-z][a-z0-9+.-]*:\/\/([^/?#\s]*)@/i;
/** What queries and connection strings hold. */
const SECRET_IN_TEXT = /(^|[?&;\s])(password|pwd|pass|token|secret|api[-_]?key|sig|(shared)?access[-_]?(key|token)|account[-_]?key|client[-_]?secret)=["']?[^\s&;\0="']/i;

/** Stands for what is only referred to; no value holds it. */
const REFERRED = '\0';

/**
 * @param name the name of a header or of a field, empty where it says nothing
 * @param notSecret names that look like a secret's, of which somebody who knows has said that they are none
 */
export function looksSecret(name: string, value: string, notSecret: readonly string[] = []): boolean {
  if (notSecret.some(other => other.toLowerCase() === name.toLowerCase() && name !== '')) return false;
  const text = withoutReferences(value);
  const bare = text.replace(SCHEME, '');
  if (!text.includes(REFERRED)) return text !== '' && (namesSecret(name) || bare !== text || hasVendorsShape(text) || hidesSecret(text));
  return hidesSecret(text) || hasVendorsShape(text) || ((namesSecret(name) || bare !== text) && hasLiteralBeside(bare));
}

/** @param name of a header or of a field, in any spelling: `X-API-Key`, `api_key`, `apiKey` */
function namesSecret(name: string): boolean {
  const plain = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
  return SECRET_HEADERS.includes(plain) || SECRET_ENDING.test(plain) || (SECRET_WORD.test(plain) && !KEY_OF_DATA.test(plain));
}

/** Any of its words, as schemes and commas may stand before. */
function hasVendorsShape(text: string): boolean {
  return SECRET_VALUE.test(text) || text.split(/[\s,;]+/).some(word => SECRET_VALUE.test(word));
}

function hidesSecret(text: string): boolean {
  const user = USER_IN_URL.exec(text)?.[1];
  return SECRET_IN_TEXT.test(text) || (user !== undefined && !/^([^:\0]*:)?\0+$/.test(user));
}

/** `literal${env:X}`, `${env:X}literal` and `Scheme literal ${env:X}` hold more than a reference. `user:${env:X}` and `key=${env:X}` do not. */
function hasLiteralBeside(text: string): boolean {
  const words = text.trim().split(/\s+/);
  return words.slice(1).some(word => !word.includes(REFERRED) && !word.includes('='))
    || new RegExp(`${REFERRED}[^${REFERRED}\\s,;:&@/"'})]|[^${REFERRED}\\s=:/"'({,;]${REFERRED}`).test(text);
}

/** What a reference falls back to is as literal as anything. `$$` is a dollar and begins none. */
function withoutReferences(value: string): string {
  return value.replace(/\$\$|\$\{(?:yaml:)?([^}]*)\}/g, (whole: string, inner: string | undefined) => {
    if (inner === undefined) return '$';
    return whole.startsWith('${yaml:') ? inner : /^[^-]*?:-(.*)$/s.exec(inner)?.[1] || REFERRED;
  });
}

export const HEADER_NAME = /^[!#%&'*+.^_`|~0-9A-Za-z-]+$/;

export function checkHeaderName(prop: string, name: string): void {
  if (!HEADER_NAME.test(name)) refuse(prop, name, 'have keys that are header names');
}

/** Refuses a header that ought to come from a Secret. Values are never repeated in messages. */
export function checkPlainHeaders(prop: string, headers: Record<string, string>, notSecret: readonly string[] = []): void {
  for (const [name, value] of Object.entries(checkStringMap(prop, headers))) {
    checkHeaderName(prop, name);
    if (looksSecret(name, value, notSecret) || value.includes('${')) {
      throw new Error(`'${prop}' must hold no secret, and '${name}' is or looks like one: give it as 'secretHeaders', from a Secret, `
        + "or name it in 'notSecret' where anybody may read it");
    }
    if (/[^\x20-\x7e]/.test(checkString(prop, value))) throw new Error(`'${prop}.${name}' must be printable ASCII`);
  }
}
