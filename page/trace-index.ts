import { TraceDialog } from './trace-dialog';
import { KeptTrace } from '../src/report/model/page';
import { SpanRow } from '../src/report/model/report';

/** Finds the kept traces that a row of a table is about. */
export class TraceIndex {
  constructor(public readonly all: readonly KeptTrace[], private readonly dialog: TraceDialog) {}

  public of(cluster: string | undefined, wanted: (trace: KeptTrace) => boolean): readonly KeptTrace[] {
    return this.all.filter(trace => inCluster(trace, cluster) && wanted(trace));
  }

  /** Those with the longest call first. */
  public withWebhook(cluster: string | undefined, name: string): readonly KeptTrace[] {
    return this.longest(cluster, row => row.cause === `webhook ${name}` && row.name.startsWith('Call '));
  }

  public withEtcd(cluster: string | undefined, name: string, node: string): readonly KeptTrace[] {
    return this.longest(cluster, row => row.name.startsWith('etcdserverpb.') && row.cause === `etcd ${name}${node === '' ? '' : ` on ${node}`}`);
  }

  /** @returns nothing where there is no such trace */
  public opener(traces: readonly KeptTrace[]): (() => void) | undefined {
    return traces.length === 0 ? undefined : () => this.dialog.open(traces);
  }

  private longest(cluster: string | undefined, wanted: (row: SpanRow) => boolean): readonly KeptTrace[] {
    const found = this.all.flatMap(trace => {
      const calls = inCluster(trace, cluster) ? trace.rows.filter(wanted) : [];
      return calls.length === 0 ? [] : [{ trace, ms: Math.max(...calls.map(({ ms }) => ms)) }];
    });
    return found.sort((a, b) => b.ms - a.ms).map(({ trace }) => trace);
  }
}

function inCluster(trace: KeptTrace, cluster: string | undefined): boolean {
  return cluster === undefined || (trace.cluster ?? '(no name)') === cluster;
}
