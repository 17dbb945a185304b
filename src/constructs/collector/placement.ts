import { k8s } from 'cdk8s-plus-28';
import { checkAffinity, checkTolerations } from './check-fields';
import { checkAnnotations, checkLabels, refuse } from '../kit/check';
import { RESERVED_LABELS } from '../kit/names';

/** Where pods run, and what they carry. */
export interface Placement {
  readonly nodeSelector: { readonly [label: string]: string };
  /** Undefined where a workload's own are kept. */
  readonly tolerations: readonly k8s.Toleration[] | undefined;
  readonly affinity: k8s.Affinity | undefined;
  readonly podLabels: { readonly [label: string]: string };
  readonly podAnnotations: { readonly [name: string]: string };
}

export interface PlacementProps {
  readonly nodeSelector?: { [label: string]: string };
  readonly tolerations?: k8s.Toleration[];
  readonly affinity?: k8s.Affinity;
  readonly podLabels?: { [label: string]: string };
  readonly podAnnotations?: { [name: string]: string };
}

/** A cluster that has only control-plane nodes has nowhere else to run pods. */
export const CONTROL_PLANE_TAINT: k8s.Toleration = { key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' };

/** The annotation by which pods change with their configuration. */
export const CONFIG_CHECKSUM = 'checksum/config';

export function resolvePlacement(props: PlacementProps): Placement {
  const { nodeSelector = {}, tolerations, affinity, podLabels = {}, podAnnotations = {} } = props;
  checkLabels('nodeSelector', nodeSelector, []);
  if (tolerations !== undefined) checkTolerations('tolerations', tolerations);
  if (affinity !== undefined) checkAffinity('affinity', affinity);
  checkLabels('podLabels', podLabels, RESERVED_LABELS);
  checkAnnotations('podAnnotations', podAnnotations);
  if (podAnnotations[CONFIG_CHECKSUM] !== undefined) {
    refuse('podAnnotations', CONFIG_CHECKSUM, 'leave this annotation alone: a change of the configuration makes new pods by it');
  }
  return {
    // The images are for Linux.
    nodeSelector: { 'kubernetes.io/os': 'linux', ...nodeSelector },
    tolerations: tolerations === undefined ? undefined : [CONTROL_PLANE_TAINT, ...tolerations],
    affinity,
    podLabels,
    podAnnotations,
  };
}
