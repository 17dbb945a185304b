import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { certificateLease, KUBEADM_CONFIG } from '../../patch-spec/layout';
import type { PatchSpec } from '../../patch-spec/patch-spec';
import { ClusterObject } from '../kit/cluster-object';

/** Where kubelet puts the mirror pods of the control plane. */
const STATIC_PODS_NAMESPACE = 'kube-system';

export interface PatchAccessOptions {
  readonly spec: PatchSpec;
  readonly serviceAccount: { readonly namespace: string; readonly name: string };
  readonly labels: Record<string, string>;
  readonly annotations?: Record<string, string>;
}

/** What the program may ask of the API server: the least that its work needs. */
export class PatchAccess extends Construct {
  constructor(scope: Construct, id: string, private readonly options: PatchAccessOptions) {
    super(scope, id);
    const { spec, serviceAccount: { name, namespace } } = options;
    // Outside of its own namespace it may meet that of another patch.
    const elsewhere = namespace === STATIC_PODS_NAMESPACE ? name : `${name}-${namespace}`;

    const leases = [spec.lease, ...spec.componentTls ? [certificateLease(spec.lease)] : []];
    this.grant('runs', name, spec.lease.namespace, [
      // What is not there yet cannot be named, so that creating is not limited to one Lease.
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], resourceNames: leases.map(lease => lease.name), verbs: ['get', 'update'] },
      { apiGroups: ['batch'], resources: ['jobs'], verbs: ['list', 'delete'] },
    ]);
    this.grant('static-pods', `${elsewhere}-static-pods`, STATIC_PODS_NAMESPACE, [
      { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
    ]);
    if (spec.collector.kind === 'service') {
      this.grant('collector', `${elsewhere}-collector-address`, spec.collector.namespace, [
        { apiGroups: [''], resources: ['services'], resourceNames: [spec.collector.name], verbs: ['get'] },
        { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list'] },
      ]);
    }
    if (spec.kubeadmConfig !== undefined) {
      const verbs = spec.kubeadmConfig === 'compare' ? ['get'] : ['get', 'update'];
      this.grant('kubeadm-config', `${elsewhere}-kubeadm-config`, STATIC_PODS_NAMESPACE, [
        { apiGroups: [''], resources: ['configmaps'], resourceNames: [KUBEADM_CONFIG.name], verbs },
      ]);
    }
    this.grant('nodes', elsewhere, undefined, [
      { apiGroups: [''], resources: ['nodes'], verbs: ['list'] },
    ]);
  }

  /** A role and its binding; cluster-wide where there is no namespace. */
  private grant(id: string, name: string, namespace: string | undefined, rules: k8s.PolicyRule[]): void {
    const { labels, annotations, serviceAccount } = this.options;
    const metadata = { name, namespace, labels, annotations };
    const [type, role, binding] = namespace === undefined
      ? [ClusterObject, k8s.KubeClusterRole, k8s.KubeClusterRoleBinding] as const
      : [ApiObject, k8s.KubeRole, k8s.KubeRoleBinding] as const;
    new type(this, `${id}-role`, role.manifest({ metadata, rules }));
    new type(this, `${id}-role-binding`, binding.manifest({
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: role.GVK.kind, name },
      subjects: [{ kind: 'ServiceAccount', ...serviceAccount }],
    }));
  }
}
