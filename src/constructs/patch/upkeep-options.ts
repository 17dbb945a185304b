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

  /**
   * Schedule of a CronJob that runs the Job again, with the five fields of cron, such as `0 3 * * 6` for Saturdays at 3:00. It is the
   * maintenance window in which a component may be restarted, once per node.
   *
   * A run that finds nothing to do writes nothing and restarts nothing. A run ends as "not now", with nothing touched, while a node is
   * cordoned, kubeadm is at work, or the versions of the API servers differ. To ask for a run at once:
   * `kubectl -n kube-system create job --from=cronjob/control-plane-tracing-upkeep tracing-now`.
   *
   * @default - no CronJob
   * @see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax
   */
  readonly schedule?: string;

  /**
   * Time zone of `schedule`, by its name in the IANA database, such as `Europe/Berlin`. Kubernetes takes it from 1.25 on. Refused without `schedule`.
   *
   * @default - the time zone of kube-controller-manager, as a rule UTC
   */
  readonly timeZone?: string;
}
