import { parseArgs } from 'util';
import { distance } from '../../patch-spec/distance';

/** A mistake on the command line: every command ends with the same status for it. */
export class UsageError extends Error {}

export interface Options<Name extends string> {
  readonly values: { readonly [name in Name]?: string };
  readonly positionals: readonly string[];
}

/** Reads options that all take a value; says which one was probably meant. @param takesFiles whether words without an option are welcome */
export function readOptions<Name extends string>(args: readonly string[], names: readonly Name[], takesFiles = false): Options<Name> {
  const options = Object.fromEntries(names.map(name => [name, { type: 'string' as const }]));
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true, allowPositionals: true });
  const values: { [name: string]: string } = {};
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    if (!(names as readonly string[]).includes(token.name)) {
      throw new UsageError(`unknown option ${token.rawName}${suggestion(token.name, names, '--')}`);
    }
    if (token.value === undefined || (!token.inlineValue && token.value.startsWith('--'))) throw new UsageError(`${token.rawName} needs a value`);
    if (values[token.name] !== undefined) throw new UsageError(`${token.rawName} is given twice: ${values[token.name]} and ${token.value}`);
    values[token.name] = token.value;
  }
  if (positionals.length > 0 && !takesFiles) throw new UsageError(`${positionals[0]} is not an option: options begin with --`);
  return { values: values as Options<Name>['values'], positionals };
}

/** `, did you mean plan?`; nothing where no name is close. */
export function suggestion(word: string, names: readonly string[], prefix = ''): string {
  const close = names.map(name => ({ name, far: word !== '' && name.startsWith(word) ? 0 : distance(word, name) }))
    .sort((a, b) => a.far - b.far)[0];
  // Short words are all near to each other.
  const alike = close !== undefined && (word.length >= 6 || word[0] === close.name[0]);
  return close && alike && close.far <= Math.max(2, word.length / 3) ? `, did you mean ${prefix}${close.name}?` : '';
}
