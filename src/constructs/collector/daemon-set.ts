import { ApiObject, Lazy } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { Metadata, PodSelector } from './metadata';
import { podTemplate, PodTemplateOptions } from './pod-template';

export interface DaemonSetOptions extends PodTemplateOptions {
  readonly metadata: Metadata;
  readonly selector: PodSelector;
}

/** One pod on every node that its template selects. */
export function daemonSet(scope: Construct, options: DaemonSetOptions): ApiObject {
  return new ApiObject(scope, 'daemon-set', {
    ...k8s.KubeDaemonSet.manifest({ metadata: options.metadata }),
    spec: Lazy.any({
      produce: () => ({
        ...k8s.KubeDaemonSet.manifest({ spec: spec(options) }).spec,
        template: podTemplate(options),
      }),
    }),
  });
}

function spec({ selector }: DaemonSetOptions): k8s.DaemonSetSpec {
  return {
    revisionHistoryLimit: 3,
    selector: { matchLabels: selector },
    // The port is the node's: an old pod goes before a new one comes.
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: k8s.IntOrString.fromNumber(1) } },
    template: {},
  };
}
