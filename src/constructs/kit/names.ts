import { DOMAIN } from '../../patch-spec/layout';

/** Labels and names that people, policies and the patch program refer to. */

export const DEFAULT_NAME = 'control-plane-tracing';

// `app.kubernetes.io/instance` is no use for selecting, as Argo CD writes its own value there.

/** On every Job of a stack, and on their pods: its value is the stack's name. */
export const PATCH_LABEL = `${DOMAIN}/patch`;
/** On the pods of one Job: its value is the hash in the Job's name. */
export const RUN_LABEL = `${DOMAIN}/run`;

/** On every Job: the address of the page for the engineer on call. */
export const RUNBOOK_ANNOTATION = `${DOMAIN}/runbook`;

/** On the pods of a collector, which are selected by it: its value is the collector's name. */
export const COLLECTOR_LABEL = `${DOMAIN}/collector`;

export const RESERVED_LABELS: readonly string[] = [
  'app.kubernetes.io/name', 'app.kubernetes.io/instance', 'app.kubernetes.io/component', PATCH_LABEL, RUN_LABEL, COLLECTOR_LABEL,
];

/** The recommended labels. https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/ */
export function recommendedLabels(instance: string, component: string): Record<string, string> {
  return {
    'app.kubernetes.io/name': DEFAULT_NAME,
    'app.kubernetes.io/instance': instance,
    'app.kubernetes.io/component': component,
  };
}
