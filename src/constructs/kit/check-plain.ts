import { checkObject, refuse } from './check';

/** Refuses what YAML cannot say, at any depth: it would be written as something else, or as nothing. */
export function checkPlain(prop: string, value: unknown): { readonly [key: string]: any } {
  visit(prop, [], checkObject(prop, value));
  return value as { readonly [key: string]: any };
}

function visit(prop: string, path: readonly string[], value: unknown): void {
  if (value === undefined || value === null || ['string', 'boolean', 'number'].includes(typeof value)) return;
  const kind = kindOf(value);
  if (kind !== undefined) refuse(prop, `${path.join('.')}: ${kind}`, 'be a map, a list, a text, a number, true, false or null');
  if (typeof value === 'object') Object.entries(value).forEach(([key, member]) => visit(prop, [...path, key], member));
}

/** What a value is that is no plain one. */
function kindOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return `a ${typeof value}`;
  if (Object.hasOwn(value, '__proto__')) return 'a map with the key __proto__';
  const prototype: object | null = Object.getPrototypeOf(value);
  // By the shape of what it inherits from, as objects of another realm are plain, too.
  const plain = Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
  return plain ? undefined : `a ${prototype.constructor.name}`;
}
