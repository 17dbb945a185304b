import { isDeepStrictEqual } from 'util';
import { isMap, isPair, isSeq, Node, parse, Scalar } from 'yaml';
import { Manifest, Origin } from './manifest';
import { Pod } from './pod';
import { refuse } from './refusal';

/** One change of the text, and the same change of what the text means: the two are checked against each other. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly means: (pod: Pod) => void;
}

type Means = Edit['means'];
type Path = readonly (string | number)[];

/** New items at the end of a list that exists. */
export function appendItems(manifest: Manifest, path: Path, items: readonly (readonly string[])[], means: Means): Edit {
  const list = manifest.list(path)!;
  const indent = ' '.repeat(columnOf(manifest, list));
  const lines = items.flatMap(item => item.map((line, i) => indent + (i === 0 ? '- ' : '  ') + line));
  return { ...linesAfter(manifest.text, contentEnd(list), lines), means };
}

/** A new key at the end of a mapping that exists; the lines are indented relative to the key. */
export function appendKey(manifest: Manifest, path: Path, lines: readonly string[], means: Means): Edit {
  const map = manifest.map(path)!;
  const indent = ' '.repeat(columnOf(manifest, map));
  return { ...linesAfter(manifest.text, contentEnd(map), lines.map(line => indent + line)), means };
}

/**
 * A new list in a mapping that exists, behind the last of some keys of it, its items as far to the right as those of the list of the first such key.
 */
export function insertList(
  manifest: Manifest, path: Path, behind: readonly string[], key: string, items: readonly (readonly string[])[], means: Means,
): Edit {
  const map = manifest.map(path)!;
  const column = columnOf(manifest, map);
  const before = map.items.filter(item => behind.includes(String(item.key.value)) && item.value !== null);
  const model = before.map(({ value }) => value).find(value => isSeq(value) && !value.flow);
  const indent = ' '.repeat(column);
  const inner = ' '.repeat(model ? columnOf(manifest, model) : column);
  const lines = [`${indent}${key}:`, ...items.flatMap(item => item.map((line, i) => inner + (i === 0 ? '- ' : '  ') + line))];
  const last = before.at(-1);
  return { ...linesAfter(manifest.text, contentEnd(last ? last.value! : map), lines), means };
}

/** The whole lines of some items of a list, or of the list with its key when none would be left. */
export function removeItems(manifest: Manifest, path: Path, indices: readonly number[], means: Means): Edit[] {
  const list = manifest.list(path)!;
  if (indices.length === list.items.length) return [removeKey(manifest, path, means)];
  return indices.map((index, i) => {
    const item = list.items[index]!;
    const dash = manifest.text.lastIndexOf('-', item.range![0] - 1);
    return { ...wholeLines(manifest, dash, item), means: i === 0 ? means : () => {} };
  });
}

/** The whole lines of some keys of a mapping, or of the mapping with its own key when none would be left. */
export function removeKeys(manifest: Manifest, path: Path, keys: readonly string[], means: Means): Edit[] {
  if (keys.length === manifest.map(path)!.items.length) return [removeKey(manifest, path, means)];
  return keys.map((key, i) => removeKey(manifest, [...path, key], i === 0 ? means : () => {}));
}

export function replaceText(manifest: Manifest, node: Scalar, text: string, means: Means): Edit {
  const [from, to] = textRange(manifest, node);
  return { from, to, text, means };
}

/** Other lines for an item that is a mapping; the first one stands behind the dash. */
export function replaceItem(manifest: Manifest, node: Node, lines: readonly string[], means: Means): Edit & { readonly was: string } {
  const from = node.range![0];
  const was = manifest.text.slice(from, contentEnd(node)).replace(/\s+$/, '');
  const newline = (/\r?\n/.exec(manifest.text)?.[0] ?? '\n') + ' '.repeat(columnOf(manifest, node));
  return { from, to: from + was.length, text: lines.join(newline), means, was };
}

/** The inverse: the text as it was, and what it meant. */
export function restoreItem(manifest: Manifest, node: Node, was: string, means: (item: unknown, pod: Pod) => void): Edit {
  const item: unknown = parse(' '.repeat(columnOf(manifest, node)) + was, { version: '1.1' });
  const newline = /\r?\n/.exec(manifest.text)?.[0] ?? '\n';
  return { ...replaceItem(manifest, node, [], pod => means(item, pod)), text: was.replace(/\r?\n/g, newline) };
}

