import { Exchange } from './exchange';
import { isApiServer, isEtcd } from '../report/model/producer';
import { TraceView } from '../report/model/report';
import { SpanTable } from '../report/model/span-table';
import { Survey } from '../report/model/survey';
import { traceView } from '../report/model/trace-view';

/** What has arrived of one request. */
export interface TraceState {
  readonly spans: number;
  /** The request as the API server saw it, once its own span is there. */
  readonly view: TraceView | undefined;
  /** Calls to etcd whose other side is not there. */
  readonly etcdMissing: number;
}

/** @returns by trace id, for those of which anything is there */
export function traceStates(table: SpanTable, exchanges: readonly Exchange[]): Map<string, TraceState> {
  const survey = new Survey(table, undefined);
  const numbers = new Map(table.traceIds.map((id, number) => [id, number]));
  return new Map(exchanges.flatMap(({ traceId }) => {
    const number = numbers.get(traceId);
    return number === undefined ? [] : [[traceId, stateOf(survey, number)] as const];
  }));
}

function stateOf(survey: Survey, trace: number): TraceState {
  const { spans, parent, children } = survey.treeOf(trace);
  const root = spans.findIndex((row, i) => parent[i]! < 0 && survey.isRequest(row));
  const etcdMissing = spans.filter((row, i) => survey.kindOf(row) === 'etcd' && isApiServer(survey.producer(row))
    && !children[i]!.some(child => isEtcd(survey.producer(spans[child]!)))).length;
  const complete = root >= 0 && survey.isComplete(trace);
  return { spans: spans.length, view: root < 0 ? undefined : traceView(survey, trace, complete), etcdMissing };
}
