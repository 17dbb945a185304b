import { Document, isAlias, isCollection, isMap, isPair, isScalar, isSeq, Node, Pair, parseAllDocuments, parseDocument, Scalar, visit, YAMLMap, YAMLSeq } from 'yaml';
import { isTooDeep, kubeletProblem } from './kubelet-yaml';
import { Pod } from './pod';
import { PlanRefusalCode, refuse } from './refusal';

/** kubelet reads no larger file: https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/kubelet/config/file.go */
export const MAX_MANIFEST_BYTES = 10 * 1024 * 1024;

/**
 * No Pod that the API server stores is larger (https://etcd.io/docs/v3.6/dev-guide/limit/), and the YAML library takes
 * seconds and hundreds of megabytes for larger ones.
 */
const MAX_EDITED_BYTES = 512 * 1024;

/** Where a place of an edited text was in the file as it lies there. */
export interface Origin {
  readonly manifest: Manifest;
  readonly offset: (offset: number) => number;
}

/** kubelet decodes YAML 1.1, most other readers 1.2; nothing of ours may mean different things to them. */
export type YamlVersion = '1.1' | '1.2';

/**
 * One static-pod manifest: its text, what it means, and where each thing stands in it.
 * The YAML library is asked for meaning and offsets only; nothing is ever printed by it.
 */
export class Manifest {
  readonly pod: Pod;
  private readonly doc: Document;
  private otherDoc: Document | undefined;

  /** @param origin for a text that is the result of edits: what a reader knows are the lines of the file before */
  constructor(readonly file: string, readonly text: string, private readonly origin?: Origin) {
    this.doc = this.readDocument();
    this.refuseAnchors();
    const pod: unknown = this.doc.toJS();
    const problem = Pod.problemOf(pod);
    if (problem) this.refuse(problem.code, this.nearest(problem.path), problem.message);
    this.pod = pod as Pod;
    const uid = this.find(['metadata', 'uid']);
    if (uid) {
      this.refuse('pod-uid', uid, 'metadata.uid is set, and with a fixed uid kubelet does not restart the pod when its flags change: remove that line first');
    }
  }

  /** `kube-apiserver.yaml:17` */
  at(place: Node | number): string {
    const offset = typeof place === 'number' ? place : place.range![0];
    if (this.origin) return this.origin.manifest.at(this.origin.offset(offset));
    return `${this.file}:${this.text.slice(0, offset).split('\n').length}`;
  }

  refuse(code: PlanRefusalCode, place: Node | number, message: string): never {
    return refuse(code, this.at(place), message);
  }

  /** The node at a path, null where the value is empty, undefined where there is no such key. */
  find(path: readonly (string | number)[]): Node | undefined {
    return this.doc.getIn(path, true) as Node | undefined;
  }

  /** What stands at a path, or as far along it as there is something. */
  private nearest(path: readonly (string | number)[]): Node | number {
    const node = path.length === 0 ? this.doc.contents : this.find(path);
    return node?.range ? node : path.length === 0 ? 0 : this.nearest(path.slice(0, -1));
  }

  /** A list written with one item per line; undefined where the key is missing. */
  list(path: readonly (string | number)[]): YAMLSeq<Node> | undefined {
    const node = this.find(path);
    if (node === undefined) return undefined;
    return isSeq(node) && node.items.length > 0 && !node.flow ? node as YAMLSeq<Node> : this.refuseLayout(node, path);
  }

  /** A list that is only read, in whatever style; undefined where the key is missing or its value is empty. */
  sequence(path: readonly (string | number)[]): YAMLSeq<Node> | undefined {
    const node = this.find(path);
    return isSeq(node) ? node as YAMLSeq<Node> : undefined;
  }

  /** A mapping written with one key per line; undefined where the key is missing. */
  map(path: readonly (string | number)[]): YAMLMap<Scalar, Node | null> | undefined {
    const node = this.find(path);
    if (node === undefined) return undefined;
    return isMap(node) && node.items.length > 0 && !node.flow ? node as YAMLMap<Scalar, Node | null> : this.refuseLayout(node, path);
  }

  /** What the text means to a reader of that YAML version: a fresh copy each time. */
  decode(version: YamlVersion): Pod {
    if (version === '1.1') return this.doc.toJS() as Pod;
    this.otherDoc ??= parseDocument(this.text, { version, uniqueKeys: true, logLevel: 'error' });
    return this.otherDoc.toJS() as Pod;
  }

  private refuseLayout(node: Node, path: readonly (string | number)[]): never {
    const code = isCollection(node) && node.flow ? 'flow-style' : 'unexpected-shape';
    this.refuse(code, node, `${path.join('.')} must be written in block style and not be empty: write it with one item per line, or remove an empty key`);
  }

  private readDocument(): Document {
    const { file, text } = this;
    if (Buffer.byteLength(text) > MAX_MANIFEST_BYTES) refuse('too-large', file, 'the file is larger than the 10 MiB that kubelet reads');
    if (text.length > MAX_EDITED_BYTES) refuse('too-large', file, 'the file is larger than 512 KiB, which no static pod that works is: remove what does not belong there');
    if (isTooDeep(text)) refuse('unreadable-yaml', file, 'brackets or dashes are nested a hundred times and more, which no Pod has: this is no manifest');
    if (text.includes('\uFFFD')) refuse('not-utf8', file, 'the file is not valid UTF-8, so it could not be written back as it is');
    if (/^\uFEFF?\s*[{[]/.test(text)) {
      refuse('flow-style', this.at(text.search(/[{[]/)), 'the manifest is JSON or flow-style YAML: convert it to block style first, for example with "yq -P"');
    }
    const [doc, ...rest] = parseAllDocuments(text, { version: '1.1', uniqueKeys: true, strict: true, logLevel: 'error' }) as Document[];
    if (!doc?.contents) return refuse('unreadable-yaml', file, 'the file holds no YAML document');
    // Behind a last line of dashes there may be nothing.
    const other = rest.find(({ contents }) => contents !== null && !(isScalar(contents) && contents.value === null));
    if (other) this.refuse('several-documents', other.range![0], 'kubelet reads only the first YAML document of a file: remove the others');
    const error = doc.errors[0] ?? doc.warnings[0];
    if (error?.code === 'DUPLICATE_KEY') this.refuse('duplicate-key', error.pos[0], 'the same key appears twice, and kubelet takes the last one: remove the other');
    if (error) this.refuse('unreadable-yaml', error.pos[0], `not plain YAML (${error.code}): ${error.message.split('\n')[0]}`);
    const problem = kubeletProblem(text, doc);
    if (problem) this.refuse('unreadable-yaml', problem.offset, problem.message);
    if (/^\uFEFF?%/.test(text)) this.refuse('unreadable-yaml', 0, 'a YAML directive changes how the file is read: remove it');
    return doc;
  }

  private refuseAnchors(): void {
    visit(this.doc, {
      Node: (_, node) => {
        if (isAlias(node) || node.anchor) this.refuse('anchors', node, 'an anchor or alias lets one line stand in several places: write the values out');
      },
      Pair: (_, pair) => {
        const key = isPair(pair) ? (pair as Pair).key : undefined;
        if (!isScalar(key)) refuse('unexpected-shape', this.file, 'a mapping key is not a plain word');
        if (key.value === '<<' || typeof key.value === 'symbol') this.refuse('anchors', key, 'a merge key lets one line stand in several places: write the values out');
      },
    });
  }
}
