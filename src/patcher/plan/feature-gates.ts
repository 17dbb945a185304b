import { CommandLine, Flag } from './command-line';
import { Manifest } from './manifest';
import { Edit, replaceText, textRange } from './splice';

export interface Gate {
  readonly name: string;
  /** As Go's strconv.ParseBool reads it; undefined for anything else. */
  readonly on: boolean | undefined;
  readonly flag: Flag;
}

/** All gates of all `--feature-gates` flags, which add up. Since 1.31 a gate may name its component: `kube:Gate=true`. */
export function featureGates(line: CommandLine): Gate[] {
  return line.flags.filter(flag => flag.name === 'feature-gates').flatMap(flag => flag.value.split(',').flatMap(entry => {
    const [, name, value] = /^\s*(?:\w+:)?(\w+)\s*=\s*(\w+)\s*$/.exec(entry) ?? [];
    return name === undefined ? [] : [{ name, on: parseBool(value!), flag }];
  }));
}

/** One more gate in a flag that exists. */
export function withGate(manifest: Manifest, flag: Flag, gate: string, container: number): Edit {
  const { node, text, list, index } = flag.item;
  const quoted = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE';
  const at = textRange(manifest, node)[1] - (quoted ? 1 : 0);
  const added = (flag.value === '' ? '' : ',') + gate;
  return { from: at, to: at, text: added, means: pod => { pod.spec.containers[container]![list]![index] = text + added; } };
}

/** The inverse of `withGate`, wherever in the flag the gate is by now. */
export function withoutGate(manifest: Manifest, flag: Flag, gate: string, container: number): Edit {
  const { node, text, list, index } = flag.item;
  const source = manifest.text.slice(...textRange(manifest, node));
  const rest = withoutEntry(source, gate);
  return replaceText(manifest, node, rest, pod => { pod.spec.containers[container]![list]![index] = withoutEntry(text, gate); });
}

function withoutEntry(text: string, gate: string): string {
  const found = [`,${gate}`, `${gate},`, gate].find(part => text.includes(part));
  return found === undefined ? text : text.replace(found, () => '');
}

function parseBool(text: string): boolean | undefined {
  if (/^(1|t|T|true|TRUE|True)$/.test(text)) return true;
  return /^(0|f|F|false|FALSE|False)$/.test(text) ? false : undefined;
}
