import { isDeepStrictEqual } from 'util';
import { parse } from 'yaml';
import { CommandLine } from './command-line';
import { withoutGate } from './feature-gates';
import { Manifest } from './manifest';
import { CONFIG_VOLUME, mountOf, volumeOf } from './mounted-files';
import { Pod, Variable } from './pod';
import { Changes, CHANGES_ANNOTATION, FIRST_RENAME_ANNOTATION } from './record';
import { Edit, removeItems, removeKeys, replaceText, restoreItem } from './splice';

type Owner = (pod: Pod) => { volumeMounts?: unknown[]; volumes?: unknown[] };

export interface Undo {
  readonly edits: readonly Edit[];
  /** What was ours and has been changed by someone else since: it stays as it is. */
  readonly left: readonly string[];
}

/** Takes out what the record names, as long as it still is what we wrote. */
export function undo(manifest: Manifest, line: CommandLine, changes: Changes): Undo {
  const edits: Edit[] = [];
  const left: string[] = [];
  const { path } = line;
  const index = path[2] as number;

  for (const { flag: name, now, was } of [...changes.verbosity ? [{ flag: 'v', ...changes.verbosity }] : [], ...changes.replaced ?? []]) {
    const flag = line.flags.filter(f => f.name === name && f.value === now).at(-1);
    if (flag) {
      const { list, index: at, node } = flag.item;
      const original = parse(was, { version: '1.1' }) as string;
      edits.push(replaceText(manifest, node, was, pod => { pod.spec.containers[index]![list]![at] = original; }));
    } else {
      left.push(`--${name}`);
    }
  }
  if (changes.gate !== undefined) {
    const gate = changes.gate;
    const flag = line.flags.find(f => f.name === 'feature-gates' && f.value.split(',').includes(gate));
    if (flag) {
      edits.push(withoutGate(manifest, flag, gate, index));
    } else {
      left.push(`--feature-gates (${gate})`);
    }
  }
  const added = (changes.args ?? []).map(arg => line.items.filter(item => item.text === arg).at(-1));
  for (const list of ['command', 'args'] as const) {
    const ours = added.filter(item => item?.list === list).map(item => item!.index);
    if (ours.length > 0) {
      edits.push(...removeItems(manifest, [...path, list], ours, pod => without(pod.spec.containers[index]!, list, ours)));
    }
  }
  left.push(...(changes.args ?? []).filter((_, i) => added[i] === undefined));

  const environment = undoVariables(manifest, line, changes);
  edits.push(...environment.edits);
  left.push(...environment.left);
  const mounts = filesOf(changes.mount, changes.mounts, mountOf, changes.mountWas);
  const volumes = filesOf(changes.volume, changes.volumes, volumeOf, changes.volumeWas);
  const files = [
    undoFiles(manifest, [...path, 'volumeMounts'], line.container.volumeMounts, mounts, pod => pod.spec.containers[index]!),
    undoFiles(manifest, ['spec', 'volumes'], manifest.pod.spec.volumes, volumes, pod => pod.spec),
  ];
  edits.push(...files.flatMap(undone => undone.edits));
  left.push(...files.flatMap(undone => undone.left));
  edits.push(...removeAnnotations(manifest, [CHANGES_ANNOTATION, FIRST_RENAME_ANNOTATION]));
  return { edits, left };
}

interface Added {
  readonly name: string;
  readonly item: unknown;
  /** The text of the item that it stands in the place of. */
  readonly was: string | undefined;
}

function filesOf(
  config: string | undefined, others: Changes['mounts'] = {}, itemOf: (path: string, name?: string) => { readonly name: string }, was: string | undefined,
): Added[] {
  const added = [
    ...config === undefined ? [] : [{ item: itemOf(config), was }],
    ...Object.entries(others).map(([name, path]) => ({ item: itemOf(path, name), was: undefined })),
  ];
  return added.map(one => ({ ...one, name: one.item.name }));
}

function undoFiles(
  manifest: Manifest, list: readonly (string | number)[], items: readonly unknown[] | undefined, added: readonly Added[], ownerOf: Owner,
): Undo {
  const key = list.at(-1) as 'volumeMounts' | 'volumes';
  const edits: Edit[] = [];
  const removed: number[] = [];
  const left: string[] = [];
  for (const { name, item: ours, was } of added) {
    const at = (items ?? []).findIndex(item => isDeepStrictEqual(item, ours));
    if (at === -1) {
      left.push(`the ${key === 'volumes' ? 'volume' : 'volume mount'}${name === CONFIG_VOLUME ? '' : ` ${name}`}`);
    } else if (was === undefined) {
      removed.push(at);
    } else {
      edits.push(restoreItem(manifest, manifest.list(list)!.items[at]!, was, (item, pod) => { ownerOf(pod)[key]![at] = item; }));
    }
  }
  if (removed.length > 0) edits.push(...removeItems(manifest, list, removed, pod => without(ownerOf(pod), key, removed)));
  return { edits, left };
}

function undoVariables(manifest: Manifest, { container, path, items }: CommandLine, { args = [], env = [], envWas = {} }: Changes): Undo {
  const there = container.env ?? [];
  const index = path[2] as number;
  const places = env.map(variable => there.map(item => isDeepStrictEqual(item, variable)).lastIndexOf(true));
  const left = env.filter((_, i) => places[i] === -1).map(({ name }) => `the variable ${name}`);
  const otherItems = items.map(({ text }) => text).filter(text => !args.includes(text));
  const others = JSON.stringify([otherItems, there.filter((_, i) => !places.includes(i))]);
  const edits: Edit[] = [];
  const removed: number[] = [];
  env.forEach(({ name }, i) => {
    const at = places[i]!;
    const was = Object.hasOwn(envWas, name) ? envWas[name] : undefined;
    if (at === -1) return;
    if (was !== undefined) {
      edits.push(restoreItem(manifest, manifest.list([...path, 'env'])!.items[at]!, was, (item, pod) => { pod.spec.containers[index]!.env![at] = item as Variable; }));
    } else if (others.includes(`$(${name})`)) {
      left.push(`the variable ${name}, which others refer to by now,`);
    } else {
      removed.push(at);
    }
  });
  if (removed.length > 0) edits.push(...removeItems(manifest, [...path, 'env'], removed, pod => without(pod.spec.containers[index]!, 'env', removed)));
  return { edits, left };
}

export function removeAnnotations(manifest: Manifest, keys: readonly string[]): Edit[] {
  const there = keys.filter(key => Object.hasOwn(manifest.pod.metadata.annotations ?? {}, key));
  return there.length === 0 ? [] : removeKeys(manifest, ['metadata', 'annotations'], there, ({ metadata }) => {
    there.forEach(key => delete metadata.annotations![key]);
    if (Object.keys(metadata.annotations!).length === 0) delete metadata.annotations;
  });
}

/** A list that loses its last item goes as a whole: an empty one was never there, since empty lists are refused. */
function without<K extends string>(owner: { [key in K]?: unknown[] }, key: K, indices: readonly number[]): void {
  owner[key] = owner[key]!.filter((_, i) => !indices.includes(i));
  if (owner[key].length === 0) delete owner[key];
}
