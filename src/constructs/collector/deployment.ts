import { ApiObject, Lazy } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { Metadata, PodSelector } from './metadata';
import { podTemplate, PodTemplateOptions } from './pod-template';

export interface DeploymentOptions extends PodTemplateOptions {
  readonly metadata: Metadata;
  readonly selector: PodSelector;
  /** Undefined where an autoscaler owns it. */
  readonly replicas: number | undefined;
  /** Whether the pods mount a claim, when the object is rendered. */
  readonly holdsClaim: () => boolean;
}

/** Pods whose queues are in memory. */
export function deployment(scope: Construct, options: DeploymentOptions): ApiObject {
  return new ApiObject(scope, 'deployment', {
    ...k8s.KubeDeployment.manifest({ metadata: options.metadata }),
    spec: Lazy.any({
      produce: () => ({
        ...k8s.KubeDeployment.manifest({ spec: spec(options) }).spec,
        template: podTemplate(options),
      }),
    }),
  });
}

function spec({ replicas, selector, holdsClaim }: DeploymentOptions): k8s.DeploymentSpec {
  return {
    replicas,
    revisionHistoryLimit: 3,
    selector: { matchLabels: selector },
    // There is a new pod before an old one goes, unless it would wait on another node for a volume that the old one has.
    strategy: holdsClaim()
      ? { type: 'Recreate' }
      : { type: 'RollingUpdate', rollingUpdate: { maxSurge: k8s.IntOrString.fromNumber(1), maxUnavailable: k8s.IntOrString.fromNumber(0) } },
    template: {},
  };
}
