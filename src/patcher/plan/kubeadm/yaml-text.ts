import { isDeepStrictEqual } from 'util';
import { Document, isAlias, isCollection, isMap, isPair, isScalar, isSeq, Node, Pair, parse, parseAllDocuments, parseDocument, Scalar, visit, YAMLMap, YAMLSeq } from 'yaml';
import { blockLines, flowText } from './yaml-write';
import { contentEnd, lineEnd, linesAfter } from '../splice';

/** The text cannot be edited without a risk for what somebody else wrote in it. */
export class NotEditable extends Error {}

/** What goes into a mapping (with a key) or a list (without). */
export interface Entry {
  readonly key?: string;
  readonly value: unknown;
}

/** A field that had to be made, or filled: the text that stood behind its colon, null where there was no such key. */
export interface Made {
  readonly path: string;
  readonly was: string | null;
}

type Block = YAMLMap<Scalar, Node | null> | YAMLSeq<Node>;
type Field = Pair<Scalar, Node | null>;
type Value = { [key: string]: any };

/** YAML of somebody else, edited by splices: what is not edited stays byte for byte. Every edit is proven in YAML 1.1 and 1.2. */
export class YamlText {
  private readonly doc: Document;
  private readonly root: YAMLMap<Scalar, Node | null>;
  private other: Document | undefined;

  public constructor(public readonly text: string) {
    const docs = parseAllDocuments(text, { version: '1.1', uniqueKeys: true, strict: true, logLevel: 'error' });
    const [doc, ...others] = [docs].flat();
    const problem = doc?.errors[0] ?? doc?.warnings[0];
    if (problem) throw new NotEditable(`it is not plain YAML: ${problem.message.split('\n')[0]}`);
    if (!doc || others.length > 0 || !isMap(doc.contents)) throw new NotEditable('it is not one mapping');
    visit(doc, (_, node) => {
      if (isAlias(node) || isCollection(node) && (node.anchor || node.tag) || isScalar(node) && (node.anchor || node.tag)) {
        throw new NotEditable('it has anchors, aliases or tags: write the values out');
      }
    });
    this.doc = doc as Document;
    this.root = doc.contents as unknown as YAMLMap<Scalar, Node | null>;
  }

  /** As kubeadm decodes it. */
  public get value(): Value {
    return this.decode('1.1');
  }

  /** @param path of the mapping or list that the entry joins; made where it is not there */
  public add(path: readonly string[], entry: Entry): { readonly text: YamlText; readonly made?: Made } {
    let map: Block = this.root;
    for (let i = 0; i < path.length; i++) {
      const name = path.slice(0, i + 1).join('.');
      if (!isMap(map)) throw new NotEditable(`${path.slice(0, i).join('.')} is not a mapping`);
      const field: Field | undefined = fieldOf(map as YAMLMap<Scalar, Node | null>, path[i]!);
      const nested = nest(path.slice(i + 1), entry);
      const means = (root: Value) => { at(root, path.slice(0, i))[path[i]!] = nested; };
      if (!field) return { text: this.proven(this.inserted(map, { key: path[i]!, value: nested }), means), made: { path: name, was: null } };
      if (isEmpty(field.value)) {
        return { text: this.proven(this.filled(map, field, nested), means), made: { path: name, was: this.text.slice(...this.valueRange(field)) } };
      }
      if (!isCollection(field.value)) throw new NotEditable(`${name} is neither a mapping nor a list`);
      map = field.value as Block;
    }
    if (isMap(map) !== (entry.key !== undefined)) throw new NotEditable(`${path.join('.')} is not a ${isMap(map) ? 'list' : 'mapping'}`);
    return { text: this.proven(this.inserted(map, entry), root => join(at(root, path), entry)) };
  }

