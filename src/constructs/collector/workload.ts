import { Lazy } from 'cdk8s';
import { Fields } from './collector-config';
import { QUEUE_DIRECTORY } from './complete-queues';

export interface WorkloadOptions {
  readonly replicas: number;
  readonly selector: Fields;
  readonly template: Fields;
}

/** Names the volume claims of a StatefulSet. */
export const QUEUE_VOLUME = 'queue';

/** @param holdsClaim whether the pods mount a claim, when the object is rendered */
export function deploymentSpec({ replicas, selector, template }: WorkloadOptions, holdsClaim: () => boolean): Fields {
  return {
    replicas,
    revisionHistoryLimit: 3,
    selector: { matchLabels: selector },
    // There is a new pod before an old one goes, unless it would wait on another node for a volume that the old one has.
    strategy: Lazy.any({
      produce: () => holdsClaim() ? { type: 'Recreate' } : { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    }),
    template,
  };
}

export interface StatefulSetOptions extends WorkloadOptions {
  readonly serviceName: string;
  readonly volumeMiB: number;
  readonly storageClassName: string | undefined;
}

/** A pod that comes back finds the volume, and in it the queue, that it left. */
export function statefulSetSpec({ replicas, selector, template, serviceName, volumeMiB, storageClassName }: StatefulSetOptions): Fields {
  return {
    replicas,
    revisionHistoryLimit: 3,
    selector: { matchLabels: selector },
    serviceName,
    podManagementPolicy: 'Parallel',
    updateStrategy: { type: 'RollingUpdate' },
    template,
    volumeClaimTemplates: [{
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: QUEUE_VOLUME },
      spec: {
        accessModes: ['ReadWriteOnce'],
        ...(storageClassName === undefined ? {} : { storageClassName }),
        resources: { requests: { storage: `${volumeMiB}Mi` } },
      },
    }],
  };
}

export function queueMount(): Fields {
  return { name: QUEUE_VOLUME, mountPath: QUEUE_DIRECTORY };
}

/** Pods apart from each other, as far as there are hosts and zones. */
export function spread(selector: Fields): Fields {
  return {
    topologySpreadConstraints: ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map(topologyKey => ({
      maxSkew: 1,
      topologyKey,
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: selector },
    })),
  };
}

export function disruptionBudgetSpec(selector: Fields): Fields {
  return { maxUnavailable: 1, selector: { matchLabels: selector } };
}

/** One pod on every node of the control plane. */
export function agentDaemonSetSpec(selector: Fields, template: Fields): Fields {
  return {
    revisionHistoryLimit: 3,
    selector: { matchLabels: selector },
    // The port is the node's: an old pod goes before a new one comes.
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
    template,
  };
}

export function agentPodFields(): Fields {
  return {
    hostNetwork: true,
    // In the node's network, and still knows the names of the cluster.
    dnsPolicy: 'ClusterFirstWithHostNet',
    nodeSelector: { 'node-role.kubernetes.io/control-plane': '' },
    // Where the control plane runs, it runs too.
    tolerations: [{ operator: 'Exists' }],
  };
}
