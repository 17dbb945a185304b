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
  for (const { path, body } of references([], config)) {
    const shown = `\${${body.replaceAll(RESOLVED, '…')}}`;
    const { scheme, name, hasDefault } = parse(body);
    if (scheme === 'env' && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      refuse(propOf(path), shown, `name an environment variable, by letters, digits and "_": ${path.join('.')} refers to it`);
    }
    if (scheme === 'env' && !hasDefault && !defined.includes(name)) {
      refuse(propOf(path), `\${env:${name}}`, 'be among the environment variables that an exporter brings as \'secretEnv\', or that \'env\' names '
        + `(${variables.join(', ') || 'there are none'}), or have a default as in \${env:${name}:-}: ${path.join('.')} refers to it`);
    }
    const known = SCHEMES.includes(scheme) || distribution !== CollectorDistribution.K8S && !SCHEMES.includes(scheme.toLowerCase());
    if (!known) refuse(propOf(path), shown, `begin with one of ${SCHEMES.map(other => `${other}:`).join(', ')}: the Collector resolves no other (${path.join('.')})`);
  }
}

/** Whether a configuration refers to a variable, with a default or without. */
export function refersTo(config: Fields, variable: string): boolean {
  return references([], config).some(({ body }) => parse(body).scheme === 'env' && parse(body).name === variable);
}

/** What stands between the brackets of a reference. Without a scheme it is a variable. */
function parse(body: string): { scheme: string; name: string; hasDefault: boolean } {
  const [, scheme = 'env', rest = ''] = /^(?:([A-Za-z][A-Za-z0-9+.-]+):)?(.*)$/s.exec(body) ?? [];
  const [name = '', ...fallback] = rest.split(':-');
  return { scheme, name, hasDefault: fallback.length > 0 };
}

interface Reference {
  readonly path: readonly string[];
  readonly body: string;
}

function references(path: readonly string[], value: unknown): Reference[] {
  if (typeof value === 'string') return bodiesIn(value).map(body => ({ path, body }));
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, member]) => references([...path, key], member))
    : [];
}

/** `$$` is a dollar sign, and what follows it refers to nothing. */
function bodiesIn(text: string): string[] {
  const bodies: string[] = [];
  let rest = text.replaceAll('$$', '');
  for (let found = INNERMOST.exec(rest); found !== null; found = INNERMOST.exec(rest)) {
    bodies.push(found[1]!);
    rest = `${rest.slice(0, found.index)}${RESOLVED}${rest.slice(found.index + found[0].length)}`;
  }
  return bodies;
}
