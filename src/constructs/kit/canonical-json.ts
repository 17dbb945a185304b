import { createHash } from 'node:crypto';
import { isRecord } from '../../patch-spec/is-record';

/** JSON with sorted keys and no white space: equal values give equal bytes, however they were put together. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => isRecord(member)
    ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
    : member);
}

/** A short hash over a value, fit for the end of an object's name. */
export function contentHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 10);
}