  /** @param was what stood in the place of fields that were made, by their paths */
  public remove(path: readonly string[], key: string | number, was: { readonly [path: string]: string | null }): YamlText {
    const chain = path.map((_, i) => this.find(path.slice(0, i + 1)) as Block);
    // From the list upwards: what holds nothing but what goes.
    let top = path.length;
    while (top > 0 && chain[top - 1]!.items.length === 1) top--;
    const made = path.map((_, i) => i).find(i => i >= top && Object.hasOwn(was, path.slice(0, i + 1).join('.')));
    if (top === path.length) return this.proven(this.without(chain.at(-1)!, key), root => leave(at(root, path), key));
    const goes = made ?? path.length - 1;
    const parent = goes === 0 ? this.root : chain[goes - 1] as YAMLMap<Scalar, Node | null>;
    const before = made === undefined ? null : was[path.slice(0, goes + 1).join('.')]!;
    if (before === null && (parent.items.length > 1 || goes === 0)) {
      return this.proven(this.without(parent, path[goes]!), root => leave(at(root, path.slice(0, goes)), path[goes]!));
    }
    // Nothing is left of it but what it was, or of the field above but an empty one.
    const [depth, text] = before === null ? [goes - 1, ' {}'] : [goes, before];
    const above = depth === 0 ? this.root : chain[depth - 1] as YAMLMap<Scalar, Node | null>;
    return this.proven(this.emptied(above, fieldOf(above, path[depth]!)!, text), root => {
      at(root, path.slice(0, depth))[path[depth]!] = parse(text || 'null', { version: '1.1' });
    });
  }

  /** Another text for a value that is written on one line; in quotes where it would be something else without. */
  public rewrite(path: readonly (string | number)[], change: (text: string) => string): YamlText {
    const node = this.find(path);
    if (!isScalar(node) || typeof node.value !== 'string' || /^BLOCK/.test(String(node.type)) || this.text.slice(...range(node)).includes('\n')) {
      throw new NotEditable(`${path.join('.')} is not a text on one line`);
    }
    const value = change(node.value);
    const [from, to] = range(node);
    const source = this.text.slice(from, to);
    const plain = node.type === 'PLAIN';
    const text = plain ? change(source) : source[0]! + change(source.slice(1, -1)) + source[0]!;
    // In brackets, a comma ends a text without quotes.
    const inBrackets = plain && (this.find(path.slice(0, -1)) as Block).flow;
    const read = (version: '1.1' | '1.2') => parse(inBrackets ? `[${text}]` : text, { version, logLevel: 'silent' }) as unknown;
    const same = [read('1.1'), read('1.2')].every(seen => isDeepStrictEqual(seen, inBrackets ? [value] : value));
    return this.proven(this.spliced(from, to, same ? text : JSON.stringify(value)), root => { at(root, path.slice(0, -1))[path.at(-1)!] = value; });
  }

  private find(path: readonly (string | number)[]): Node | null | undefined {
    return this.root.getIn(path, true) as Node | null | undefined;
  }

  /** A fresh copy each time. */
  private decode(version: '1.1' | '1.2'): Value {
    if (version === '1.1') return this.doc.toJS() as Value;
    this.other ??= parseDocument(this.text, { version, logLevel: 'error' });
    return this.other.toJS() as Value;
  }

  private spliced(from: number, to: number, text: string): string {
    return this.text.slice(0, from) + text + this.text.slice(to);
  }

  private proven(text: string, means: (root: Value) => void): YamlText {
    const result = new YamlText(text);
    for (const version of ['1.1', '1.2'] as const) {
      const expected = this.decode(version);
      means(expected);
      if (!isDeepStrictEqual(result.decode(version), expected)) throw new NotEditable('an edit would change what is not ours');
    }
    return result;
  }

  /** At the end of a mapping or list that is not empty. */
  private inserted(into: Block, { key, value }: Entry): string {
    if (into.flow) {
      const end = contentEnd(into.items.length === 0 ? into : lastOf(into));
      return this.spliced(end, end, `, ${key === undefined ? flowText(value) : `${key}: ${flowText(value)}`}`);
    }
    const column = this.columnOf(into);
    const lines = blockLines(key === undefined ? [value] : { [key]: value }).map(line => ' '.repeat(column) + line);
    const { from, to, text } = linesAfter(this.text, contentEnd(into), lines);
    return this.spliced(from, to, text);
  }

