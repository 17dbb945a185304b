import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { Metadata, PodSelector } from './metadata';

/** Draining nodes takes one pod at a time. */
export function podDisruptionBudget(scope: Construct, metadata: Metadata, selector: PodSelector): ApiObject {
  return new ApiObject(scope, 'pod-disruption-budget', k8s.KubePodDisruptionBudget.manifest({
    metadata,
    spec: {
      maxUnavailable: k8s.IntOrString.fromNumber(1),
      selector: { matchLabels: selector },
      // A pod that does not get ready keeps no node from being drained.
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  }));
}
