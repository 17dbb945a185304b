/**
 * A component of the control plane that can send spans.
 *
 * @see https://kubernetes.io/docs/concepts/cluster-administration/system-traces/
 */
export enum ControlPlaneComponent {
  /** kube-apiserver. */
  API_SERVER = 'kube-apiserver',

  /** etcd, where it runs as a static pod beside the API server. */
  ETCD = 'etcd',
}
