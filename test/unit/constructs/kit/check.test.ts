import { Duration, Size } from 'cdk8s';
import {
  checkBoolean, checkDnsLabel, checkEnum, checkImplements, checkInstance, checkLabels, checkList, checkMebibytes, checkMillis, checkNumber,
  checkObject, checkProps, checkSeconds, checkString, checkStringMap, checkWhole, refuse,
} from '../../../../src/constructs/kit/check';
import { HoneycombRegion, SecretRef } from '../../../../src/index';

/** Values of every type that plain JavaScript may pass. */
const ANYTHING: readonly unknown[] = [
  undefined, null, true, 5, NaN, Infinity, 0.5, -1, '', 'text', Symbol('s'), 5n, [], ['x'], {}, { toString: null }, Object.create(null), () => 1, new Date(0), new Map(), /x/,
];

const CHECKS: ReadonlyArray<readonly [string, (value: unknown) => unknown, unknown]> = [
  ['string', value => checkString('p', value), 'text'],
  ['boolean', value => checkBoolean('p', value), true],
  ['whole number', value => checkWhole('p', value, 1, 9), 5],
  ['number', value => checkNumber('p', value), 0.5],
  ['enum', value => checkEnum('p', value, HoneycombRegion), HoneycombRegion.EU],
  ['seconds', value => checkSeconds('p', value, 1, 9), Duration.seconds(5)],
  ['milliseconds', value => checkMillis('p', value, 1), Duration.millis(5)],
  ['mebibytes', value => checkMebibytes('p', value, 1), Size.mebibytes(5)],
  ['list', value => checkList('p', value, checkString), ['x']],
  ['object', value => checkObject('p', value), {}],
  ['props', value => checkProps('p', value as object), {}],
  ['map', value => checkStringMap('p', value), { a: 'b' }],
  ['instance', value => checkInstance('p', value, Map, 'new Map()'), new Map()],
  ['interface', value => checkImplements<Map<string, string>>('p', value, 'get', 'a map'), new Map()],
  ['label', value => checkDnsLabel('p', value as string), 'text'],
  ['labels', value => checkLabels('p', value as Record<string, string>, []), { a: 'b' }],
  ['refusal', value => refuse('p', value, 'be another'), undefined],
];

test.each(CHECKS)('a %s takes what it is meant to, and names the prop where it refuses anything else', (kind, check, good) => {
  if (kind !== 'refusal') expect(() => check(good)).not.toThrow();
  const messages = ANYTHING.map(value => messageOf(() => check(value))).filter(message => message !== undefined);
  expect(messages.length).toBeGreaterThan(5);
  expect(messages.filter(message => !/^'p[^']*' \(.*\) must /.test(message))).toEqual([]);
});

test.each([
  [() => checkWhole('replicas', '5', 1, 9), "'replicas' (\"5\") must be a whole number from 1 to 9"],
  [() => checkEnum('region', 'EU', HoneycombRegion), "'region' (\"EU\") must be one of \"us\", \"eu\""],
  [() => checkMebibytes('rotationSize', Size.mebibytes(NaN), 1), "'rotationSize' (NaN MiB) must be a whole number of MiB, at least 1 MiB and at most 64 TiB"],
  [() => checkMebibytes('rotationSize', Size.kibibytes(1536), 1), "'rotationSize' (1.5 MiB) must be a whole number of MiB, at least 1 MiB and at most 64 TiB"],
  [() => checkMillis('timeout', Duration.seconds(Infinity), 1), "'timeout' (Infinity ms) must be a whole number of milliseconds, at least 1 ms and at most a year"],
  [() => checkMillis('timeout', Duration.days(1e6), 1), "'timeout' (86400000000000 ms) must be a whole number of milliseconds, at least 1 ms and at most a year"],
  [() => checkMebibytes('memoryLimit', Size.pebibyte(8000), 1), "'memoryLimit' (8589934592000 MiB) must be a whole number of MiB, at least 1 MiB and at most 64 TiB"],
  [() => checkWhole('replicas', 5n, 1, 9), "'replicas' (a bigint) must be a whole number from 1 to 9"],
  [() => checkSeconds('soak', 10, 1, 9), "'soak' (a number) must be a Duration, such as Duration.seconds(10)"],
  [() => checkStringMap('labels', { team: 5 }), "'labels.team' (5) must be a string"],
  [() => checkList('secrets', ['a', 5], checkString), "'secrets[1]' (5) must be a string"],
])('%#: the message says what it is about', (check, message) => {
  expect(messageOf(check)).toBe(message);
});

test('what stands where a reference to a secret belongs is never repeated', () => {
  expect(messageOf(() => checkInstance('token', 'hunter2', SecretRef, 'SecretRef.…'))).toBe("'token' (a string) must be a SecretRef: SecretRef.…");
  expect(messageOf(() => checkString('token', { value: 'hunter2' }))).toBe("'token' (a plain object) must be a string");
});

function messageOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

test('null among props means what is left out, and nothing else is changed', () => {
  const props = { a: 1, b: undefined };
  expect(checkProps('p', props)).toBe(props);
  expect(checkProps<object>('p', { ...props, c: null, d: { e: null } })).toEqual({ a: 1, d: { e: null } });
});

test('what a Map or a Set holds is no field', () => {
  for (const value of [new Map([['a', 'b']]), new Set(['a']), ['a']]) expect(() => checkStringMap('p', value)).toThrow("'p'");
});
