import { criticalPath, SelfTimes } from './critical-path';
import { isEtcd } from './producer';
import { callName, isSticky, SpanKind } from './span-kind';
import { SpanTable } from './span-table';
import { Tree } from './tree';

/** What time is spent for, such as `webhook slow.policy.example.com`; and how many nanoseconds. */
export type Causes = ReadonlyMap<string, number>;

export const API_SERVER = 'API server';

export interface Explained {
  readonly causes: Causes;
  /** By place in the tree: nanoseconds on the critical path. */
  readonly self: ReadonlyMap<number, number>;
  readonly path: SelfTimes;
  /** By place in the tree, for what is below the root. */
  readonly cause: ReadonlyMap<number, string>;
}

/** Why the request below `root` took its time. */
export function explain(table: SpanTable, kindOf: (row: number) => SpanKind, tree: Tree, root: number): Explained {
  const path = criticalPath(tree, root);
  const { before, between } = path;
  const cause = new Map<number, string>();
  const self = new Map<number, number>();
  const causes = new Map<string, number>();
  const add = (name: string, time: number) => { if (time > 0) causes.set(name, (causes.get(name) ?? 0) + time); };
  const open: { readonly i: number; readonly inherited: string | undefined }[] = [{ i: root, inherited: undefined }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { i, inherited } = next;
    const kind = kindOf(tree.spans[i]!);
    const own = inherited ?? label(table, tree, i, kind, i === root ? undefined : kindOf(tree.spans[tree.parent[i]!]!));
    const [early, late] = [before.get(i) ?? 0, between.get(i) ?? 0];
    cause.set(i, own);
    self.set(i, early + late);
    // Filters hold all that comes after them.
    add(own, early);
    add(inherited !== undefined || isSticky(kind) || kind === 'http-client' ? own : API_SERVER, late);
    const below = inherited ?? (isSticky(kind) || kind === 'http-client' ? own : undefined);
    for (const child of tree.children[i]!) open.push({ i: child, inherited: below });
  }
  return { causes, self, path, cause };
}

function label(table: SpanTable, tree: Tree, i: number, kind: SpanKind, parent: SpanKind | undefined): string {
  const row = tree.spans[i]!;
  switch (kind) {
    case 'webhook': return `webhook ${table.texts.text(table.label[row]!) || '(no name)'}`;
    case 'etcd': return etcdLabel(table, tree, i);
    case 'kms': return `KMS ${callName(table.texts.text(table.name[row]!))}`;
    case 'http-client': return parent === 'authentication' || parent === 'authorization' ? parent : 'call to another server';
    case 'encoding': case 'queueing': case 'authentication': case 'authorization': return kind;
    default: return API_SERVER;
  }
}

/** The node is known where etcd's own span is there. */
function etcdLabel(table: SpanTable, tree: Tree, i: number): string {
  const call = `etcd ${callName(table.texts.text(table.name[tree.spans[i]!]!))}`;
  const node = etcdNode(table, tree, i);
  return node === '' ? call : `${call} on ${node}`;
}

export function etcdNode(table: SpanTable, tree: Tree, i: number): string {
  for (const at of [i, ...tree.children[i]!]) {
    const producer = table.producers[table.producer[tree.spans[at]!]!]!;
    if (isEtcd(producer)) return producer.instance;
  }
  return '';
}
