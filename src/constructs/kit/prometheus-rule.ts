import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { RUNBOOK } from '../../patch-spec/runbook';

/** One alerting rule, as Prometheus spells it. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: string; readonly namespace: string };
  readonly annotations: { readonly summary: string; readonly description: string; readonly runbook_url: string };
}

export interface AlertText {
  readonly alert: string;
  readonly expr: string;
  /** How long the condition must hold: `0m` where the expression itself looks back. */
  readonly for: string;
  readonly summary: string;
  readonly description: string;
}

/** Completes an alert by what routes it (the namespace) and by what helps against it (its own heading in the runbook). */
export function alertRule(namespace: string, { alert, expr, for: duration, summary, description }: AlertText): AlertRule {
  return {
    alert,
    expr,
    for: duration,
    labels: { severity: 'warning', namespace },
    annotations: { summary, description, runbook_url: `${RUNBOOK}#${alert.toLowerCase()}` },
  };
}

export interface PrometheusRuleOptions {
  readonly metadata: { readonly [field: string]: any };
  readonly group: string;
  readonly rules: readonly AlertRule[];
}

export function prometheusRule(scope: Construct, { metadata, group, rules }: PrometheusRuleOptions): ApiObject {
  return new ApiObject(scope, 'prometheus-rule', {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    // Its texts hold what Flux would take for variables, and Prometheus for templates.
    metadata: { ...metadata, annotations: { ...metadata.annotations, 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' } },
    spec: { groups: [{ name: group, rules }] },
  });
}
