import { Duration, Size } from 'cdk8s';
import { PublicApi, Value } from './public-api';

/** A value in the place of a prop or of a part of one. */
export interface Attempt {
  /** The names under which a refusal may speak of it: its own first, and those of what holds it. */
  readonly names: readonly string[];
  readonly value: unknown;
  readonly what: string;
  /** Whether the prop may take it after all: null where it may be left out, an empty text, a fraction. */
  readonly allowed: boolean;
}

const LISTS: readonly unknown[] = [[], [null], [5]];
const OBJECTS: readonly unknown[] = [{}, Object.create(null), new Map(), () => 'x', Symbol('x'), 5n];

/** What a value of the type is certainly not. */
function wrongOf(type: string, api: PublicApi): readonly unknown[] {
  switch (type) {
    case 'string': return [5, NaN, true, false, ...LISTS, ...OBJECTS];
    case 'number': return ['x', '5', '', NaN, Infinity, -Infinity, -1, true, ...LISTS, ...OBJECTS];
    case 'boolean': return ['true', '', 0, 1, ...LISTS, ...OBJECTS];
    case 'Duration': case 'Size': return [5, NaN, '5s', '64Mi', '', true, ...LISTS, ...OBJECTS, type === 'Size' ? Duration.seconds(5) : Size.mebibytes(5)];
    default:
  }
  if (api.enums.has(type)) return ['WRONG', '', 'EU', 'constructor', 'toString', 5, NaN, true, ...LISTS, ...OBJECTS];
  // A plain object may be right for these, and its fields are tried one by one.
  if (type.startsWith('{') || api.interfaces.has(type) || type.startsWith('k8s.')) return [5, NaN, 'x', '', true, [], [5], [null], new Map([['a', 'b']]), new Set(['a']), () => 'x', Symbol('x'), 5n];
  return [5, NaN, 'x', '', true, ...LISTS, ...OBJECTS];
}

const FRACTION_TAKEN = ['percentage', 'restPercentage', 'requestsPerSecond'];

/** Everything that is tried in the place of one prop or parameter. */
export function attemptsOn({ name, type, optional }: Value, api: PublicApi, holders: readonly string[] = []): Attempt[] {
  const names = [name, ...holders];
  const attempt = (value: unknown, allowed = false): Attempt => ({ names, value, what: show(value), allowed });
  const list = /^(.*)\[\]$/.exec(type)?.[1];
  const missing = [attempt(undefined, optional), attempt(null, optional)];
  if (list !== undefined) {
    return [...missing, ...[5, 'x', '', true, {}, () => 'x', new Set(['x'])].map(value => attempt(value)),
      ...[null, undefined, ...wrongOf(list, api)].map(item => attempt([item]))];
  }
  const map = /^\{ \[\w+: string\]: (\w+) \}$/.exec(type)?.[1];
  const members = map === undefined || map === 'any' ? [] : [null, ...wrongOf(map, api)].map(value => attempt({ a: value }));
  const edges = type === 'string' ? [attempt('', true), attempt(' ', true)] : type === 'number' ? [attempt(1.5, FRACTION_TAKEN.includes(name))] : [];
  const sizes = type === 'Size' ? [Size.mebibytes(NaN), Size.kibibytes(0.5)] : type === 'Duration' ? [Duration.seconds(NaN), Duration.millis(0.5)] : [];
  return [...missing, ...edges, ...sizes.map(value => attempt(value)), ...members, ...wrongOf(type, api).map(value => attempt(value))];
}

function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const name = Object.getPrototypeOf(value)?.constructor.name ?? 'object without prototype';
    return name === 'Object' ? `{${Object.entries(value).map(([key, member]) => `${key}: ${show(member)}`).join(', ')}}` : `a ${name}`;
  }
  return typeof value === 'string' ? `'${value}'` : String(value);
}