  /** A field without a value, or with an empty one, gets one. */
  private filled(parent: Block, field: Field, value: unknown): string {
    const [colon, end] = this.valueRange(field);
    if (parent.flow) return this.spliced(colon, end, ` ${flowText(value)}`);
    const bare = this.spliced(colon, end, '');
    const column = this.columnOf(parent) + (Array.isArray(value) ? 0 : 2);
    const { from, to, text } = linesAfter(bare, colon, blockLines(value).map(line => ' '.repeat(column) + line));
    return bare.slice(0, from) + text + bare.slice(to);
  }

  /** The inverse of `filled`. */
  private emptied(parent: Block, field: Field, was: string): string {
    const [colon, end] = this.valueRange(field);
    const value = field.value as Block;
    if (parent.flow || value.flow) return this.spliced(colon, end, was);
    const [from, to] = this.lines(this.startOf(value), contentEnd(value));
    return this.text.slice(0, colon) + was + this.text.slice(colon, from) + this.text.slice(to);
  }

  /** Without one entry of several. */
  private without(of: Block, key: string | number): string {
    const entries = of.items.map(item => {
      const [first, last] = isPair(item) ? [(item as Field).key, (item as Field).value ?? (item as Field).key] : [item, item];
      return [first.range![0], contentEnd(last)] as const;
    });
    const index = isMap(of) ? of.items.findIndex(item => (item as Field).key.value === key) : key as number;
    const [start, end] = entries[index]!;
    if (of.flow) {
      return index > 0 ? this.spliced(entries[index - 1]![1], end, '') : this.spliced(start, entries[1]?.[0] ?? end, '');
    }
    return this.spliced(...this.lines(isMap(of) ? start : this.text.lastIndexOf('-', start - 1), end), '');
  }

  /** Whole lines; where the last one has no line end, the one before has none afterwards. */
  private lines(start: number, end: number): [number, number] {
    const { text } = this;
    const from = text.lastIndexOf('\n', start - 1) + 1;
    if (!/^\uFEFF? *$/.test(text.slice(from, start))) throw new NotEditable('a line that was added shares its line with something else');
    const to = lineEnd(text, end);
    return to === text.length && !text.endsWith('\n') ? [from - /(\r?\n)?$/.exec(text.slice(0, from))![0].length, to] : [from, to];
  }

  /** From behind the colon to the end of the value. */
  private valueRange({ key, value }: Field): [number, number] {
    const colon = key.range![1] + this.text.slice(key.range![1]).indexOf(':') + 1;
    return [colon, Math.max(colon, value?.range ? contentEnd(value) : colon)];
  }

  private startOf(block: Block): number {
    return isSeq(block) ? this.text.lastIndexOf('-', (block.items[0] as Node).range![0] - 1) : ((block.items[0] as Field).key.range![0]);
  }

  private columnOf(block: Block): number {
    const start = this.startOf(block);
    return this.text.slice(this.text.lastIndexOf('\n', start - 1) + 1, start).replace(/^\uFEFF/, '').length;
  }
}

function fieldOf(map: YAMLMap<Scalar, Node | null>, name: string): Field | undefined {
  return map.items.find(({ key }) => isScalar(key) && key.value === name) as Field | undefined;
}

function lastOf(block: Block): Node {
  const last: unknown = block.items.at(-1);
  return isMap(block) ? ((last as Field).value ?? (last as Field).key) : last as Node;
}

function range(node: Node): [number, number] {
  return [node.range![0], node.range![1]];
}

function isEmpty(node: Node | null | undefined): boolean {
  return !node || isScalar(node) && node.value === null || isCollection(node) && node.items.length === 0;
}

function nest(path: readonly string[], entry: Entry): unknown {
  if (path.length > 0) return { [path[0]!]: nest(path.slice(1), entry) };
  return entry.key === undefined ? [entry.value] : { [entry.key]: entry.value };
}

function at(root: Value, path: readonly (string | number)[]): Value {
  return path.reduce<Value>((value, key) => value[key] as Value, root);
}

function join(to: Value, { key, value }: Entry): void {
  if (key === undefined) (to as unknown[]).push(value);
  else to[key] = value;
}

function leave(from: Value, key: string | number): void {
  if (Array.isArray(from)) from.splice(key as number, 1);
  else delete from[key];
}
