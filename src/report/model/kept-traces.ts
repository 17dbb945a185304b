import { boundedRows } from './bounded-rows';
import { etcdNode } from './causes';
import { clientName } from './client-name';
import { grouped, requestText } from './make-report';
import { KeptTrace } from './page';
import { callName } from './span-kind';
import { Request, Survey } from './survey';
import { traceView } from './trace-view';

const MOST_TRACES = 200;
/** Of all of them as JSON. */
const MOST_BYTES = 3_000_000;
const SLOWEST = 20;
/** Of each kind: webhooks, clients … */
const EACH = 40;

interface Choice {
  readonly request: Request;
  readonly why: string;
}

/** Chooses the traces that somebody will want to see: the slowest of everything, and a typical one beside it. */
export class KeptTraces {
  private readonly webhooks = new Slowest();
  private readonly etcd = new Slowest();

  constructor(private readonly survey: Survey) {}

  /** Once for each request. */
  public see(request: Request): void {
    const { table, kindOf } = this.survey;
    const tree = this.survey.treeOf(request.trace);
    const open = [request.place];
    for (let i = open.pop(); i !== undefined; i = open.pop()) {
      const row = tree.spans[i]!;
      const kind = kindOf(row);
      if (kind === 'webhook') this.webhooks.add(`webhook ${table.texts.text(table.label[row]!) || '(no name)'}`, table.duration[row]!, request);
      if (kind === 'etcd') this.etcd.add(`${callName(table.texts.text(table.name[row]!))} ${etcdNode(table, tree, i)}`.trim(), table.duration[row]!, request);
      for (const child of tree.children[i]!) open.push(child);
    }
  }

  public get traces(): KeptTrace[] {
    const { table } = this.survey;
    const seen = new Set<string>();
    const kept: KeptTrace[] = [];
    let bytes = 0;
    for (const { request, why } of this.choices()) {
      const key = `${request.trace} ${request.place}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const { rows, ...view } = traceView(this.survey, request.trace, request.complete, request.place);
      const trace = { ...view, ...boundedRows(rows), why, at: Math.round(table.second * 1000 + table.start[request.row]! / 1e6) };
      bytes += JSON.stringify(trace).length;
      if (kept.length === MOST_TRACES || bytes > MOST_BYTES) break;
      kept.push(trace);
    }
    return kept.sort((a, b) => b.ms - a.ms);
  }

  private *choices(): Generator<Choice> {
    const { requests, table } = this.survey;
    const all = slowestFirst(requests);
    for (const request of all.slice(0, SLOWEST)) yield { request, why: 'among the slowest of all' };
    const groups = grouped(all, ({ cluster, name }) => [cluster, requestText(name)]).slice(0, EACH);
    for (const group of groups) yield { request: group[0]!, why: `slowest ${requestText(group[0]!.name)}` };
    yield* this.webhooks.choices();
    yield* this.etcd.choices();
    for (const group of groups) yield { request: group[Math.floor(group.length / 2)]!, why: `typical ${requestText(group[0]!.name)}` };
    for (const request of all.filter(({ row }) => table.status[row]! >= 500).slice(0, EACH)) yield { request, why: `status ${table.status[request.row]}` };
    const clientOf = ({ row }: Request) => clientName(table.texts.text(table.label[row]!));
    for (const group of grouped(all, request => [request.cluster, clientOf(request)]).slice(0, EACH)) yield { request: group[0]!, why: `slowest of ${clientOf(group[0]!)}` };
    for (const request of most(requests, ({ retries }) => retries)) yield { request, why: `${request.retries} retries` };
    for (const request of most(requests, ({ items }) => items)) yield { request, why: `${request.items} items` };
    for (const request of all.filter(({ uncached }) => uncached).slice(0, EACH)) yield { request, why: 'a list that the watch cache did not answer' };
  }
}

/** The request with the longest call, by what was called. */
class Slowest {
  private readonly byName = new Map<string, { readonly request: Request; readonly duration: number }>();

  public add(name: string, duration: number, request: Request): void {
    if ((this.byName.get(name)?.duration ?? -1) < duration) this.byName.set(name, { request, duration });
  }

  public choices(): Choice[] {
    return [...this.byName].sort(([, a], [, b]) => b.duration - a.duration).slice(0, EACH).map(([name, { request }]) => ({ request, why: `slowest call: ${name}` }));
  }
}

function slowestFirst(requests: readonly Request[]): Request[] {
  return [...requests].sort((a, b) => b.duration - a.duration);
}

function most(requests: readonly Request[], of: (request: Request) => number): Request[] {
  return requests.filter(request => of(request) > 0).sort((a, b) => of(b) - of(a)).slice(0, 10);
}
