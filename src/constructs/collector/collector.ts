import { ApiObject, Chart, Size } from 'cdk8s';
import { Construct } from 'constructs';
import { collectorRules } from './alert-rules';
import { checkExporters, claimOf } from './check-exporters';
import { checkMonitoringLabels, ResolvedPod, resolvePod } from './check-props';
import { refersTo } from './check-variables';
import { Fields, HEALTH_PORT, METRICS_PORT, OTLP_GRPC_PORT } from './collector-config';
import { CollectorConfiguration } from './collector-configuration';
import { collectorPodSpec, nodeName, spread } from './collector-pod';
import { CollectorProps } from './collector-props';
import { queueStorage } from './complete-queues';
import { configMap } from './config-map';
import { dashboard } from './dashboard';
import { deployment } from './deployment';
import { checkVariables, proxyPorts } from './environment';
import { exporterPorts } from './exporter-ports';
import { ICollector } from './i-collector';
import { Metadata, PodSelector } from './metadata';
import { ownProcessors, renderPipeline, waitingBytes } from './pipeline';
import { podDisruptionBudget } from './pod-disruption-budget';
import { podMonitor } from './pod-monitor';
import { receiverTls, receiverVolumes } from './receiver-tls';
import { ResolvedCollector, resolveCollector } from './resolve-collector';
import { service } from './service';
import { serviceAccount } from './service-account';
import { serviceMonitor } from './service-monitor';
import { queueMount, statefulSet } from './stateful-set';
import { bindExporter, bindExporters } from '../exporters/bind-exporters';
import { ISpanExporter } from '../exporters/i-span-exporter';
import { goDuration } from '../exporters/render-sending-queue';
import { SpanExporterConfig } from '../exporters/span-exporter-config';
import { checkProps, refuse } from '../kit/check';
import { CollectorAddress } from '../kit/collector-address';
import { COLLECTOR_LABEL, DEFAULT_NAME, recommendedLabels } from '../kit/names';
import { prometheusRule } from '../kit/prometheus-rule';
import { checkUniqueObjects } from '../kit/unique-objects';

const PORTS = { otlpGrpc: OTLP_GRPC_PORT, metrics: METRICS_PORT, health: HEALTH_PORT };

/**
 * An OpenTelemetry Collector that takes spans from the control plane, as OTLP over gRPC, and sends them on.
 *
 * Its pods meet the Pod Security level `restricted`, tolerate the taint of control-plane nodes, and have no token for the API server.
 *
 * @see https://opentelemetry.io/docs/collector/
 */
export class Collector extends Construct implements ICollector {
  /**
   * Namespace of all objects.
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
   * Whether senders must use TLS. The components of the control plane then need an agent.
   */
  public readonly takesTls: boolean;

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
   * The workload that makes the pods: `deployment` or `statefulSet`.
   */
  public readonly workload: ApiObject;

  /**
   * The Deployment, where queues are in memory.
   */
  public readonly deployment?: ApiObject;

  /**
   * The StatefulSet, where queues are persistent.
   */
  public readonly statefulSet?: ApiObject;

  /**
   * The PodDisruptionBudget, where there is one.
   */
  public readonly podDisruptionBudget?: ApiObject;

  /**
   * The NetworkPolicy or CiliumNetworkPolicy, where `networkPolicy` asks for one.
   */
  public readonly networkPolicy?: ApiObject;

  /**
   * The PodMonitor, where `podMonitor` asks for one.
   */
  public readonly podMonitor?: ApiObject;

  /**
   * The ServiceMonitor, where `serviceMonitor` asks for one.
   */
  public readonly serviceMonitor?: ApiObject;

  /**
   * The PrometheusRule, where `prometheusRule` asks for one.
   */
  public readonly prometheusRule?: ApiObject;

  /**
   * The ConfigMap with the Grafana dashboard, where `dashboard` asks for one.
   */
  public readonly dashboard?: ApiObject;

  /**
   * The labels that select the collector's pods, and no others.
   */
  public readonly podSelector: { [label: string]: string };

  /**
   * The address of the Service, for the control plane.
   */
  public readonly address: CollectorAddress;

