/**
 * Options that keep the result of the Job.
 */
export interface UpkeepOptions {
  /**
   * Whether the Job writes the same settings into kubeadm's own configuration, the ConfigMap `kube-system/kubeadm-config`, when all nodes
   * are proven. The manifests that `kubeadm upgrade` and `kubeadm join --control-plane` write then trace from the start.
   *
   * The Job may then read and update that one ConfigMap. It refuses, before it touches a node, where an argument of yours is in the way.
   * `TracingState.DISABLED` takes the settings out again. To take them out and keep tracing, set false; leave it out only when they are out.
   *
   * @default - kubeadm's configuration is left alone
   */
  readonly kubeadmConfig?: boolean;
}
