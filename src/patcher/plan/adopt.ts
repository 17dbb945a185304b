import { isDeepStrictEqual } from 'util';
import { CommandLine, lastFlag } from './command-line';
import { asProcessSees, variableLines } from './environment';
import { Manifest } from './manifest';
import { Pod, Variable, Volume, VolumeMount } from './pod';
import { Changes } from './record';
import { Edit, replaceItem, replaceText, textRange } from './splice';
import { Flag } from '../../patch-spec/tracing-flags';

export interface Adopted {
  readonly edits: readonly Edit[];
  readonly changes: Changes;
}

/** The wanted values in the place of those of a setup made by hand. */
export function adoptFlags(manifest: Manifest, line: CommandLine, wanted: readonly Flag[], nodeName: string): Adopted {
  const edits: Edit[] = [];
  const replaced: NonNullable<Changes['replaced']>[number][] = [];
  for (const { name, value } of wanted) {
    const flag = lastFlag(line, name);
    if (!flag || asProcessSees(line.container, flag.value, nodeName) === value) continue;
    const { node, list, index } = flag.item;
    const [text, item] = flag.form === 'one item' ? [`--${name}=${value}`, `--${name}=${value}`] : [JSON.stringify(value), value];
    manifest.list([...line.path, list]);
    edits.push(replaceText(manifest, node, text, pod => { pod.spec.containers[line.path[2] as number]![list]![index] = item; }));
    replaced.push({ flag: name, now: value, was: manifest.text.slice(...textRange(manifest, node)) });
  }
  return { edits, changes: replaced.length === 0 ? {} : { replaced } };
}

/** Ours in the place of the one mount that is in the way; undefined where there is not exactly one. */
export function adoptMount(
  manifest: Manifest, line: CommandLine, others: readonly number[], wanted: VolumeMount, lines: readonly string[],
): Adopted | undefined {
  const path = [...line.path, 'volumeMounts'];
  const other = others[0]!;
  const mountsOf = (pod: Pod) => pod.spec.containers[line.path[2] as number]!.volumeMounts!;
  const node = others.length === 1 && isPlain(manifest, pod => mountsOf(pod)[other]) ? manifest.list(path)?.items[other] : undefined;
  if (!node) return undefined;
  const edit = replaceItem(manifest, node, lines, pod => { mountsOf(pod)[other] = wanted; });
  return { edits: [edit], changes: { mount: wanted.mountPath, mountWas: edit.was } };
}

/** Ours in the place of the volume of that name; undefined where another mount shows it too. */
export function adoptVolume(manifest: Manifest, other: number, wanted: Volume, lines: readonly string[]): Adopted | undefined {
  const users = manifest.pod.spec.containers.flatMap(({ volumeMounts }) => volumeMounts ?? []).filter(({ name }) => name === wanted.name);
  const shared = users.length > 1 || !isPlain(manifest, pod => pod.spec.volumes![other]);
  const node = shared ? undefined : manifest.list(['spec', 'volumes'])?.items[other];
  if (!node) return undefined;
  const edit = replaceItem(manifest, node, lines, pod => { pod.spec.volumes![other] = wanted; });
  return { edits: [edit], changes: { volume: wanted.hostPath!.path, volumeWas: edit.was } };
}

/** Ours in the place of a variable; undefined where it is not one item per line. */
export function adoptVariable(manifest: Manifest, line: CommandLine, index: number, wanted: Variable): Adopted | undefined {
  const envOf = (pod: Pod) => pod.spec.containers[line.path[2] as number]!.env!;
  const node = isPlain(manifest, pod => envOf(pod)[index]) ? manifest.list([...line.path, 'env'])?.items[index] : undefined;
  if (!node) return undefined;
  const edit = replaceItem(manifest, node, variableLines(wanted), pod => { envOf(pod)[index] = wanted; });
  return { edits: [edit], changes: { env: [wanted], envWas: { [wanted.name]: edit.was } } };
}

/** Whether it means the same to every reader of YAML, so that it can be given back. */
function isPlain(manifest: Manifest, part: (pod: Pod) => unknown): boolean {
  return isDeepStrictEqual(part(manifest.pod), part(manifest.decode('1.2')));
}