  private readonly props: CollectorProps;
  private readonly pod: ResolvedPod;
  private readonly resolved: ResolvedCollector;
  private readonly configuration: CollectorConfiguration;
  private exporters: SpanExporterConfig[];

  /**
   * @throws when a prop is not what its documentation allows, or contradicts another one
   */
  constructor(scope: Construct, id: string, props: CollectorProps = {}) {
    super(scope, id);
    props = checkProps('props', props);
    this.props = props;
    this.namespace = props.namespace ?? Chart.of(this).namespace ?? DEFAULT_NAME;
    this.pod = resolvePod(props, this.namespace, Size.mebibytes(512));
    checkServiceName(this.pod.name);
    this.resolved = resolveCollector(props);
    const { podMonitor: scraped, serviceMonitor: scrapedByService, prometheusRule: alerts, dashboard: shown } = props;
    checkMonitoringLabels(props);
    this.serviceName = `${this.pod.name}-collector`;
    this.clusterIP = this.resolved.service.clusterIP;
    this.takesTls = props.receiverCertificate !== undefined;
    this.configuration = this.configure();
    this.exporters = this.accept(bindExporters(this, this.resolved.exporters));

    const labels = { ...props.labels, ...recommendedLabels(this.pod.name, 'collector'), [COLLECTOR_LABEL]: this.pod.name };
    const metadata = { name: this.serviceName, namespace: this.namespace, labels, annotations: props.annotations };
    // Never a label that others write: a selector cannot be changed.
    const selector = { [COLLECTOR_LABEL]: this.pod.name };
    this.podSelector = selector;

    this.serviceAccount = serviceAccount(this, metadata, props.serviceAccountAnnotations);
    this.configMap = configMap(this, metadata, () => this.configuration.render(this.exporters));
    this.service = service(this, {
      ...this.resolved.service,
      metadata,
      selector,
      otlpGrpcPort: OTLP_GRPC_PORT,
      metricsPort: scrapedByService ? METRICS_PORT : undefined,
    });
    const { namespace, serviceName, clusterIP } = this;
    this.address = CollectorAddress.service({ namespace, name: serviceName, port: OTLP_GRPC_PORT, clusterIP });
    this.workload = this.makeWorkload(metadata, selector);
    this.deployment = this.workload.kind === 'Deployment' ? this.workload : undefined;
    this.statefulSet = this.workload.kind === 'StatefulSet' ? this.workload : undefined;

    const workload = this.serviceName;
    const monitored = { ...metadata, labels: { ...labels, ...props.monitoringLabels } };
    this.podDisruptionBudget = this.resolved.podDisruptionBudget ? podDisruptionBudget(this, metadata, selector) : undefined;
    this.networkPolicy = props.networkPolicy?._render(this, 'network-policy', {
      metadata, selector, otlpGrpcPort: OTLP_GRPC_PORT, exporterPorts: () => this.ports(this.exporters),
    });
    this.podMonitor = scraped ? podMonitor(this, monitored, selector) : undefined;
    this.serviceMonitor = scrapedByService ? serviceMonitor(this, monitored, selector) : undefined;
    this.prometheusRule = alerts
      ? prometheusRule(this, {
        metadata: monitored,
        group: `${workload}.rules`,
        rules: collectorRules({ namespace, workload, replicas: this.resolved.replicas, noSpansSeconds: this.resolved.noSpansSeconds }),
      })
      : undefined;
    this.dashboard = shown
      ? dashboard(this, { metadata: { ...monitored, name: `${workload}-dashboard` }, name: this.pod.name, namespace, workload })
      : undefined;
    checkUniqueObjects(this, this.pod.name);
  }

  /**
   * Sends the spans to one more place.
   *
   * @throws when the exporter cannot be in one Collector with those that are there
   */
  public addExporter(exporter: ISpanExporter): void {
    this.exporters = this.accept([...this.exporters, bindExporter(this, 'exporter', exporter)]);
  }

  /** @internal */
  public get _asksForCertificates(): boolean {
    return this.props.receiverClientCa !== undefined;
  }

