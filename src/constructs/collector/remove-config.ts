import { Fields } from './collector-config';
import { checkList, checkString, refuse } from '../kit/check';

/**
 * Takes keys out of a configuration, because not every language can say `null`.
 *
 * @param paths keys with `/` between them; in a key, `~1` stands for `/` and `~0` for `~`, as in a JSON pointer
 */
export function removeConfig(config: Fields, paths: readonly string[]): Fields {
  return checkList('removeConfig', paths, checkString).reduce((rest, path) => without(rest, keysOf(path), path), config);
}

function keysOf(path: string): string[] {
  if (path === '' || path.startsWith('/') || path.endsWith('/') || /~(?![01])/.test(path)) {
    refuse('removeConfig', path, 'be keys with "/" between them, such as processors/transform~1x: in a key, ~1 stands for "/" and ~0 for "~"');
  }
  return path.split('/').map(key => key.replace(/~1/g, '/').replace(/~0/g, '~'));
}

function without(value: any, [key, ...rest]: readonly string[], path: string): any {
  const place = placeOf(value, key!);
  if (place === undefined) return refuse('removeConfig', path, `lead to something in the configuration: ${hint(value, key!)}`);
  if (Array.isArray(value)) {
    const index = Number(place);
    return rest.length === 0
      ? value.filter((_, other) => other !== index)
      : value.map((item, other) => other === index ? without(item, rest, path) : item);
  }
  const { [place]: inner, ...others } = value as Fields;
  // In its place, so that the order of keys stays.
  return rest.length === 0
    ? others
    : Object.fromEntries(Object.entries(value).map(([name, member]) => [name, name === place ? without(inner, rest, path) : member]));
}

/** A key of a map; in a list the text of an item, or its number. */
function placeOf(value: unknown, key: string): string | undefined {
  if (Array.isArray(value)) {
    const index = value.includes(key) ? value.indexOf(key) : /^(0|[1-9]\d*)$/.test(key) ? Number(key) : -1;
    return index in value ? String(index) : undefined;
  }
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? key : undefined;
}

function hint(value: unknown, key: string): string {
  if (typeof value !== 'object' || value === null) return `there is nothing below it to call ${key}`;
  const names = Array.isArray(value) ? value.map((item, index) => typeof item === 'string' ? item : String(index)) : Object.keys(value);
  return `at ${key} there are only ${names.map(name => name.replace(/~/g, '~0').replace(/\//g, '~1')).join(', ') || 'no keys'}`;
}
