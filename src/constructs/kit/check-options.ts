import { checkProps } from './check';
import { KNOWN_PROPS, KnownType } from './known-props';
import { distance } from '../../patch-spec/distance';

/** So many names help; more are a page of the reference. */
const FEW = 15;

type Given = { readonly [prop: string]: unknown };

/**
 * Options that nobody extends, in which null means what is left out. What they have no name for is refused: it would be ignored.
 *
 * @param prop the prop or parameter that holds them
 */
export function checkOptions<T extends object>(prop: string, value: T, type: KnownType): T {
  const options = checkProps(prop, value);
  const unknown = unknownIn(options, type)[0];
  if (unknown === undefined) return options;
  const near = KNOWN_PROPS[type].find(name => isNear(unknown, name));
  const few = KNOWN_PROPS[type].length <= FEW ? `has only ${KNOWN_PROPS[type].join(', ')}` : 'has no such prop';
  const hint = near === undefined ? few : `has no such prop, did you mean ${near}?`;
  throw new Error(`'${prop}.${unknown}' must be left out or renamed: ${type} ${hint}`);
}

/**
 * Refuses props of a construct that are misspelled. Others that it does not know are passed over: constructs are extended, and whoever
 * extends one may hand all props of its own to it.
 */
export function checkSpelling(props: object, type: KnownType): void {
  const given = props as Given;
  for (const unknown of unknownIn(given, type)) {
    const near = KNOWN_PROPS[type].find(name => !isGiven(given[name]) && isNear(unknown, name));
    if (near !== undefined) {
      throw new Error(`'${unknown}' must be left out or renamed: ${type} has no such prop, did you mean ${near}? Props of your own are not for this construct`);
    }
  }
}

function unknownIn(value: object, type: KnownType): string[] {
  const known: readonly string[] = KNOWN_PROPS[type];
  return Object.entries(value).filter(([name, member]) => isGiven(member) && !known.includes(name)).map(([name]) => name);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Another case, other separators, swapped, missing or doubled letters; in long names one or two other letters, too. */
function isNear(unknown: string, known: string): boolean {
  const [a, b] = [unknown, known].map(name => name.toLowerCase().replace(/[-_.]/g, '')) as [string, string];
  if (a === b) return true;
  const far = distance(a, b);
  const sameLetters = [...a].sort().join('') === [...b].sort().join('');
  return b.length >= 4 && (b.length >= 10 ? far <= 2 : a.length !== b.length ? far === 1 : far === 2 && sameLetters);
}
