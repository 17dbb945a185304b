import { etcdNode } from './causes';
import { isApiServer, isEtcd, Producer } from './producer';
import { RequestName, requestName } from './request-name';
import { callName, isCacheList, isRequestName, isStorageList, SpanKind, spanKind } from './span-kind';
import { SpanTable } from './span-table';
import { SpansByTrace } from './spans-by-trace';
import { Tallies } from './tally';
import { Tree, tree } from './tree';

/** A minute: no request takes longer by itself, so it is a watch whose URL was taken out. */
const LONG = 60e9;
const SERVER = 2;

/** A request, in few words; its tree is built again where it is needed. */
export interface Request {
  readonly row: number;
  readonly trace: number;
  /** In the trace's tree. */
  readonly place: number;
  readonly cluster: string;
  readonly name: RequestName;
  readonly duration: number;
  readonly complete: boolean;
  /** Attempts of GuaranteedUpdate beyond the first. */
  readonly retries: number;
  readonly uncached: boolean;
  readonly items: number;
}

/** One pass over all traces: requests, and the calls within them. */
export class Survey {
  public readonly requests: Request[] = [];
  public readonly webhooks = new Tallies();
  public readonly etcd = new Tallies();
  public readonly authentications: number[] = [];
  public readonly otherServices = new Map<string, number>();
  public duplicates = 0;
  public incomplete = 0;
  public long = 0;
  public background = 0;
  public skew = 0;
  private readonly byTrace: SpansByTrace;
  private last: { readonly trace: number; readonly tree: Tree } | undefined;
  private readonly kinds = new Map<number, SpanKind>();

  constructor(public readonly table: SpanTable, public readonly since: number | undefined) {
    this.byTrace = new SpansByTrace(table);
    for (let trace = 0; trace < table.traceIds.length; trace++) this.trace(trace, since);
  }

  /** Clients can put all of their requests into one trace: its tree is made once. */
  public treeOf(trace: number): Tree {
    if (this.last?.trace !== trace) this.last = { trace, tree: tree(this.table, this.byTrace.of(trace)) };
    return this.last.tree;
  }

  public readonly kindOf = (row: number): SpanKind => {
    const name = this.table.name[row]!;
    let kind = this.kinds.get(name);
    if (kind === undefined) this.kinds.set(name, kind = spanKind(this.table.texts.text(name)));
    return kind;
  };

  public isRequest(row: number): boolean {
    const { texts } = this.table;
    return isApiServer(this.producer(row)) && isRequestName(texts.text(this.table.name[row]!), this.table.kind[row] === SERVER);
  }

  public producer(row: number): Producer {
    return this.table.producers[this.table.producer[row]!]!;
  }

  public isComplete(trace: number): boolean {
    const made = this.treeOf(trace);
    return this.complete(made, made.parent.flatMap((parent, i) => parent < 0 ? [i] : []));
  }

  /** A client that traces, too, is the parent of a request that nobody records here. */
  private complete(made: Tree, roots: readonly number[]): boolean {
    return this.reached(made, roots) && !roots.some(i => made.parent[i] === -2 && !this.isRequest(made.spans[i]!));
  }

  private trace(trace: number, since: number | undefined): void {
    const made = this.treeOf(trace);
    if (since !== undefined && made.start[0]! < since) return;
    this.duplicates += made.duplicates;
    this.skew = Math.max(this.skew, made.skew);
    const roots = made.parent.flatMap((parent, i) => parent < 0 ? [i] : []);
    const requests = roots.flatMap(root => this.requestsUnder(made, root));
    const complete = this.complete(made, roots);
    if (requests.length === 0) this.withoutRequest(made, roots, complete);
    else if (!complete) this.incomplete++;
    for (const root of requests) this.request(made, root, trace, complete);
    this.calls(made);
  }

