import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { claimOf } from './check-exporters';
import { ResolvedPod } from './check-props';
import { refersTo } from './check-variables';
import { Fields, HEALTH_PORT, METRICS_PORT, OTLP_GRPC_PORT } from './collector-config';
import { CollectorConfiguration } from './collector-configuration';
import { CollectorNetworkPolicy } from './collector-network-policy';
import { collectorPodSpec, nodeName, spread } from './collector-pod';
import { configMap } from './config-map';
import { deployment } from './deployment';
import { Metadata, PodSelector } from './metadata';
import { podDisruptionBudget } from './pod-disruption-budget';
import { ResolvedService } from './resolve-service';
import { service } from './service';
import { queueMount, statefulSet } from './stateful-set';
import { CollectorVolume } from '../exporters/collector-volume';
import { SpanExporterConfig } from '../exporters/span-exporter-config';

export const PORTS = { otlpGrpc: OTLP_GRPC_PORT, metrics: METRICS_PORT, health: HEALTH_PORT };

/** Pods of one configuration behind a Service: all of a collector, or one of its two stages. */
export interface StageOptions {
  readonly metadata: Metadata;
  readonly selector: PodSelector;
  readonly pod: ResolvedPod;
  readonly priorityClassName: string | undefined;
  readonly serviceAccountName: string;
  /** Undefined where an autoscaler owns it. */
  readonly replicas: number | undefined;
  readonly configuration: CollectorConfiguration;
  /** When the objects are rendered. */
  readonly exporters: () => readonly SpanExporterConfig[];
  /** Of the receiver. */
  readonly volumes: readonly CollectorVolume[];
  readonly service: ResolvedService;
  readonly metricsService: boolean;
  /** The volumes of persistent queues. */
  readonly queue: { readonly volumeMiB: number; readonly storageClassName: string | undefined } | undefined;
  readonly podDisruptionBudget: boolean;
  readonly networkPolicy: CollectorNetworkPolicy | undefined;
  /** The pods that send, where it is not the nodes. */
  readonly senders?: PodSelector;
  /** When the objects are rendered; undefined where they are not all known. */
  readonly egressPorts: () => readonly number[] | undefined;
}

export interface Stage {
  readonly configMap: ApiObject;
  readonly service: ApiObject;
  readonly workload: ApiObject;
  readonly podDisruptionBudget: ApiObject | undefined;
  readonly networkPolicy: ApiObject | undefined;
}

/** The objects of a stage, in the order in which they are applied. */
export function stage(scope: Construct, options: StageOptions): Stage {
  const { metadata, selector, configuration, exporters } = options;
  const config = configMap(scope, metadata, () => configuration.render(exporters()));
  return {
    configMap: config,
    service: service(scope, {
      ...options.service,
      metadata,
      selector,
      otlpGrpcPort: PORTS.otlpGrpc,
      metricsPort: options.metricsService ? PORTS.metrics : undefined,
    }),
    workload: workload(scope, options, config),
    podDisruptionBudget: options.podDisruptionBudget ? podDisruptionBudget(scope, metadata, selector) : undefined,
    networkPolicy: options.networkPolicy?._render(scope, 'network-policy', {
      metadata, selector, otlpGrpcPort: PORTS.otlpGrpc, senders: options.senders, exporterPorts: options.egressPorts,
    }),
  };
}

function workload(scope: Construct, options: StageOptions, config: ApiObject): ApiObject {
  const { metadata, selector, replicas, pod, queue } = options;
  const common = {
    metadata,
    selector,
    replicas,
    labels: { ...metadata.labels, ...pod.podLabels },
    annotations: pod.podAnnotations,
    configMap: config,
    podSpec: () => podSpec(options, config),
  };
  return queue === undefined
    ? deployment(scope, { ...common, holdsClaim: () => claimOf(options.exporters()) !== undefined })
    : statefulSet(scope, { ...common, serviceName: metadata.name, ...queue });
}

function podSpec(options: StageOptions, config: ApiObject): Fields {
  const { pod, priorityClassName, serviceAccountName, selector, configuration, exporters, volumes, queue } = options;
  return collectorPodSpec({
    ...pod,
    priorityClassName,
    serviceAccountName,
    configMapName: config.name,
    exporters: exporters(),
    volumes,
    mounts: queue === undefined ? [] : [queueMount()],
    env: refersTo(configuration.render(exporters()), 'NODE_NAME') ? [nodeName()] : [],
    ports: PORTS,
    more: spread(selector),
  });
}
