import { FakeApi } from './fake-api';
import { fakeHost } from './fake-host';
import { VirtualClock } from './virtual-clock';
import { PatchSpec } from '../../../../src/patch-spec/patch-spec';
import { Cluster } from '../../../../src/patcher/apply/cluster';
import { EtcdMembers } from '../../../../src/patcher/apply/etcd-members';
import { Ledger, LedgerLease } from '../../../../src/patcher/apply/ledger';
import { Turns } from '../../../../src/patcher/apply/turns';
import { Host } from '../../../../src/patcher/host/host';
import { StopRequest } from '../../../../src/patcher/host/stop-request';

export const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases';
export const JOBS = '/apis/batch/v1/namespaces/kube-system/jobs';
export const NODES = '/api/v1/nodes';
export const PODS = '/api/v1/namespaces/kube-system/pods';
const READY = { conditions: [{ type: 'Ready', status: 'True' }] };

export const SPEC: PatchSpec = {
  version: 3,
  state: 'enabled',
  runId: '',
  controlPlaneNodes: 3,
  collector: { kind: 'endpoint', host: '10.96.0.5', port: 4317 },
  apiServer: { verbosity: null },
  etcd: { serviceName: 'etcd', samplingRatePerMillion: 0 },
  identity: { nodeName: true, attributes: {} },
  manifestsDirectory: '/nowhere/manifests',
  configDirectory: '/nowhere/tracing',
  lease: { namespace: 'kube-system', name: 'tracing' },
  jobSelector: 'app=tracing',
  timing: { collectorWaitSeconds: 5, turnWaitSeconds: 900, healthSeconds: 1, etcdStartSeconds: 0, soakSeconds: 0, drainSeconds: 0 },
};

/** Control-plane nodes, three unless told otherwise, and pods of Jobs that take turns on them. */
export class ClusterOfPods {
  public readonly clock = new VirtualClock();
  public readonly api: FakeApi;
  public readonly log: string[] = [];
  /** What the manifests of the nodes say of etcd. */
  public etcd: EtcdMembers = {};
  /** Who is at work, from when to when. */
  public readonly work: { node: string; job: string; from: number; to: number }[] = [];

  public readonly spec: PatchSpec;

  public constructor(latency?: () => number, public readonly names: readonly string[] = ['a', 'b', 'c']) {
    this.api = new FakeApi(this.clock, latency);
    this.spec = { ...SPEC, controlPlaneNodes: names.length };
    for (const name of names) this.addNode(name);
    for (const uid of ['job-1', 'job-2']) this.setJob(uid, false);
  }

  public addNode(name: string, status: object = READY): void {
    this.api.put(NODES, { metadata: { name }, status });
    this.api.put(PODS, { metadata: { name: `kube-apiserver-${name}`, labels: { component: 'kube-apiserver' } }, spec: { nodeName: name }, status: READY });
  }

  public removeNode(name: string): void {
    this.api.objects.delete(`${NODES}/${name}`);
    this.api.objects.delete(`${PODS}/kube-apiserver-${name}`);
  }

  /** @param created in seconds; two Jobs of one second are equally old */
  public setJob(uid: string, finished: boolean, created = 0): void {
    const creationTimestamp = new Date(created * 1000).toISOString();
    this.api.put(JOBS, { metadata: { name: uid, uid, creationTimestamp }, status: { conditions: finished ? [{ type: 'Complete', status: 'True' }] : [] } });
  }

  public jobs(): string[] {
    return [...this.api.objects.keys()].filter(name => name.startsWith(`${JOBS}/`)).map(name => name.slice(JOBS.length + 1));
  }

  public get ledger(): Ledger {
    const lease = this.api.objects.get(`${LEASES}/tracing`) as unknown as {
      metadata: { annotations: Record<string, string> }; spec: { holderIdentity: string | null };
    };
    return { holder: lease.spec.holderIdentity, ...JSON.parse(lease.metadata.annotations['cdk8s-control-plane-tracing.github.io/runs']!) };
  }

  public host(name: string, stop = new StopRequest(this.clock)): Host {
    return fakeHost(this.clock, { stop, log: line => this.log.push(`${name}: ${line}`) });
  }

  public turns(nodeName: string, jobUid = 'job-1', host = this.host(nodeName)): Turns {
    const cluster = new Cluster(this.api.asApi, host);
    return new Turns(host, cluster, new LedgerLease(this.api.asApi, cluster, this.spec.lease), this.spec, { nodeName, jobUid });
  }

  /** A pod from start to end: what it came to. */
  public async pod(name: string, job = 'job-1', seconds = 20): Promise<string> {
    const turns = this.turns(name, job);
    await turns.checkIn(this.etcd[name]);
    const turn = await turns.take();
    if (turn.kind !== 'taken') return turn.kind;
    const from = this.clock.now();
    await this.clock.sleep(seconds * 1000);
    this.work.push({ node: name, job, from, to: this.clock.now() });
    await turns.done();
    const all = await turns.allDone();
    await turns.end();
    return all.kind;
  }

  /** Pairs that were at work at the same time. */
  public overlaps(): string[] {
    return this.work.flatMap((x, i) => this.work.slice(i + 1).filter(y => x.from < y.to && y.from < x.to).map(y => `${x.node} and ${y.node}`));
  }
}