/** From the first character of an item to its last: of a block (`>-`, `|-`) without the line end that the library counts in. */
export function textRange(manifest: Manifest, node: Scalar): [from: number, to: number] {
  const [from, end] = node.range!;
  if (node.type !== 'BLOCK_FOLDED' && node.type !== 'BLOCK_LITERAL') return [from, end];
  const source = manifest.text.slice(from, end);
  if (!/^[|>]-[ \t]*(?:#.*)?\r?\n/.test(source)) {
    manifest.refuse('unexpected-shape', from, `an item that must change is written as a block (${/^\S+/.exec(source)![0]}): write it on one line`);
  }
  return [from, from + source.replace(/(?:\r?\n *)+$/, '').length];
}

/**
 * Carries the edits out, and proves the result: decoded as kubelet does (YAML 1.1) and as everybody else does (1.2),
 * before and after differ by exactly what the edits mean.
 */
export function applyEdits(manifest: Manifest, edits: readonly Edit[]): Manifest {
  if (edits.length === 0) return manifest;
  const before = manifest.text;
  let after = before;
  const inOrder = [...joinRemovals(before, edits)].sort((a, b) => a.from - b.from);
  for (const edit of [...inOrder].reverse()) after = after.slice(0, edit.from) + edit.text + after.slice(edit.to);
  const result = new Manifest(manifest.file, after, { manifest, offset: offsetBefore(inOrder) });
  for (const version of ['1.1', '1.2'] as const) {
    const expected = manifest.decode(version);
    edits.forEach(edit => edit.means(expected));
    if (!isDeepStrictEqual(result.decode(version), expected)) {
      refuse('internal', manifest.file, `the edited text does not mean what was planned (YAML ${version}); nothing is written. Please report this manifest`);
    }
  }
  if (edits.every(edit => edit.from === edit.to) && !isSubsequence(before, after)) {
    refuse('internal', manifest.file, 'an edit that only adds has changed something; nothing is written. Please report this manifest');
  }
  return result;
}

/** The place before the edits of a place after them; what was added stood nowhere, so it is where it was put. */
function offsetBefore(inOrder: readonly Edit[]): Origin['offset'] {
  return offset => {
    let shift = 0;
    for (const { from, to, text } of inOrder) {
      if (offset < from + shift) break;
      if (offset < from + shift + text.length) return from;
      shift += text.length - (to - from);
    }
    return offset - shift;
  };
}

/** Whether every character of `part` is in `whole`, in that order. */
export function isSubsequence(part: string, whole: string): boolean {
  let at = 0;
  for (let i = 0; i < whole.length && at < part.length; i++) if (whole[i] === part[at]) at++;
  return at === part.length;
}

function removeKey(manifest: Manifest, path: Path, means: Means): Edit {
  const parent = manifest.map(path.slice(0, -1))!;
  const pair = parent.items.find(item => item.key.value === path.at(-1))!;
  return { ...wholeLines(manifest, pair.key.range![0], pair.value ?? pair.key), means };
}

function wholeLines(manifest: Manifest, start: number, last: Node): Omit<Edit, 'means'> {
  const { text } = manifest;
  const from = text.lastIndexOf('\n', start - 1) + 1;
  if (!/^\uFEFF? *$/.test(text.slice(from, start))) {
    manifest.refuse('unexpected-shape', start, 'a line that was added shares its line with something else now: put it on a line of its own');
  }
  return { from, to: lineEnd(text, contentEnd(last)), text: '' };
}

/** Removals that touch are one; one that ends a file without a final newline takes the newline before it instead. */
function joinRemovals(text: string, edits: readonly Edit[]): Edit[] {
  const joined: Edit[] = [];
  for (const edit of [...edits].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last && last.from < last.to && edit.from < edit.to && last.text + edit.text === '' && last.to >= edit.from) {
      joined[joined.length - 1] = { ...last, to: Math.max(last.to, edit.to) };
    } else {
      joined.push(edit);
    }
  }
  return joined.map(edit => edit.text === '' && edit.to === text.length && !text.endsWith('\n')
    ? { ...edit, from: edit.from - /(\r?\n)?$/.exec(text.slice(0, edit.from))![0].length }
    : edit);
}

function columnOf(manifest: Manifest, node: Node): number {
  const start = node.range![0];
  const line = manifest.text.slice(manifest.text.lastIndexOf('\n', start - 1) + 1, start);
  return line.replace(/^\uFEFF/, '').length;
}

/** Where the last character of the node is, without the comments that follow it. */
export function contentEnd(node: Node): number {
  if ((isSeq(node) || isMap(node)) && !node.flow && node.items.length > 0) {
    const last: unknown = node.items.at(-1);
    return contentEnd((isPair(last) ? last.value ?? last.key : last) as Node);
  }
  return node.range![1];
}

/** Behind the newline of the line that `end` is in; `end` may be behind it already (block scalars end there). */
export function lineEnd(text: string, end: number): number {
  if (text[end - 1] === '\n') return end;
  const newline = text.indexOf('\n', end);
  return newline === -1 ? text.length : newline + 1;
}

export function linesAfter(text: string, end: number, lines: readonly string[]): Omit<Edit, 'means'> {
  const at = lineEnd(text, end);
  const previous = /\r?\n$/.exec(text.slice(0, at))?.[0];
  // The last line has no newline, and afterwards it has none either.
  const added = previous === undefined
    ? lines.map(line => (/\r?\n/.exec(text)?.[0] ?? '\n') + line)
    : lines.map(line => line + previous);
  return { from: at, to: at, text: added.join('') };
}
