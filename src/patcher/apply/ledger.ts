import { Cluster } from './cluster';
import { DOMAIN } from '../../patch-spec/layout';
import { ObjectName } from '../../patch-spec/patch-spec';
import { KubeApi, KubeApiError, KubeObject } from '../host/kube-api';

/** What the pods of a Job tell each other. */
export interface RunRecord {
  /** Nodes whose pod has a clean plan. */
  readonly checkedIn: readonly string[];
  readonly done: readonly string[];
  readonly failure: { readonly node: string; readonly reason: string } | null;
}

/** The content of the Lease. */
export interface Ledger {
  /** The node whose turn it is. Never expires: a node in mid-change is no better off because time has passed. */
  readonly holder: string | null;
  /** The UID of the Job whose pods may take turns. */
  readonly active: string | null;
  readonly runs: { readonly [jobUid: string]: RunRecord };
}

interface Lease extends KubeObject { readonly spec?: { readonly holderIdentity?: string | null } }

export const NO_RECORD: RunRecord = { checkedIn: [], done: [], failure: null };

const EMPTY: Ledger = { holder: null, active: null, runs: {} };
const ANNOTATION = DOMAIN + '/runs';
const ATTEMPTS = 50;

/** The Lease through which the pods take turns; every change is a compare-and-swap on its resource version. */
export class LedgerLease {
  private readonly collection: string;

  public constructor(private readonly api: KubeApi, private readonly cluster: Cluster, private readonly name: ObjectName) {
    this.collection = '/apis/coordination.k8s.io/v1/namespaces/' + name.namespace + '/leases';
  }

  public async read(): Promise<Ledger> {
    return contentOf(await this.find());
  }

  /** Applies a change to the newest content; null leaves it as it is. @returns the content afterwards */
  public async update(change: (ledger: Ledger) => Ledger | null): Promise<Ledger> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const lease = await this.find();
      const before = contentOf(lease);
      const after = change(before);
      if (after === null) return before;
      try {
        await this.cluster.patiently(() => lease
          ? this.api.update(this.collection + '/' + this.name.name, render(this.name, lease, after))
          : this.api.create(this.collection, render(this.name, undefined, after)));
        return after;
      } catch (e) {
        // Somebody else was faster (also: our own request that succeeded without an answer); look again.
        if (!(e instanceof KubeApiError && e.status === 409)) throw e;
      }
    }
    throw new Error('the Lease ' + this.name.namespace + '/' + this.name.name + ' changes faster than it can be updated');
  }

  private find(): Promise<Lease | undefined> {
    return this.cluster.find<Lease>(this.collection + '/' + this.name.name);
  }
}

function contentOf(lease: Lease | undefined): Ledger {
  const text = lease?.metadata.annotations?.[ANNOTATION];
  const { active, runs } = text ? JSON.parse(text) as Ledger : EMPTY;
  return { holder: lease?.spec?.holderIdentity ?? null, active, runs };
}

function render(name: ObjectName, lease: Lease | undefined, { holder, active, runs }: Ledger): Lease {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name: name.name,
      namespace: name.namespace,
      ...lease?.metadata,
      annotations: { ...lease?.metadata.annotations, [ANNOTATION]: JSON.stringify({ active, runs }) },
    },
    spec: { ...lease?.spec, holderIdentity: holder },
  };
}
