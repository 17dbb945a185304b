import { refuseKey } from './check-shape';
import { Fields } from './collector-config';
import { KNOWN_COMPONENTS, KNOWN_KEYS } from './known-keys';

const SECTIONS = ['receivers', 'processors', 'exporters', 'extensions'];

/**
 * Refuses keys that the Collector does not know, at any level, in its telemetry and in the components that this library writes. Of others it knows nothing.
 *
 * @param propOf the prop that a path comes from
 */
export function checkKeys(config: Fields, propOf: (path: readonly string[]) => string): void {
  for (const section of SECTIONS) {
    for (const [id, component] of Object.entries(config[section] ?? {})) {
      walk([section, id], component, KNOWN_COMPONENTS[`${section}/${id.split('/')[0]!}`], propOf);
    }
  }
  walk(['service', 'telemetry'], config.service.telemetry, KNOWN_COMPONENTS['service/telemetry'], propOf);
}

function walk(path: readonly string[], value: unknown, type: string | undefined, propOf: (path: readonly string[]) => string): void {
  if (type === undefined || value === null || value === undefined) return;
  if (typeof value !== 'object') {
    // Some components take a text for what is otherwise a map.
    return;
  }
  if (type.startsWith('*')) {
    // A list, or a map of any keys.
    return Object.entries(value).forEach(([key, member]) => walk([...path, key], member, type.slice(1), propOf));
  }
  const optional = type.startsWith('?');
  const keys = KNOWN_KEYS[optional ? type.slice(1) : type] ?? '*';
  const known = new Map([keys, ...(optional ? ['enabled'] : [])].join(' ').split(' ')
    .map(key => key.split('=', 2) as [string, string | undefined]));
  for (const [key, member] of Object.entries(value)) {
    if (!known.has(key) && !known.has('*')) refuseKey(path.join('.'), key, [...known.keys()], propOf([...path, key]));
    walk([...path, key], member, known.get(key), propOf);
  }
}
