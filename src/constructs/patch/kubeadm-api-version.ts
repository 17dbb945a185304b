/**
 * The version of kubeadm's own configuration.
 *
 * @see https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/
 */
export enum KubeadmApiVersion {
  /** kubeadm 1.22 to 1.36. */
  V1BETA3 = 'v1beta3',
  /** kubeadm 1.31 and newer. */
  V1BETA4 = 'v1beta4',
}
