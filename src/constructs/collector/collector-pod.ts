import { SpanExporterConfig } from '../span-exporter-config';
import { Fields, HEALTH_PORT, METRICS_PORT } from './collector-config';
import { CollectorVolume } from './collector-volume';
import { SecretRef } from './secret-ref';

export const CONFIG_FILE = 'config.yaml';
const CONFIG_DIRECTORY = '/etc/otelcol/config';
/** The user that the release images run as. */
const COLLECTOR_USER = 10001;

export interface CollectorPodOptions {
  readonly image: string;
  readonly imagePullSecrets: readonly string[];
  readonly serviceAccountName: string;
  readonly configMapName: string;
  readonly exporters: readonly SpanExporterConfig[];
  readonly otlpGrpcPort: number;
  readonly cpuRequestMillis: number;
  readonly memoryRequestMiB: number;
  readonly memoryLimitMiB: number;
  readonly terminationGracePeriodSeconds: number;
  /** Fields of the pod that differ from one kind of workload to the other. */
  readonly more: Fields;
}

/** A pod's specification that meets the Pod Security level `restricted`, whatever the image and the namespace default to. */
export function collectorPodSpec(options: CollectorPodOptions): Fields {
  const volumes = uniqueVolumes(options.exporters);
  return {
    serviceAccountName: options.serviceAccountName,
    // Talks to no API server: it is talked to.
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    ...(options.imagePullSecrets.length > 0 ? { imagePullSecrets: options.imagePullSecrets.map(name => ({ name })) } : {}),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: COLLECTOR_USER,
      runAsGroup: COLLECTOR_USER,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    // On a cluster that has only control-plane nodes there is nowhere else to run.
    tolerations: [{ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' }],
    terminationGracePeriodSeconds: options.terminationGracePeriodSeconds,
    containers: [container(options, volumes)],
    volumes: [
      { name: 'config', configMap: { name: options.configMapName, items: [{ key: CONFIG_FILE, path: CONFIG_FILE }] } },
      ...volumes.map(volume => volume._toVolume()),
    ],
    ...options.more,
  };
}

function container(options: CollectorPodOptions, volumes: readonly CollectorVolume[]): Fields {
  return {
    name: 'collector',
    image: options.image,
    imagePullPolicy: 'IfNotPresent',
    args: [`--config=${CONFIG_DIRECTORY}/${CONFIG_FILE}`],
    env: [
      { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      { name: 'GOMEMLIMIT', value: `${Math.floor(options.memoryLimitMiB * 0.8)}MiB` },
      ...secretEnv(options.exporters),
    ],
    ports: [
      { name: 'otlp-grpc', containerPort: options.otlpGrpcPort, protocol: 'TCP' },
      { name: 'metrics', containerPort: METRICS_PORT, protocol: 'TCP' },
      { name: 'health', containerPort: HEALTH_PORT, protocol: 'TCP' },
    ],
    resources: {
      requests: { cpu: `${options.cpuRequestMillis}m`, memory: `${options.memoryRequestMiB}Mi` },
      limits: { memory: `${options.memoryLimitMiB}Mi` },
    },
    // The first probe that succeeds ends the start; a start that takes longer than two minutes has failed.
    startupProbe: { ...probe(), periodSeconds: 2, failureThreshold: 60 },
    readinessProbe: { ...probe(), periodSeconds: 5, failureThreshold: 3 },
    livenessProbe: { ...probe(), periodSeconds: 10, failureThreshold: 6 },
    securityContext: {
      allowPrivilegeEscalation: false,
      privileged: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'config', mountPath: CONFIG_DIRECTORY, readOnly: true },
      ...volumes.map(volume => volume._toMount()),
    ],
  };
}

function probe(): Fields {
  return { httpGet: { path: '/', port: 'health' }, timeoutSeconds: 5 };
}

function secretEnv(exporters: readonly SpanExporterConfig[]): Fields[] {
  const all = new Map<string, SecretRef>(exporters.flatMap(exporter => Object.entries(exporter.secretEnv ?? {})));
  return [...all].map(([name, { secretName, key }]) => ({ name, valueFrom: { secretKeyRef: { name: secretName, key } } }));
}

function uniqueVolumes(exporters: readonly SpanExporterConfig[]): CollectorVolume[] {
  const all = new Map(exporters.flatMap(exporter => exporter.volumes ?? []).map(volume => [volume.name, volume]));
  return [...all.values()];
}
