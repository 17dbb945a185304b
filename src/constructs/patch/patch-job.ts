import { k8s } from 'cdk8s-plus-28';
import { ComponentTlsOptions } from './component-tls-options';
import { FINAL_EXIT_STATUSES } from '../../patch-spec/exit-status';
import {
  COMPONENT_TLS_DIRECTORY, COMPONENT_TLS_FILES, CONFIG_DIRECTORY, MANIFESTS_DIRECTORY, PROGRAM_DIRECTORY, SPEC_FILE, TRACING_CONFIG_FILE,
} from '../../patch-spec/layout';
import { ContentNamed } from '../kit/content-named';
import { RUN_LABEL } from '../kit/names';

export const PROGRAM_FILE = 'program.js';
const CONTAINER = 'patch';

export interface PatchJobOptions {
  /** Of the pods. */
  readonly labels: Record<string, string>;
  readonly nodes: number;
  readonly image: string;
  readonly imagePullSecrets: readonly string[];
  readonly privileged: boolean;
  readonly serviceAccountName: string;
  readonly programName: string;
  readonly tracingConfigName: string;
  readonly componentTls: ComponentTlsOptions | undefined;
  readonly terminationGracePeriodSeconds: number;
}

/** One pod on every control-plane node, until each has said that its node is done. */
export function patchJobSpec(options: PatchJobOptions): k8s.JobSpec {
  return {
    completionMode: 'Indexed',
    completions: options.nodes,
    parallelism: options.nodes,
    backoffLimit: 2 * options.nodes,
    podFailurePolicy: {
      rules: [
        // First, so that a verdict counts although the pod was being evicted when it fell.
        // The type asks for conditions too, which the API server refuses beside exit codes.
        { action: 'FailJob', onExitCodes: { containerName: CONTAINER, operator: 'In', values: [...FINAL_EXIT_STATUSES] } } as k8s.PodFailurePolicyRule,
        { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
      ],
    },
    template: {
      metadata: { labels: { ...options.labels, [RUN_LABEL]: ContentNamed.OWN_HASH } },
      spec: podSpec(options),
    },
  };
}

function podSpec(options: PatchJobOptions): k8s.PodSpec {
  return {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: options.terminationGracePeriodSeconds,
    serviceAccountName: options.serviceAccountName,
    automountServiceAccountToken: true,
    ...(options.imagePullSecrets.length > 0 ? { imagePullSecrets: options.imagePullSecrets.map(name => ({ name })) } : {}),
    enableServiceLinks: false,
    // Reaches the components as the node does, and sees their processes.
    hostNetwork: true,
    hostPid: true,
    dnsPolicy: 'Default',
    priorityClassName: 'system-node-critical',
    nodeSelector: { 'node-role.kubernetes.io/control-plane': '' },
    // Any taint: while the only API server restarts, its own node may be tainted as unreachable.
    tolerations: [{ operator: 'Exists' }],
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { labelSelector: { matchLabels: { [RUN_LABEL]: ContentNamed.OWN_HASH } }, topologyKey: 'kubernetes.io/hostname' },
        ],
      },
    },
    containers: [container(options)],
    volumes: [
      {
        name: 'program',
        projected: {
          defaultMode: 0o444,
          sources: [
            { configMap: { name: options.programName, items: [PROGRAM_FILE, SPEC_FILE].map(file => ({ key: file, path: file })) } },
            { configMap: { name: options.tracingConfigName, items: [{ key: TRACING_CONFIG_FILE, path: TRACING_CONFIG_FILE }] } },
          ],
        },
      },
      // A node without this directory is not laid out by kubeadm: the pod does not start there.
      { name: 'manifests', hostPath: { path: MANIFESTS_DIRECTORY, type: 'Directory' } },
      { name: 'tracing', hostPath: { path: CONFIG_DIRECTORY, type: 'DirectoryOrCreate' } },
      ...options.componentTls === undefined ? [] : [{ name: 'component-tls', projected: { defaultMode: 0o400, sources: tlsSources(options.componentTls) } }],
    ],
  };
}

function tlsSources({ ca, clientCertificate }: ComponentTlsOptions): k8s.VolumeProjection[] {
  const { ca: caFile, certificate, key } = COMPONENT_TLS_FILES;
  return [ca._projection(caFile), ...clientCertificate === undefined ? [] : [clientCertificate._projection(certificate, key)]];
}

function container(options: PatchJobOptions): k8s.Container {
  return {
    name: CONTAINER,
    image: options.image,
    imagePullPolicy: 'IfNotPresent',
    command: ['node', `${PROGRAM_DIRECTORY}/${PROGRAM_FILE}`, 'job'],
    env: [
      fieldEnv('NODE_NAME', 'spec.nodeName'),
      // The label without a domain is older, and still set beside the other: every version from 1.26 has it.
      // https://github.com/kubernetes/kubernetes/blob/master/pkg/registry/batch/job/strategy.go
      fieldEnv('JOB_UID', "metadata.labels['controller-uid']"),
    ],
    resources: {
      requests: { cpu: k8s.Quantity.fromString('50m'), memory: k8s.Quantity.fromString('96Mi') },
      limits: { memory: k8s.Quantity.fromString('256Mi') },
    },
    securityContext: options.privileged ? PRIVILEGED : CONFINED,
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts: [
      { name: 'program', mountPath: PROGRAM_DIRECTORY, readOnly: true },
      { name: 'manifests', mountPath: MANIFESTS_DIRECTORY },
      { name: 'tracing', mountPath: CONFIG_DIRECTORY },
      ...options.componentTls === undefined ? [] : [{ name: 'component-tls', mountPath: COMPONENT_TLS_DIRECTORY, readOnly: true }],
    ],
  };
}

const ROOT = { runAsUser: 0, runAsGroup: 0, runAsNonRoot: false, readOnlyRootFilesystem: true };

/** Where SELinux is enforced, nothing less may write to the manifests directory. */
const PRIVILEGED: k8s.SecurityContext = { ...ROOT, privileged: true, allowPrivilegeEscalation: true };

/** The files belong to root, which needs no capability for them; KILL is for components that run as another user. */
const CONFINED: k8s.SecurityContext = {
  ...ROOT,
  privileged: false,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'], add: ['KILL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

function fieldEnv(name: string, fieldPath: string): k8s.EnvVar {
  return { name, valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } } };
}
