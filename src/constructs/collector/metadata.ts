import { Fields } from './collector-config';

/**
 * What every object of a collector is called, and what it carries.
 *
 * Objects are written by `manifest` of cdk8s-plus' typed classes and are no instances of them: an instance drops every field that Kubernetes 1.28 did not
 * know after the JSON patches have been applied, so that nobody could add one.
 */
export interface Metadata {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string> | undefined;
}

/** The labels that the pods of one workload are selected by. */
export type PodSelector = Record<string, string>;

/** For objects whose texts hold what Flux would take for its variables. */
export function withoutSubstitution(metadata: Metadata): Metadata {
  return { ...metadata, annotations: { ...metadata.annotations, 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' } };
}

/** Selects what any of these select: all are of one label. */
export function anyOfSelectors(selectors: readonly PodSelector[]): Fields {
  const [first] = selectors;
  if (selectors.length === 1) return { matchLabels: first };
  const [key] = Object.keys(first!);
  return { matchExpressions: [{ key, operator: 'In', values: selectors.map(selector => selector[key!]) }] };
}
