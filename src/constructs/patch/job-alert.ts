import { AlertRule, alertRule } from '../kit/prometheus-rule';

/** Alert on a Job of the stack that failed. Its metrics are those of kube-state-metrics. */
export function jobRules(namespace: string, stack: string): AlertRule[] {
  const of = `namespace="${namespace}",job_name=~"${stack}-[0-9a-f]+"`;
  const byJob = (metric: string) => `max by (namespace, job_name) (${metric})`;
  // A Job replaces pods that fail: they alone are no failure while pods are at work, or once the Job is complete.
  const failedPods = byJob(`kube_job_status_failed{${of}}`);
  const atWork = byJob(`max_over_time(kube_job_status_active{${of}}[10m])`);
  const complete = byJob(`kube_job_complete{${of},condition="true"}`);
  return [
    alertRule(namespace, {
      alert: 'ControlPlaneTracingJobFailed',
      expr: `${byJob(`kube_job_failed{${of},condition="true"}`)} > 0`
        + ` or (${failedPods} > 0 unless on (namespace, job_name) ((${atWork} > 0) or (${complete} > 0)))`,
      for: '0m',
      summary: 'The Job that sets up tracing failed',
      description: 'Job {{ $labels.job_name }} in {{ $labels.namespace }} failed. Its pods say why, and the runbook explains their exit codes.',
    }),
  ];
}

/**
 * Alert on scheduled runs that do not succeed: the nodes may differ from what is declared. A run that ends as "not now" succeeds.
 *
 * @param minutes that a run may take
 */
export function driftRule(namespace: string, cronJob: string, minutes: number): AlertRule {
  const last = (metric: string) => `max by (namespace, cronjob) (kube_cronjob_${metric}{namespace="${namespace}",cronjob="${cronJob}"})`;
  const scheduled = last('status_last_schedule_time');
  return alertRule(namespace, {
    alert: 'ControlPlaneTracingDrift',
    expr: `(${scheduled} > (${last('status_last_successful_time')} or 0 * ${scheduled})) unless ${last('spec_suspend')} == 1`,
    for: `${minutes}m`,
    summary: 'Control-plane nodes may not trace as declared',
    description: 'The last scheduled run of CronJob {{ $labels.cronjob }} in {{ $labels.namespace }} has not succeeded. Its pods say why.',
  });
}

/** As long before a certificate expires as a rotation can wait for its maintenance window. */
const DAYS_BEFORE = 14;

/**
 * Alert on certificates on the nodes that expire soon. cert-manager's own metric would not do: it renews the Secret, and the nodes keep what the
 * last run of the Job has brought. That run says in a Lease when it expires.
 */
export function certificateRule(namespace: string, lease: string): AlertRule {
  return alertRule(namespace, {
    alert: 'ControlPlaneTracingCertificateExpires',
    expr: `max by (lease) (kube_lease_renew_time{lease="${lease}"}) - time() < ${DAYS_BEFORE * 86_400}`,
    for: '0m',
    summary: 'A certificate of the control plane\'s spans expires soon',
    description: 'In {{ $value | humanizeDuration }} kube-apiserver and etcd can no longer send spans. Requests go on. The runbook has the rotation.',
  });
}
