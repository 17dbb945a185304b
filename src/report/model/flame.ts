import { API_SERVER, explain } from './causes';
import { FlameNode } from './page';
import { isEtcd } from './producer';
import { isWrapper, SpanKind } from './span-kind';
import { Request, Survey } from './survey';
import { Tree } from './tree';

/** Hostile spans have as many names as there are spans. */
const MOST_FRAMES = 20_000;
/** As many as a browser draws at once without a pause. */
const MOST_DRAWN = 1_500;
const DEEPEST = 60;
const OTHERS = '(other)';

interface Frame {
  readonly node: FlameNode;
  readonly below: Map<string, Frame>;
  readonly depth: number;
}

/** Sums up the critical paths of requests: frames of the same name below the same frame are one. */
export class Flame {
  private readonly top = frame('all requests', '', 0);
  private frames = 1;

  constructor(private readonly survey: Survey, private readonly clusters: boolean) {}

  public add({ trace, place, name, cluster }: Request): void {
    const { table, kindOf } = this.survey;
    const tree = this.survey.treeOf(trace);
    const { path: { before, between }, cause } = explain(table, kindOf, tree, place);
    const above = this.clusters ? this.child(this.top, cluster || '(no name)', '') : this.top;
    const request = this.child(above, `${name.verb} ${name.resource}`, API_SERVER);
    this.top.node.n++;
    if (above !== this.top) above.node.n++;
    const open = [{ i: place, parent: request }];
    for (let next = open.pop(); next; next = open.pop()) {
      const { i, parent } = next;
      const kind = kindOf(tree.spans[i]!);
      const own = cause.get(i) ?? API_SERVER;
      const [early, late] = [before.get(i)!, between.get(i) ?? 0].map(time => time / 1e6) as [number, number];
      let at = parent;
      let filter: Frame | undefined;
      if (i !== place && isWrapper(kind)) {
        // Filters hold all that comes after them: only what is before that is theirs.
        if (early > 0) spend(filter = this.child(parent, kind === 'filter' ? 'filters' : kind, own), early);
        parent.node.value += late;
      } else {
        if (i !== place) at = this.child(parent, this.label(tree, i, kind), own);
        spend(at, early + late);
      }
      for (const child of tree.children[i]!) {
        if (!before.has(child)) continue;
        const calls = filter !== undefined && kindOf(tree.spans[child]!) === 'http-client';
        open.push({ i: child, parent: calls ? filter! : at });
      }
    }
  }

  /** What is too narrow to be seen is one frame. */
  public get tree(): FlameNode {
    const totals = new Map<FlameNode, number>();
    const all: FlameNode[] = [];
    const visit = (node: FlameNode): number => {
      all.push(node);
      const total = node.children.reduce((sum, child) => sum + visit(child), node.value);
      totals.set(node, total);
      return total;
    };
    visit(this.top.node);
    const sorted = all.map(node => totals.get(node)!).sort((a, b) => b - a);
    const least = Math.max(sorted[MOST_DRAWN] ?? 0, (sorted[0] ?? 0) / 10_000);
    const cut = (node: FlameNode): FlameNode => {
      const narrow = node.children.filter(child => totals.get(child)! <= least);
      const children = node.children.filter(child => totals.get(child)! > least).map(cut).sort((a, b) => totalOf(b) - totalOf(a));
      const rest = narrow.reduce((sum, child) => sum + totals.get(child)!, 0);
      if (rest > 0) children.push({ name: OTHERS, value: rounded(rest), n: narrow.reduce((sum, { n }) => sum + n, 0), cause: '', children: [] });
      return { ...node, value: rounded(node.value), children };
    };
    return cut(this.top.node);
  }

  private child(parent: Frame, name: string, cause: string): Frame {
    if (parent.depth >= DEEPEST) return parent;
    const found = parent.below.get(name);
    if (found) return found;
    if (this.frames >= MOST_FRAMES) return parent.below.get(OTHERS) ?? this.append(parent, OTHERS, '');
    this.frames++;
    return this.append(parent, name, cause);
  }

  private append(parent: Frame, name: string, cause: string): Frame {
    const made = frame(name, cause, parent.depth + 1);
    parent.below.set(name, made);
    parent.node.children.push(made.node);
    return made;
  }

  private label(tree: Tree, i: number, kind: SpanKind): string {
    const { table } = this.survey;
    const row = tree.spans[i]!;
    const name = table.texts.text(table.name[row]!);
    const producer = this.survey.producer(row);
    if (kind === 'webhook') return `${name} ${table.texts.text(table.label[row]!)}`;
    return isEtcd(producer) ? `etcd ${producer.instance}: ${name}` : name;
  }
}

function frame(name: string, cause: string, depth: number): Frame {
  return { node: { name, value: 0, n: 0, cause, children: [] }, below: new Map(), depth };
}

function spend({ node }: Frame, time: number): void {
  node.value += time;
  node.n++;
}

function totalOf(node: FlameNode): number {
  return node.children.reduce((sum, child) => sum + totalOf(child), node.value);
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