  /** @internal */
  public get _monitoringLabels(): { [name: string]: string } | undefined {
    return this.props.prometheusRule ? this.props.monitoringLabels ?? {} : undefined;
  }

  /** Refuses what would not start. */
  private accept(exporters: SpanExporterConfig[]): SpanExporterConfig[] {
    checkExporters(exporters, receiverVolumes(this.props));
    const [claim, { replicas }] = [claimOf(exporters), this.resolved];
    if (claim !== undefined && replicas !== 1) {
      const [prop, value, rule] = replicas === undefined ? ['autoscaled', true, 'be left out'] as const : ['replicas', replicas, 'be 1'] as const;
      refuse(prop, value, `${rule} where an exporter brings a PersistentVolumeClaim, as in the volume ${claim}: several pods cannot write there`);
    }
    this.configuration.render(exporters);
    checkVariables(this.pod.userEnv, exporters);
    this.props.networkPolicy?._check(this.ports(exporters));
    return exporters;
  }

  /** The ports that the pods send to; undefined where they are not all known. */
  private ports(exporters: readonly SpanExporterConfig[]): number[] | undefined {
    const ports = exporterPorts(this.configuration.render(exporters));
    return ports && [...ports, ...proxyPorts(this.pod.userEnv)];
  }

  private configure(): CollectorConfiguration {
    const { props, pod, resolved } = this;
    const { queueVolumeMiB: volumeMiB } = resolved;
    const { memoryLimitMiB } = pod;
    const processors = renderPipeline({
      ...resolved, clusterName: props.clusterName, nodeName: undefined, replicas: resolved.replicas ?? 1, memoryLimitMiB,
    });
    // Go listens on IPv4 and IPv6 there, and on a node without IPv6 on IPv4. Of its own addresses, a pod names but one.
    const host = resolved.service.anyFamily ? '0.0.0.0' : '${env:POD_IP}';
    return new CollectorConfiguration({
      config: {
        host,
        metricsHost: host,
        ports: PORTS,
        maxConnectionAge: goDuration(resolved.maxConnectionAge),
        receiverTls: receiverTls(props),
        processors,
        extensions: volumeMiB === undefined ? [] : [queueStorage(volumeMiB)],
      },
      distribution: pod.distribution,
      replicas: resolved.replicas,
      metricsReaders: (['prometheusRule', 'dashboard', 'podMonitor', 'serviceMonitor'] as const).filter(prop => props[prop]),
      local: false,
      ownProcessors: ownProcessors(resolved),
      space: { memoryLimitMiB, volumeMiB, waitingBytes: waitingBytes(processors) },
      variables: Object.keys(pod.userEnv),
      props,
    });
  }

  private makeWorkload(metadata: Metadata, selector: PodSelector): ApiObject {
    const { queueVolumeMiB: volumeMiB } = this.resolved;
    const options = {
      metadata,
      selector,
      replicas: this.resolved.replicas,
      labels: { ...metadata.labels, ...this.pod.podLabels },
      annotations: this.pod.podAnnotations,
      configMap: this.configMap,
      podSpec: () => this.podSpec(selector),
    };
    return volumeMiB === undefined
      ? deployment(this, { ...options, holdsClaim: () => claimOf(this.exporters) !== undefined })
      : statefulSet(this, { ...options, serviceName: this.serviceName, volumeMiB, storageClassName: this.props.queueStorageClassName });
  }

  private podSpec(selector: PodSelector): Fields {
    return collectorPodSpec({
      ...this.pod,
      priorityClassName: this.props.priorityClassName,
      serviceAccountName: this.serviceAccount.name,
      configMapName: this.configMap.name,
      exporters: this.exporters,
      volumes: receiverVolumes(this.props),
      mounts: this.resolved.queueVolumeMiB === undefined ? [] : [queueMount()],
      env: refersTo(this.configuration.render(this.exporters), 'NODE_NAME') ? [nodeName()] : [],
      ports: PORTS,
      more: spread(selector),
    });
  }
}

/** Names of Services begin with a letter, other than those of other objects. */
function checkServiceName(name: string): void {
  if (/^\d/.test(name)) refuse('name', name, `begin with a letter, because the name of a Service must: the Service would be ${name}-collector`);
}
