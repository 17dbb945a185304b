import { Fields } from './collector-config';
import { OWN_VARIABLES } from './environment';
import { refuse } from '../kit/check';

/** `$$` is a dollar sign, and what follows it refers to nothing. */
const REFERENCE = /\$\$|\$\{([^{}]*)\}/g;

/** Refuses references to variables that nothing defines: the Collector would take them for empty, and tell nobody. */
export function checkReferredVariables(config: Fields, variables: readonly string[], propOf: (path: readonly string[]) => string): void {
  const defined = [...OWN_VARIABLES, ...variables];
  for (const [path, name] of references([], config)) {
    if (!defined.includes(name)) {
      refuse(propOf(path), `\${env:${name}}`, 'be among the environment variables that an exporter brings as \'secretEnv\', or that \'env\' names '
        + `(${variables.join(', ') || 'there are none'}), or have a default as in \${env:${name}:-}: ${path.join('.')} refers to it`);
    }
  }
}

/** Whether a configuration refers to a variable. */
export function refersTo(config: Fields, variable: string): boolean {
  return references([], config).some(([, name]) => name === variable);
}

function references(path: readonly string[], value: unknown): [path: readonly string[], variable: string][] {
  if (typeof value === 'string') {
    return [...value.matchAll(REFERENCE)].flatMap(([, reference]) => {
      const name = /^(?:env:)?([A-Za-z_][A-Za-z0-9_]*)$/.exec(reference ?? '')?.[1];
      return name === undefined ? [] : [[path, name]];
    });
  }
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, member]) => references([...path, key], member))
    : [];
}
