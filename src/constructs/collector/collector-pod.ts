import { k8s } from 'cdk8s-plus-28';
import { Fields } from './collector-config';
import { PodSelector } from './metadata';
import { CONTROL_PLANE_TAINT, Placement } from './placement';
import { CollectorVolume } from '../exporters/collector-volume';
import { SecretRef } from '../exporters/secret-ref';
import { SpanExporterConfig } from '../exporters/span-exporter-config';

export const CONFIG_FILE = 'config.yaml';
export const CONFIG_DIRECTORY = '/etc/otelcol/config';
/** Its name in the pod. */
export const CONFIG_VOLUME = 'config';
/** The user that the release images run as. */
export const COLLECTOR_USER = 10001;

export interface CollectorPodOptions extends Placement {
  readonly image: string;
  readonly imagePullSecrets: readonly string[];
  readonly priorityClassName: string | undefined;
  readonly serviceAccountName: string;
  readonly configMapName: string;
  readonly exporters: readonly SpanExporterConfig[];
  /** Beside those of the exporters. */
  readonly volumes: readonly CollectorVolume[];
  /** Beside those of the volumes. */
  readonly mounts: readonly k8s.VolumeMount[];
  /** Plain values that the user sets. */
  readonly userEnv: { readonly [name: string]: string };
  /** Beside the secrets and the addresses. */
  readonly env: readonly k8s.EnvVar[];
  readonly ports: { readonly otlpGrpc: number; readonly metrics: number; readonly health: number };
  /** Where kubelet asks for the pod's health; its own address where that is left out. */
  readonly probeHost?: string;
  readonly cpuRequestMillis: number;
  readonly memoryRequestMiB: number;
  readonly memoryLimitMiB: number;
  readonly terminationGracePeriodSeconds: number;
  /** Fields of the pod that differ from one kind of workload to the other. */
  readonly more: Partial<k8s.PodSpec>;
}

/** A pod's specification that meets the Pod Security level `restricted`, whatever the image and the namespace default to. */
export function collectorPodSpec(options: CollectorPodOptions): Fields {
  const volumes = uniqueVolumes(options);
  const { spec } = k8s.KubePod.manifest({ spec: podSpec(options, volumes) });
  // As they were given: a custom one may be of a kind that Kubernetes 1.28 did not know.
  return { ...spec, volumes: [...spec.volumes, ...volumes.map(volume => volume._toVolume())] };
}

/** All but the volumes of exporters and of the receiver. */
function podSpec(options: CollectorPodOptions, volumes: readonly CollectorVolume[]): k8s.PodSpec {
  return {
    serviceAccountName: options.serviceAccountName,
    // The pod has no API token because it makes no API requests.
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    imagePullSecrets: options.imagePullSecrets.length > 0 ? options.imagePullSecrets.map(name => ({ name })) : undefined,
    priorityClassName: options.priorityClassName,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: COLLECTOR_USER,
      runAsGroup: COLLECTOR_USER,
      // Volumes are its own, where it has any.
      fsGroup: COLLECTOR_USER,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    nodeSelector: { ...options.nodeSelector },
    tolerations: [...options.tolerations ?? [CONTROL_PLANE_TAINT]],
    affinity: options.affinity,
    terminationGracePeriodSeconds: options.terminationGracePeriodSeconds,
    containers: [container(options, volumes)],
    volumes: [{ name: CONFIG_VOLUME, configMap: { name: options.configMapName, items: [{ key: CONFIG_FILE, path: CONFIG_FILE }] } }],
    ...options.more,
  };
}

/** The variable that holds the name of the pod's node. */
export function nodeName(): k8s.EnvVar {
  return { name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } };
}

/** Every secret of the exporters, by the name of the variable that carries it. */
export function secretVariables(exporters: readonly SpanExporterConfig[]): Map<string, SecretRef> {
  return new Map(exporters.flatMap(exporter => Object.entries(exporter.secretEnv ?? {})));
}

function container(options: CollectorPodOptions, volumes: readonly CollectorVolume[]): k8s.Container {
  const { ports } = options;
  return {
    name: 'collector',
    image: options.image,
    imagePullPolicy: 'IfNotPresent',
    args: [`--config=${CONFIG_DIRECTORY}/${CONFIG_FILE}`],
    env: [
      { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      { name: 'GOMEMLIMIT', value: `${Math.floor(options.memoryLimitMiB * 0.8)}MiB` },
      ...options.env,
      ...Object.entries(options.userEnv).map(([name, value]) => ({ name, value })),
      ...[...secretVariables(options.exporters)].map(([name, { secretName, key }]) => ({
        name, valueFrom: { secretKeyRef: { name: secretName, key } },
      })),
    ],
    ports: [
      { name: 'otlp-grpc', containerPort: ports.otlpGrpc, protocol: 'TCP' },
      { name: 'metrics', containerPort: ports.metrics, protocol: 'TCP' },
      { name: 'health', containerPort: ports.health, protocol: 'TCP' },
    ],
    resources: {
      requests: {
        cpu: k8s.Quantity.fromString(`${options.cpuRequestMillis}m`),
        memory: k8s.Quantity.fromString(`${options.memoryRequestMiB}Mi`),
      },
      limits: { memory: k8s.Quantity.fromString(`${options.memoryLimitMiB}Mi`) },
    },
    // The first probe that succeeds ends the start; a start that takes longer than two minutes has failed.
    startupProbe: { ...probe(options), periodSeconds: 2, failureThreshold: 60 },
    readinessProbe: { ...probe(options), periodSeconds: 5, failureThreshold: 3 },
    livenessProbe: { ...probe(options), periodSeconds: 10, failureThreshold: 6 },
    securityContext: {
      allowPrivilegeEscalation: false,
      privileged: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: CONFIG_VOLUME, mountPath: CONFIG_DIRECTORY, readOnly: true },
      ...volumes.map(volume => volume._toMount() as k8s.VolumeMount),
      ...options.mounts,
    ],
  };
}

function probe({ probeHost }: CollectorPodOptions): k8s.Probe {
  return { httpGet: { path: '/', port: k8s.IntOrString.fromString('health'), host: probeHost }, timeoutSeconds: 5 };
}

function uniqueVolumes({ exporters, volumes }: CollectorPodOptions): CollectorVolume[] {
  const all = new Map([...exporters.flatMap(exporter => exporter.volumes ?? []), ...volumes].map(volume => [volume.name, volume]));
  return [...all.values()];
}

/** Pods apart from each other, as far as there are hosts and zones. */
export function spread(selector: PodSelector): Partial<k8s.PodSpec> {
  return {
    topologySpreadConstraints: ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map(topologyKey => ({
      maxSkew: 1,
      topologyKey,
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: selector },
    })),
  };
}

/** In the network of every node of the control plane. */
export function nodeNetwork({ nodeSelector, tolerations }: Placement): Partial<k8s.PodSpec> {
  return {
    hostNetwork: true,
    // In the node's network, and still knows the names of the cluster.
    dnsPolicy: 'ClusterFirstWithHostNet',
    nodeSelector: { 'node-role.kubernetes.io/control-plane': '', ...nodeSelector },
    // Where the control plane runs, it runs too.
    tolerations: [...tolerations ?? [{ operator: 'Exists' }]],
  };
}