  /**
   * From 1.33 on a request of system:masters, the API server's own client above all, is a child of its authentication, which is over by then.
   * https://github.com/kubernetes/kubernetes/blob/v1.33.0/staging/src/k8s.io/apiserver/pkg/endpoints/filters/traces.go
   */
  private requestsUnder({ spans, children }: Tree, root: number): number[] {
    const isRequest = (i: number) => this.isRequest(spans[i]!);
    if (isRequest(root)) return [root];
    return this.kindOf(spans[root]!) === 'authentication' ? children[root]!.filter(isRequest) : [];
  }

  /** Whether no spans are each other's parents. */
  private reached({ spans, children }: Tree, roots: readonly number[]): boolean {
    let count = roots.length;
    const open = [...roots];
    for (let i = open.pop(); i !== undefined; i = open.pop()) {
      count += children[i]!.length;
      for (const child of children[i]!) open.push(child);
    }
    return count === spans.length;
  }

  private withoutRequest({ spans, parent, start, end }: Tree, roots: readonly number[], complete: boolean): void {
    const first = roots[0];
    const row = spans[first ?? 0]!;
    const producer = this.producer(row);
    const own = isApiServer(producer) || isEtcd(producer);
    if (own && !complete) {
      this.incomplete++;
    } else if (own && first !== undefined && parent[first] === -1 && this.kindOf(row) === 'authentication') {
      this.authentications.push(end[first]! - start[first]!);
    } else if (own) {
      this.background++;
    } else {
      this.otherServices.set(producer.service, (this.otherServices.get(producer.service) ?? 0) + 1);
    }
  }

  private request(made: Tree, root: number, trace: number, complete: boolean): void {
    const { table } = this;
    const row = made.spans[root]!;
    const text = (column: Int32Array) => table.texts.text(column[row]!);
    const name = requestName(text(table.method), text(table.url), text(table.name));
    const duration = table.duration[row]!;
    if (name.long || (duration >= LONG && ['list', 'get'].includes(name.verb))) {
      this.long++;
      return;
    }
    let retries = 0;
    let items = 0;
    let uncached = false;
    const open = [root];
    for (let i = open.pop(); i !== undefined; i = open.pop()) {
      const spanName = table.texts.text(table.name[made.spans[i]!]!);
      if (spanName.startsWith('GuaranteedUpdate')) {
        retries += Math.max(0, made.children[i]!.filter(child => this.isTransaction(made.spans[child]!)).length - 1);
      }
      if (isStorageList(spanName)) uncached = true;
      if (isStorageList(spanName) || isCacheList(spanName)) items = Math.max(items, table.items[made.spans[i]!]!);
      for (const child of made.children[i]!) open.push(child);
    }
    const list = name.verb === 'list';
    const { cluster } = this.producer(row);
    this.requests.push({ row, trace, place: root, cluster, name, duration, complete, retries, uncached: list && uncached, items: list ? items : 0 });
  }

  private isTransaction(row: number): boolean {
    return this.table.texts.text(this.table.name[row]!).endsWith('/Txn');
  }

  private calls(made: Tree): void {
    const { table } = this;
    made.spans.forEach((row, i) => {
      const kind = this.kindOf(row);
      if (kind !== 'webhook' && kind !== 'etcd') return;
      const failed = table.failed[row] === 1;
      const { cluster } = this.producer(row);
      if (kind === 'webhook') {
        this.webhooks.add(cluster, table.texts.text(table.label[row]!) || '(no name)', '', table.duration[row]!, failed);
        return;
      }
      const name = table.texts.text(table.name[row]!);
      // The client's span has the network in it. etcd's own counts where nobody called it from here; a watch lasts for as long as it is wanted.
      const parent = made.parent[i]!;
      if ((parent >= 0 && this.kindOf(made.spans[parent]!) === 'etcd') || /\.(?:Watch|Lease)\/(?:Watch|LeaseKeepAlive)$/.test(name)) return;
      this.etcd.add(cluster, callName(name), etcdNode(table, made, i), table.duration[row]!, failed);
    });
  }
}
