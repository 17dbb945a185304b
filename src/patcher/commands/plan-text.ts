import { createTwoFilesPatch } from 'diff';
import { ComponentPlan, Plan } from '../plan/plan';

const COLOURS: readonly (readonly [RegExp, number])[] = [[/^(\+\+\+|---)/, 1], [/^\+/, 32], [/^-/, 31], [/^@@/, 36], [/^#/, 2]];

/** Lines that begin with "#" say why; `patch` and `git apply` skip them. */
export function planText(plan: Plan, controlPlaneNodes: number): string {
  const { components, configFile, notes } = plan;
  const changed = changedOf(plan);
  const why = [...notes.map(note => `note: ${note}`), ...changed.flatMap(component => component.changes)];
  if (changed.length === 0) why.push(components.length === 0 ? 'nothing to do' : `nothing to do: ${components.map(c => c.file).join(' and ')} already as wanted`);
  const diffs = changed.map(({ file, before, after }) => unified(`a/${file}`, `b/${file}`, before, after));
  return [
    ...why.map(line => `# ${line}\n`),
    ...changed.length > 0 && configFile ? [unified('/dev/null', configFile.path, '', configFile.text)] : [],
    ...diffs,
    ...changed.length > 0 ? [`# ${summary(changed, diffs, controlPlaneNodes)}\n`] : [],
  ].join('');
}

export function changedOf({ components }: Plan): ComponentPlan[] {
  return components.filter(component => component.before !== component.after);
}

/** What one has to know before one says yes. */
function summary(changed: readonly ComponentPlan[], diffs: readonly string[], controlPlaneNodes: number): string {
  const lines = diffs.join('').split('\n').filter(line => !/^(\+\+\+|---)/.test(line));
  const count = (sign: string, what: string) => {
    const number = lines.filter(line => line.startsWith(sign)).length;
    return number === 0 ? [] : [`${number} ${number === 1 ? 'line' : 'lines'} ${what}`];
  };
  return [
    changed.length === 1 ? '1 file' : `${changed.length} files`,
    ...count('+', 'added'),
    ...count('-', 'removed'),
    changed.length === 1 ? 'one restart' : 'one restart each',
    controlPlaneNodes === 1 ? 'API away about 7 s' : 'one node at a time, API of that node away about 7 s',
  ].join(', ');
}

export function coloured(text: string): string {
  return text.split('\n').map(line => {
    const colour = COLOURS.find(([pattern]) => pattern.test(line))?.[1];
    return colour === undefined ? line : `\u001b[${colour}m${line}\u001b[0m`;
  }).join('\n');
}

function unified(oldName: string, newName: string, before: string, after: string): string {
  return createTwoFilesPatch(oldName, newName, before, after, undefined, undefined, { context: 3 }).replace(/^=+\n/, '');
}
