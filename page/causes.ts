import { el } from './dom';

/** Classes of causes, and the words of the legend. Colours are in page.css. */
const CLASSES: readonly (readonly [RegExp, string, string])[] = [
  [/^webhook /, 'webhook', 'webhook'],
  [/^etcd /, 'etcd', 'etcd'],
  [/^queueing$/, 'queueing', 'queueing'],
  [/^(?:authentication|authorization)$/, 'auth', 'authentication, authorization'],
  [/^encoding$/, 'encoding', 'encoding'],
  [/^KMS /, 'kms', 'KMS'],
  [/^call to another server$/, 'call', 'call to another server'],
  [/^API server$/, 'api', 'API server'],
];

export function causeClass(cause: string): string {
  return CLASSES.find(([pattern]) => pattern.test(cause))?.[1] ?? 'none';
}

/** @param causes that occur */
export function legend(causes: Iterable<string>, more: readonly (readonly [string, string])[] = []): HTMLElement {
  const used = new Set([...causes].map(causeClass));
  const shown = CLASSES.filter(([, name]) => used.has(name)).map(([, name, words]) => [`bar ${name}`, words] as const);
  return el('ul', { 'class': 'legend', 'aria-label': 'Colours' }, ...[...shown, ...more].map(([name, words]) => el('li', {}, el('span', { 'class': `swatch ${name}`, 'aria-hidden': 'true' }), words)));
}
