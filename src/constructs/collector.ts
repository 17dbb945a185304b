import { ApiObject, Chart, Duration, Lazy, Size, SizeRoundingBehavior, Yaml } from 'cdk8s';
import { Construct } from 'constructs';
import { checkExporters } from './collector/check-exporters';
import { Component, Fields, renderCollectorConfig } from './collector/collector-config';
import { collectorPodSpec, CONFIG_FILE } from './collector/collector-pod';
import { completeQueues } from './collector/complete-queues';
import { CollectorProps } from './collector-props';
import { goDuration } from './exporters/render-sending-queue';
import { contentHash } from './private/canonical-json';
import { checkAnnotations, checkDnsLabel, checkEndpoint, checkImage, checkLabels, checkSeconds, checkWhole, refuse } from './private/check';
import { COLLECTOR_LABEL, DEFAULT_NAME, recommendedLabels, RESERVED_LABELS } from './private/names';
import { ISpanExporter, SpanExporter } from './span-exporter';
import { SpanExporterConfig } from './span-exporter-config';

const COLLECTOR_VERSION = '0.161.0';
const IMAGE = 'ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-k8s';
const OTLP_GRPC_PORT = 4317;

/**
 * An OpenTelemetry Collector that takes spans from the control plane, as OTLP over gRPC, and sends them on.
 *
 * Its pods meet the Pod Security level `restricted`, tolerate the taint of control-plane nodes, and have no token for the API server.
 *
 * @see https://opentelemetry.io/docs/collector/
 */
export class Collector extends Construct {
  /**
   * The namespace of all objects.
   */
  public readonly namespace: string;

  /**
   * The name of the Service.
   */
  public readonly serviceName: string;

  /**
   * The port of the Service that takes OTLP over gRPC.
   */
  public readonly otlpGrpcPort: number = OTLP_GRPC_PORT;

  /**
   * The fixed cluster IP of the Service, where there is one.
   */
  public readonly clusterIP?: string;

  /**
   * The ServiceAccount of the pods.
   */
  public readonly serviceAccount: ApiObject;

  /**
   * The ConfigMap that holds the collector's configuration as `config.yaml`. A change of it makes new pods.
   */
  public readonly configMap: ApiObject;

  /**
   * The Service that the control plane sends spans to.
   */
  public readonly service: ApiObject;

  /**
   * The Deployment.
   */
  public readonly deployment: ApiObject;

  private readonly exporters: SpanExporterConfig[];

  /**
   * @throws when a prop is not what its documentation allows, or contradicts another one
   */
  constructor(scope: Construct, id: string, props: CollectorProps = {}) {
    super(scope, id);
    const name = props.name ?? DEFAULT_NAME;
    const memoryLimitMiB = mebibytes(props.memoryLimit ?? Size.mebibytes(512));
    const memoryRequestMiB = props.memoryRequest === undefined ? Math.ceil(memoryLimitMiB / 4) : mebibytes(props.memoryRequest);
    this.namespace = props.namespace ?? Chart.of(this).namespace ?? DEFAULT_NAME;
    this.serviceName = `${name}-collector`;
    this.clusterIP = props.clusterIP;
    checkProps(props, { name, namespace: this.namespace, memoryLimitMiB, memoryRequestMiB });

    this.exporters = (props.exporters ?? [SpanExporter.debug()]).map(exporter => exporter.bind(this));
    checkExporters(this.exporters);

    const labels = { ...props.labels, ...recommendedLabels(name, 'collector'), [COLLECTOR_LABEL]: name };
    const metadata = { name: this.serviceName, namespace: this.namespace, labels, annotations: props.annotations };
    // Never a label that others write: a selector cannot be changed.
    const selector = { [COLLECTOR_LABEL]: name };

    this.serviceAccount = new ApiObject(this, 'service-account', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata,
      automountServiceAccountToken: false,
    });
    this.configMap = new ApiObject(this, 'config-map', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      // The configuration refers to the environment as Flux refers to its variables.
      metadata: { ...metadata, annotations: { ...props.annotations, 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' } },
      data: { [CONFIG_FILE]: Lazy.any({ produce: () => Yaml.stringify(this.renderConfig(props, memoryLimitMiB)) }) },
    });
    this.service = new ApiObject(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: {
        type: 'ClusterIP',
        ...(this.clusterIP === undefined ? {} : { clusterIP: this.clusterIP }),
        selector,
        ports: [{ name: 'otlp-grpc', port: OTLP_GRPC_PORT, targetPort: 'otlp-grpc', protocol: 'TCP', appProtocol: 'grpc' }],
      },
    });
    this.deployment = new ApiObject(this, 'deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: props.replicas ?? 1,
        revisionHistoryLimit: 3,
        selector: { matchLabels: selector },
        // There is a new pod before an old one goes.
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        template: {
          metadata: {
            labels,
            annotations: { 'checksum/config': Lazy.any({ produce: () => contentHash(this.configMap.toJson().data) }) },
          },
          spec: Lazy.any({
            produce: () => collectorPodSpec({
              image: props.collectorImage ?? `${IMAGE}:${COLLECTOR_VERSION}`,
              imagePullSecrets: props.imagePullSecrets ?? [],
              serviceAccountName: this.serviceAccount.name,
              configMapName: this.configMap.name,
              exporters: this.exporters,
              otlpGrpcPort: OTLP_GRPC_PORT,
              cpuRequestMillis: props.cpuRequestMillis ?? 100,
              memoryRequestMiB,
              memoryLimitMiB,
              terminationGracePeriodSeconds: (props.terminationGracePeriod ?? Duration.minutes(1)).toSeconds(),
              more: {},
            }),
          }),
        },
      },
    });
  }

  /**
   * Sends the spans to one more place.
   *
   * @throws when the exporter cannot be in one Collector with those that are there
   */
  public addExporter(exporter: ISpanExporter): void {
    const all = [...this.exporters, exporter.bind(this)];
    checkExporters(all);
    this.exporters.splice(0, this.exporters.length, ...all);
  }

  private renderConfig(props: CollectorProps, memoryLimitMiB: number): Fields {
    return renderCollectorConfig({
      host: '${env:POD_IP}',
      otlpGrpcPort: OTLP_GRPC_PORT,
      maxConnectionAge: goDuration(props.maxConnectionAge ?? Duration.minutes(1)),
      processors: identity(props),
      exporters: completeQueues(this.exporters, memoryLimitMiB),
      extensions: [],
    });
  }
}

