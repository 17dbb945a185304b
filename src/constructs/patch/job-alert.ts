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
