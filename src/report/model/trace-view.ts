import { causesOf } from './cause-shares';
import { API_SERVER, Explained, explain } from './causes';
import { clientName } from './client-name';
import { milliseconds } from './quantile';
import { SpanRow, TraceView } from './report';
import { requestName } from './request-name';
import { isWrapper } from './span-kind';
import { Survey } from './survey';
import { Tree } from './tree';

/**
 * A trace as a waterfall; spans whose parent is missing start at the left.
 *
 * @param root of one request, where only that is wanted: there may be thousands in one trace
 */
export function traceView(survey: Survey, trace: number, complete: boolean, root?: number): TraceView {
  const { table } = survey;
  const tree = survey.treeOf(trace);
  const roots = root !== undefined ? [root] : tree.parent.flatMap((parent, i) => parent < 0 ? [i] : []);
  const requests = roots.filter(i => survey.isRequest(tree.spans[i]!));
  const [main = roots[0] ?? 0] = [...requests].sort((a, b) => (tree.end[b]! - tree.start[b]!) - (tree.end[a]! - tree.start[a]!));
  const explained = explain(table, survey.kindOf, tree, main);
  const row = tree.spans[main]!;
  const text = (column: Int32Array) => table.texts.text(column[row]!);
  const isRequest = requests.length > 0;
  const { verb, resource } = requestName(text(table.method), text(table.url), text(table.name));
  const producer = survey.producer(row);
  return {
    traceId: table.traceIds[trace] ?? '',
    ...producer.cluster !== '' && { cluster: producer.cluster },
    request: isRequest ? `${verb} ${resource}` : '',
    url: isRequest ? text(table.url) : '',
    client: isRequest ? clientName(text(table.label)) : '',
    status: table.status[row]!,
    start: isoTime(table.second, table.start[row]!),
    ms: milliseconds(table.duration[row]!),
    complete,
    causes: causesOf(explained.causes),
    rows: rows(survey, tree, [main, ...roots.filter(i => i !== main)], explained),
  };
}

export function isoTime(second: number, nanoseconds: number): string {
  const date = new Date(second * 1000 + nanoseconds / 1e6);
  return Number.isNaN(date.getTime()) ? 'unknown' : date.toISOString();
}

/** Where most of the time was spent: the webhook's own span rather than the client's below it. */
function culpritOf({ parent }: Tree, self: Explained['self'], cause: Explained['cause'], root: number): number {
  let culprit = root;
  let most = 0;
  for (const [i, time] of self) {
    if (time > most) [culprit, most] = [i, time];
  }
  if (cause.get(culprit) === API_SERVER) return culprit;
  for (let above = parent[culprit]!; above >= 0 && cause.get(above) === cause.get(culprit); above = parent[culprit]!) culprit = above;
  return culprit;
}

function rows(survey: Survey, tree: Tree, roots: readonly number[], { self, cause }: Explained): SpanRow[] {
  const { table } = survey;
  const begin = tree.start[roots[0]!]!;
  const culprit = culpritOf(tree, self, cause, roots[0]!);
  const made: SpanRow[] = [];
  const open = [...roots].reverse().map(i => ({ i, depth: 0 }));
  for (let next = open.pop(); next; next = open.pop()) {
    const { i, depth } = next;
    const row = tree.spans[i]!;
    const { service, instance } = survey.producer(row);
    const kind = survey.kindOf(row);
    made.push({
      depth,
      service,
      instance,
      name: table.texts.text(table.name[row]!),
      detail: kind === 'webhook' ? table.texts.text(table.label[row]!) : '',
      startMs: milliseconds(tree.start[i]! - begin),
      ms: milliseconds(table.duration[row]!),
      selfMs: milliseconds(self.get(i) ?? 0),
      cause: cause.get(i) ?? '',
      failed: table.failed[row] === 1,
      wrapper: isWrapper(kind),
      culprit: i === culprit,
    });
    for (const child of [...tree.children[i]!].sort((a, b) => tree.start[b]! - tree.start[a]!)) open.push({ i: child, depth: depth + 1 });
  }
  return made;
}
