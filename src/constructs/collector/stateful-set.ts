import { ApiObject, Lazy } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { QUEUE_DIRECTORY } from './complete-queues';
import { Metadata, PodSelector } from './metadata';
import { podTemplate, PodTemplateOptions } from './pod-template';

export interface StatefulSetOptions extends PodTemplateOptions {
  readonly metadata: Metadata;
  readonly selector: PodSelector;
  /** Undefined where an autoscaler owns it. */
  readonly replicas: number | undefined;
  readonly serviceName: string;
  readonly volumeMiB: number;
  readonly storageClassName: string | undefined;
}

/** Names the volume claims. */
export const QUEUE_VOLUME = 'queue';

/** A pod that comes back finds the volume, and in it the queue, that it left. */
export function statefulSet(scope: Construct, options: StatefulSetOptions): ApiObject {
  return new ApiObject(scope, 'stateful-set', {
    ...k8s.KubeStatefulSet.manifest({ metadata: options.metadata }),
    spec: Lazy.any({
      produce: () => ({
        ...k8s.KubeStatefulSet.manifest({ spec: spec(options) }).spec,
        template: podTemplate(options),
        volumeClaimTemplates: [queueClaim(options)],
      }),
    }),
  });
}

/** Where a pod has the volume of its queue. */
export function queueMount(): k8s.VolumeMount {
  return { name: QUEUE_VOLUME, mountPath: QUEUE_DIRECTORY };
}

function spec({ replicas, selector, serviceName }: StatefulSetOptions): k8s.StatefulSetSpec {
  return {
    replicas,
    revisionHistoryLimit: 3,
    selector: { matchLabels: selector },
    serviceName,
    podManagementPolicy: 'Parallel',
    updateStrategy: { type: 'RollingUpdate' },
    template: {},
  };
}

/** Says its own kind, as the API server does: nothing is left to tell apart for what compares. */
function queueClaim({ volumeMiB, storageClassName }: StatefulSetOptions): unknown {
  return k8s.KubePersistentVolumeClaim.manifest({
    metadata: { name: QUEUE_VOLUME },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName,
      resources: { requests: { storage: k8s.Quantity.fromString(`${volumeMiB}Mi`) } },
    },
  });
}
