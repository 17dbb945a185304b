import { refuse } from '../kit/check';

/** Names under which credentials travel, whatever the vendor puts before or after. */
const SECRET_NAME = /(^|[-_.])(authorization|auth|api[-_]?key|apikey|access[-_]?key|token|secret|password|passwd|credentials?|cookie|private[-_]?key|key|connection[-_]?string|dsn|passphrase)$/i;
/** Headers that hold a credential although their name does not say so. */
const SECRET_HEADERS = ['x-honeycomb-team', 'x-sf-token', 'lightstep-access-token', 'uptrace-dsn', 'signoz-ingestion-key'];
const SECRET_VALUE = /^(bearer|basic|api-token|apikey|token)\s+\S|^eyJ[A-Za-z0-9_-]+\.|^(glc_|hc[a-z]{2,3}_|NRAK-|NRAL|dt0c01\.|sk-|ghp_|xox[abp]-|AKIA)|-----BEGIN /i;
/** `scheme://user:password@host`, where the user alone may be a token, and what queries and connection strings hold. */
const SECRET_IN_URL = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]*@|[?&;](password|pwd|token|secret|api[-_]?key|sig|(shared)?access[-_]?key|account[-_]?key)=/i;

export function looksSecret(name: string, value: string): boolean {
  return !/\$\{(env|file):/.test(value)
    && (SECRET_NAME.test(name) || SECRET_HEADERS.includes(name.toLowerCase()) || SECRET_VALUE.test(value) || SECRET_IN_URL.test(value));
}

export function checkHeaderName(prop: string, name: string): void {
  if (!/^[!#%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
    refuse(prop, name, 'have keys that are header names');
  }
}

/** Refuses a header that ought to come from a Secret. Values are never repeated in messages. */
export function checkPlainHeaders(prop: string, headers: Record<string, string>): void {
  for (const [name, value] of Object.entries(headers)) {
    checkHeaderName(prop, name);
    if (looksSecret(name, value) || value.includes('${')) {
      throw new Error(`'${prop}' must hold no secret, and '${name}' is or looks like one: give it as 'secretHeaders', from a Secret`);
    }
    if (/[^\x20-\x7e]/.test(value)) {
      throw new Error(`'${prop}.${name}' must be printable ASCII`);
    }
  }
}
