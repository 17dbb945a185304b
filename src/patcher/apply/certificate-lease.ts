import { endOf } from './certificates';
import { Cluster } from './cluster';
import { certificateLease } from '../../patch-spec/layout';
import { ObjectName, PatchSpec } from '../../patch-spec/patch-spec';
import { Host } from '../host/host';
import { KubeApi, KubeApiError, KubeObject } from '../host/kube-api';
import { Certificates } from '../plan/certificates';

interface Lease extends KubeObject { readonly spec?: { readonly [field: string]: unknown } }

const ATTEMPTS = 20;

/**
 * Says in the cluster until when the certificates on its nodes are valid. In a Lease, because kube-state-metrics shows the time of every Lease
 * (`kube_lease_renew_time`), so that an alert needs nothing that is not there already.
 */
export class CertificateLease {
  private readonly name: ObjectName;
  private readonly collection: string;

  public constructor(
    private readonly api: KubeApi, private readonly cluster: Cluster, private readonly host: Host, private readonly spec: PatchSpec,
  ) {
    this.name = certificateLease(spec.lease);
    this.collection = `/apis/coordination.k8s.io/v1/namespaces/${this.name.namespace}/leases`;
  }

  /** @param certificates those that every node has by now; undefined where they were taken away */
  public async write(certificates: Certificates | undefined): Promise<void> {
    if (!this.spec.componentTls) return;
    const renewTime = certificates && endOf(certificates, this.host.clock);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const { namespace, name } = this.name;
      const there = await this.cluster.find<Lease>(`${this.collection}/${name}`);
      if (there?.spec?.renewTime === renewTime) return;
      const wanted = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { namespace, name, ...there?.metadata }, spec: { renewTime } };
      try {
        await this.cluster.patiently<unknown>(() => there
          ? this.api.update(`${this.collection}/${name}`, wanted)
          : this.api.create(this.collection, wanted));
        return;
      } catch (e) {
        // The pod of another node was faster, with the same.
        if (!(e instanceof KubeApiError && e.status === 409)) throw e;
      }
    }
  }
}