/** Says on every span which cluster it is of. */
function identity({ clusterName }: CollectorProps): Component[] {
  return clusterName === undefined ? [] : [
    ['resource', { attributes: [{ key: 'k8s.cluster.name', value: clusterName, action: 'upsert' }] }],
  ];
}

interface Resolved {
  readonly name: string;
  readonly namespace: string;
  readonly memoryLimitMiB: number;
  readonly memoryRequestMiB: number;
}

function checkProps(props: CollectorProps, { name, namespace, memoryLimitMiB, memoryRequestMiB }: Resolved): void {
  checkDnsLabel('name', name, 40);
  checkDnsLabel('namespace', namespace);
  checkLabels('labels', props.labels ?? {}, RESERVED_LABELS);
  checkAnnotations('annotations', props.annotations ?? {});
  checkWhole('replicas', props.replicas ?? 1, 1, 100);
  checkWhole('cpuRequestMillis', props.cpuRequestMillis ?? 100, 1, 1_000_000);
  if (memoryLimitMiB < 128) {
    refuse('memoryLimit', `${memoryLimitMiB} MiB`, 'be at least 128 MiB: the collector itself takes half of that');
  }
  if (memoryRequestMiB < 1 || memoryRequestMiB > memoryLimitMiB) {
    refuse('memoryRequest', `${memoryRequestMiB} MiB`, `be at least 1 MiB and at most 'memoryLimit' (${memoryLimitMiB} MiB)`);
  }
  if (props.clusterIP !== undefined) {
    checkClusterIP(props.clusterIP);
  }
  if (props.clusterName !== undefined && !/^[^\s$][^$\n]{0,254}$/.test(props.clusterName)) {
    refuse('clusterName', props.clusterName, 'have 1 to 255 characters, none of them "$" or a new line, and not begin with a space');
  }
  if (props.collectorImage !== undefined) {
    checkImage('collectorImage', props.collectorImage);
  }
  (props.imagePullSecrets ?? []).forEach(secret => checkDnsLabel('imagePullSecrets', secret, 253));
  checkSeconds('maxConnectionAge', props.maxConnectionAge ?? Duration.minutes(1), 10, 86_400);
  checkSeconds('terminationGracePeriod', props.terminationGracePeriod ?? Duration.minutes(1), 10, 3600);
}

function checkClusterIP(ip: string): void {
  try {
    checkEndpoint('clusterIP', ip.includes(':') ? `[${ip}]:1` : `${ip}:1`);
  } catch {
    refuse('clusterIP', ip, 'be an IP address, such as 10.96.0.50');
  }
}

function mebibytes(size: Size): number {
  return size.toMebibytes({ rounding: SizeRoundingBehavior.FLOOR });
}
