import { Cluster } from './cluster';
import { EtcdMembers } from './etcd-members';
import { isRecord } from '../../patch-spec/is-record';
import { DOMAIN } from '../../patch-spec/layout';
import { ObjectName } from '../../patch-spec/patch-spec';
import { KubeApi, KubeApiError, KubeObject } from '../host/kube-api';

/** What the pods of a Job tell each other. */
export interface RunRecord {
  /** Nodes whose pod has a clean plan. */
  readonly checkedIn: readonly string[];
  readonly done: readonly string[];
  /** What the manifests of the nodes that have checked in say of etcd; nothing of a node without one. */
  readonly etcd?: EtcdMembers;
  readonly failure: { readonly node: string; readonly reason: string } | null;
  /** Why all pods of this scheduled run end with nothing touched. */
  readonly notNow?: string;
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
const ANNOTATION = `${DOMAIN}/runs`;
const ATTEMPTS = 50;

/** The Lease through which the pods take turns; every change is a compare-and-swap on its resource version. */
export class LedgerLease {
  private readonly collection: string;

  public constructor(private readonly api: KubeApi, private readonly cluster: Cluster, private readonly name: ObjectName) {
    this.collection = `/apis/coordination.k8s.io/v1/namespaces/${name.namespace}/leases`;
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
          ? this.api.update(`${this.collection}/${this.name.name}`, render(this.name, lease, after))
          : this.api.create(this.collection, render(this.name, undefined, after)));
        return after;
      } catch (e) {
        // Somebody else was faster (also: our own request that succeeded without an answer); look again.
        if (!(e instanceof KubeApiError && e.status === 409)) throw e;
      }
    }
    throw new Error(`the Lease ${this.name.namespace}/${this.name.name} changes faster than it can be updated`);
  }

  private find(): Promise<Lease | undefined> {
    return this.cluster.find<Lease>(`${this.collection}/${this.name.name}`);
  }
}

function contentOf(lease: Lease | undefined): Ledger {
  const text = lease?.metadata.annotations?.[ANNOTATION];
  const { active, runs } = text ? parse(text, lease!.metadata) : EMPTY;
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

/** Somebody else has written what is there. */
export class DamagedLedger extends Error {}

function parse(text: string, { name, namespace }: Lease['metadata']): Pick<Ledger, 'active' | 'runs'> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Told below.
  }
  if (isRecord(value) && (value.active === null || typeof value.active === 'string') && isRecord(value.runs) && Object.values(value.runs).every(isRun)) {
    return value as unknown as Ledger;
  }
  throw new DamagedLedger(`the annotation ${ANNOTATION} of the Lease ${namespace}/${name} is not as this program writes it (${text.slice(0, 80)}`
    + `): when all nodes are well and no pod of a Job runs, kubectl -n ${namespace} delete lease ${name}, and ask for a new run`);
}

function isRun(value: unknown): boolean {
  const names = (list: unknown) => Array.isArray(list) && list.every(name => typeof name === 'string');
  return isRecord(value) && names(value.checkedIn) && names(value.done) && (value.failure === null || isRecord(value.failure))
    && (value.etcd === undefined || isRecord(value.etcd) && Object.values(value.etcd).every(member => isRecord(member) && typeof member.name === 'string' && names(member.knows)));
}
