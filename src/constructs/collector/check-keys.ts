import { refuseKey } from './check-shape';
import { Fields } from './collector-config';
import { toMillis } from './go-duration';
import { KNOWN_COMPONENTS, KNOWN_KEYS } from './known-keys';
import { isRecord } from '../../patch-spec/is-record';
import { refuse } from '../kit/check';

const SECTIONS = ['receivers', 'processors', 'exporters', 'extensions'];

/** Types that may be written as a text, too: one statement, one condition. */
const TEXTUAL = ['common_ContextStatements', 'condition_ContextConditions'];

/** What plain values are, by the types in the table. */
const PLAIN: { readonly [type: string]: readonly [rule: string, holds: (value: any) => boolean] } = {
  ':bool': ['be true or false', value => typeof value === 'boolean'],
  ':int': ['be a whole number', value => Number.isInteger(value)],
  ':count': ['be a whole number from 0 on', value => Number.isInteger(value) && value >= 0],
  ':number': ['be a number', value => typeof value === 'number'],
  ':text': ['be a text', value => typeof value === 'string'],
  ':time': ['be a time with its unit, such as 10s or 200ms', value => toMillis(value) !== undefined],
};

type Path = readonly string[];

/**
 * Refuses keys and values that the Collector cannot read, at any level, in its telemetry and in the components that this library writes. Of others
 * it knows nothing, and nothing of what refers to the environment.
 *
 * @param propOf the prop that a path comes from
 */
export function checkKeys(config: Fields, propOf: (path: Path) => string): void {
  for (const section of SECTIONS) {
    for (const [id, component] of Object.entries(config[section] ?? {})) {
      walk([section, id], component, KNOWN_COMPONENTS[`${section}/${id.split('/')[0]!}`], propOf);
    }
  }
  walk(['service', 'telemetry'], config.service.telemetry, KNOWN_COMPONENTS['service/telemetry'], propOf);
}

function walk(path: Path, value: unknown, type: string | undefined, propOf: (path: Path) => string): void {
  if (type === undefined || type === '' || value === null || value === undefined || (typeof value === 'string' && value.includes('${'))) return;
  const refuseIt = (rule: string): never =>
    refuse(propOf(path), ['number', 'boolean'].includes(typeof value) ? `${path.join('.')}: ${String(value)}` : path.join('.'), rule);
  if (type.startsWith(':')) return checkText(value, type, refuseIt);
  if (type.startsWith('[]')) {
    // A text is read as a list of one.
    const items: unknown[] = Array.isArray(value) ? value : typeof value === 'string' && type === '[]:text' ? [value] : refuseIt('be a list');
    return items.forEach((item, index) => walk([...path, String(index)], item, type.slice(2), propOf));
  }
  if (!isRecord(value)) return TEXTUAL.includes(type) && typeof value === 'string' ? undefined : refuseIt('be a map');
  if (type.startsWith('{}')) return Object.entries(value).forEach(([key, member]) => walk([...path, key], member, type.slice(2), propOf));
  walkMap(path, value, type, propOf);
}

/** What has no parts, and names with texts. */
function checkText(value: unknown, type: string, refuseIt: (rule: string) => never): void {
  const plain = PLAIN[type];
  if (plain !== undefined && !plain[1](value)) refuseIt(plain[0]);
  if (type !== ':pairs') return;
  if (typeof value !== 'object') refuseIt('be a map of names and texts');
  const members: unknown[] = Array.isArray(value) ? value.map(pair => (pair as Fields | null)?.value as unknown) : Object.values(value as Fields);
  if (members.some(member => member !== null && member !== undefined && typeof member !== 'string')) refuseIt('have texts as values: what is none belongs in quotes');
}

function walkMap(path: Path, value: Fields, type: string, propOf: (path: Path) => string): void {
  const optional = type.startsWith('?');
  const keys = KNOWN_KEYS[optional ? type.slice(1) : type] ?? '*';
  const known = new Map([...keys.split(' '), ...(optional ? ['enabled=:bool'] : [])].map(key => key.split('=', 2) as [string, string | undefined]));
  for (const [key, member] of Object.entries(value)) {
    if (!known.has(key) && !known.has('*')) refuseKey(path.join('.'), key, [...known.keys()], propOf([...path, key]));
    walk([...path, key], member, known.get(key), propOf);
  }
}
