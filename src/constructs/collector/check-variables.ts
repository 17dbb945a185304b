import { Fields } from './collector-config';
import { CollectorDistribution } from './collector-distribution';
import { OWN_VARIABLES } from './environment';
import { refuse } from '../kit/check';

/** What the Collector of every distribution resolves; other builds may have more. */
const SCHEMES = ['env', 'file', 'http', 'https', 'yaml'];
/** The innermost reference of a text: the Collector begins with it. */
const INNERMOST = /\$\{([^{}]*)\}/;
/** Stands for what an inner reference becomes; no configuration holds it. */
const RESOLVED = '\0';

export interface ReferenceContext {
  readonly distribution: CollectorDistribution;
  /** Environment variables that the pods have, beside their own. */
  readonly variables: readonly string[];
}

/** Refuses references to variables that nothing defines: the Collector would take them for empty, and tell nobody. */
export function checkReferredVariables(
  config: Fields, { variables, distribution }: ReferenceContext, propOf: (path: readonly string[]) => string,
): void {
  const defined = [...OWN_VARIABLES, ...variables];
  for (const { path, text } of texts([], config)) checkSpelledReferences(text, defined, rule => refuse(propOf(path), path.join('.'), rule));
  for (const { path, body } of references([], config)) {
    const shown = `\${${body.replaceAll(RESOLVED, '…')}}`;
    const { scheme, name, fallback } = parse(body);
    if (scheme === 'env' && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      refuse(propOf(path), shown, `name an environment variable, by letters, digits and "_": ${path.join('.')} refers to it`);
    }
    if (scheme === 'env' && fallback === undefined && !defined.includes(name)) {
      refuse(propOf(path), `\${env:${name}}`, 'be among the environment variables that an exporter brings as \'secretEnv\', or that \'env\' names '
        + `(${variables.join(', ') || 'there are none'}), or have a default as in \${env:${name}:-}: ${path.join('.')} refers to it`);
    }
    const known = SCHEMES.includes(scheme) || distribution !== CollectorDistribution.K8S && !SCHEMES.includes(scheme.toLowerCase());
    if (!known) refuse(propOf(path), shown, `begin with one of ${SCHEMES.map(other => `${other}:`).join(', ')}: the Collector resolves no other (${path.join('.')})`);
  }
}

/** What looks like a reference and is none for the Collector, which would send the text itself. */
function checkSpelledReferences(text: string, defined: readonly string[], refuseIt: (rule: string) => never): void {
  const rest = withoutEscapes(text);
  const open = /\$\{[^{}]*$/.exec(rest.replace(/\$\{[^{}]*\}/g, ''))?.[0];
  if (open !== undefined) refuseIt(`close ${open} by "}", or have $$ for a dollar sign`);
  const name = [...rest.matchAll(/\$(?:([A-Za-z_][A-Za-z0-9_]*)|\(([A-Za-z_][A-Za-z0-9_]*)\))/g)].map(([, plain, inner]) => plain ?? inner!).find(other => defined.includes(other));
  if (name !== undefined) refuseIt(`name the variable as \${env:${name}}, or have $$ for a dollar sign: the Collector resolves no other spelling`);
}

/**
 * The configuration as the Collector sees it, as far as that is known here: what refers to plain variables, or falls back to a default.
 *
 * @param env the plain variables
 * @param variables the names of all
 */
export function resolveKnown(value: any, env: { readonly [name: string]: string }, variables: readonly string[]): any {
  if (typeof value === 'string') return value.includes('${') ? resolveText(value, env, variables) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(item => resolveKnown(item, env, variables));
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, resolveKnown(member, env, variables)]));
}

function resolveText(text: string, env: { readonly [name: string]: string }, variables: readonly string[]): unknown {
  const known = [...OWN_VARIABLES, ...variables];
  const resolved = text.replace(/\$\$|\$\{([^{}]*)\}/g, (whole: string, body: string | undefined) => {
    if (body === undefined) return whole;
    const { scheme, name, fallback } = parse(body);
    return scheme !== 'env' ? whole : env[name] ?? (known.includes(name) ? whole : fallback ?? whole);
  });
  // Of one reference alone the Collector reads the value as YAML.
  const alone = /^\$\{[^{}]*\}$/.test(text);
  if (alone && /^-?\d+(\.\d+)?$/.test(resolved)) return Number(resolved);
  return alone && /^(true|false)$/.test(resolved) ? resolved === 'true' : resolved;
}

/** Whether a configuration refers to a variable, with a default or without. */
export function refersTo(config: Fields, variable: string): boolean {
  return references([], config).some(({ body }) => parse(body).scheme === 'env' && parse(body).name === variable);
}

/** What stands between the brackets of a reference. Without a scheme it is a variable. */
function parse(body: string): { scheme: string; name: string; fallback: string | undefined } {
  const [, scheme = 'env', rest = ''] = /^(?:([A-Za-z][A-Za-z0-9+.-]+):)?(.*)$/s.exec(body) ?? [];
  const [name = '', ...fallback] = rest.split(':-');
  return { scheme, name, fallback: fallback.length > 0 ? fallback.join(':-') : undefined };
}

interface Reference {
  readonly path: readonly string[];
  readonly body: string;
}

function references(path: readonly string[], value: unknown): Reference[] {
  return texts(path, value).flatMap(({ path: at, text }) => bodiesIn(text).map(body => ({ path: at, body })));
}

function texts(path: readonly string[], value: unknown): { path: readonly string[]; text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  return typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([key, member]) => texts([...path, key], member)) : [];
}

function withoutEscapes(text: string): string {
  return text.replaceAll('$$', '');
}

/** `$$` is a dollar sign, and what follows it refers to nothing. */
function bodiesIn(text: string): string[] {
  const bodies: string[] = [];
  let rest = withoutEscapes(text);
  for (let found = INNERMOST.exec(rest); found !== null; found = INNERMOST.exec(rest)) {
    bodies.push(found[1]!);
    rest = `${rest.slice(0, found.index)}${RESOLVED}${rest.slice(found.index + found[0].length)}`;
  }
  return bodies;
}
