import { ApiObject, Chart, Size } from 'cdk8s';
import { Construct } from 'constructs';
import { collectorRules } from './alert-rules';
import { checkExporters, claimOf } from './check-exporters';
import { checkMonitoringLabels, ResolvedPod, resolvePod } from './check-props';
import { capacityOf, CollectorCapacity } from './collector-capacity';
import { OTLP_GRPC_PORT } from './collector-config';
import { CollectorConfiguration } from './collector-configuration';
import { CollectorProps } from './collector-props';
import { queueStorage } from './complete-queues';
import { dashboard } from './dashboard';
import { checkVariables, proxyPorts, withoutProxies } from './environment';
import { exporterPorts } from './exporter-ports';
import { ICollector } from './i-collector';
import { loadBalancing } from './load-balancing';
import { Metadata, PodSelector } from './metadata';
import { filteredSpans, ownProcessors, renderPipeline, waitingBytes } from './pipeline';
import { podMonitor } from './pod-monitor';
import { receiverTls, receiverVolumes } from './receiver-tls';
import { ResolvedCollector, resolveCollector } from './resolve-collector';
import { ResolvedService } from './resolve-service';
import { serviceAccount } from './service-account';
import { serviceMonitor } from './service-monitor';
import { PORTS, stage, Stage, StageOptions } from './stage';
import { bindExporter, bindExporters } from '../exporters/bind-exporters';
import { ISpanExporter } from '../exporters/i-span-exporter';
import { goDuration } from '../exporters/render-sending-queue';
import { SpanExporterConfig } from '../exporters/span-exporter-config';
import { checkProps, refuse } from '../kit/check';
import { checkSpelling } from '../kit/check-options';
import { CollectorAddress } from '../kit/collector-address';
import { COLLECTOR_LABEL, DEFAULT_NAME, recommendedLabels } from '../kit/names';
import { prometheusRule } from '../kit/prometheus-rule';
import { checkUniqueObjects } from '../kit/unique-objects';

/** Its name stands for the addresses of all pods. */
const HEADLESS: ResolvedService = {
  clusterIP: 'None', ipFamilies: undefined, ipFamilyPolicy: undefined, trafficDistribution: undefined, internalTrafficPolicy: undefined, anyFamily: false,
};

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
   * The workload that makes the pods: `deployment` or `statefulSet`. Where there are two stages, that of the first.
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
   * The ConfigMap of the second stage, where there are two: where traces are sampled by what happened in them, in more than one pod.
   */
  public readonly samplerConfigMap?: ApiObject;

  /**
   * The headless Service of the second stage, where there are two.
   */
  public readonly samplerService?: ApiObject;

  /**
   * The workload that makes the pods of the second stage, where there are two. An autoscaler of its own scales it.
   */
  public readonly samplerWorkload?: ApiObject;

  /**
   * The PodDisruptionBudget of the second stage, where there is one.
   */
  public readonly samplerPodDisruptionBudget?: ApiObject;

  /**
   * The NetworkPolicy or CiliumNetworkPolicy of the second stage, where `networkPolicy` asks for one. It lets in the pods of the first stage.
   */
  public readonly samplerNetworkPolicy?: ApiObject;

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
   * The ConfigMap with the Grafana dashboards, where `dashboard` asks for them.
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
    if (new.target === Collector) checkSpelling(props, 'CollectorProps');
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

    const { metadata, selector } = this.named('collector', this.pod.name);
    this.podSelector = selector;
    this.serviceAccount = serviceAccount(this, metadata, props.serviceAccountAnnotations);
    const sampler: Partial<Stage> = this.resolved.twoStages ? this.makeSampler(selector) : {};
    this.samplerConfigMap = sampler.configMap;
    this.samplerService = sampler.service;
    this.samplerWorkload = sampler.workload;
    this.samplerPodDisruptionBudget = sampler.podDisruptionBudget;
    this.samplerNetworkPolicy = sampler.networkPolicy;
    const made = this.makeStage(metadata, selector, sampler.service);
    this.configMap = made.configMap;
    this.service = made.service;
    const { namespace, serviceName, clusterIP } = this;
    this.address = CollectorAddress.service({ namespace, name: serviceName, port: OTLP_GRPC_PORT, clusterIP });
    this.workload = made.workload;
    this.deployment = this.workload.kind === 'Deployment' ? this.workload : undefined;
    this.statefulSet = this.workload.kind === 'StatefulSet' ? this.workload : undefined;
    this.podDisruptionBudget = made.podDisruptionBudget;
    this.networkPolicy = made.networkPolicy;

    const workload = this.serviceName;
    const monitored = { ...metadata, labels: { ...metadata.labels, ...props.monitoringLabels } };
    const selectors = this.resolved.twoStages ? [selector, this.asSampler().selector] : [selector];
    const watched = { namespace, workload, sampler: sampler.workload?.name };
    this.podMonitor = scraped ? podMonitor(this, monitored, selectors) : undefined;
    this.serviceMonitor = scrapedByService ? serviceMonitor(this, monitored, selectors) : undefined;
    this.prometheusRule = alerts
      ? prometheusRule(this, {
        metadata: monitored,
        group: `${workload}.rules`,
        rules: collectorRules({ ...this.resolved, ...watched }),
      })
      : undefined;
    this.dashboard = shown
      ? dashboard(this, { metadata: { ...monitored, name: `${workload}-dashboard` }, name: this.pod.name, ...watched })
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

  /** @internal */
  public get _capacity(): CollectorCapacity & { readonly pods: number | undefined } {
    return { ...capacityOf(this.configuration.render(this.exporters), this.pod), pods: this.resolved.replicas };
  }

  /** Refuses what would not start. */
  private accept(exporters: SpanExporterConfig[]): SpanExporterConfig[] {
    checkExporters(exporters, receiverVolumes(this.resolved.twoStages ? samplerReceiver(this.props) : this.props));
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

  /** The configuration of the pods that sample and export: all of them, or those of the second stage. */
  private configure(): CollectorConfiguration {
    const { props, pod, resolved } = this;
    const { queueVolumeMiB: volumeMiB, twoStages } = resolved;
    const { memoryLimitMiB } = pod;
    // The first of two stages has dropped them.
    const asked = { ...resolved, dropSpans: twoStages ? [] : resolved.dropSpans };
    const processors = renderPipeline({ ...asked, clusterName: props.clusterName, nodeName: undefined, memoryLimitMiB });
    return new CollectorConfiguration({
      ...this.common(pod.userEnv),
      config: {
        ...this.listening(),
        maxConnectionAge: twoStages ? undefined : goDuration(resolved.maxConnectionAge),
        receiverTls: receiverTls(twoStages ? samplerReceiver(props) : props),
        processors,
        extensions: volumeMiB === undefined ? [] : [queueStorage(volumeMiB)],
      },
      byTrace: twoStages,
      ownProcessors: ownProcessors(asked),
      space: { memoryLimitMiB, volumeMiB, waitingBytes: waitingBytes(processors) },
      props,
    });
  }

  /** The configuration of the pods that only see to it that all spans of a trace reach one pod of the second stage. */
  private balancing(env: ResolvedPod['userEnv']): CollectorConfiguration {
    const { props: { imageComponents, notSecret, collectorVersion }, resolved, pod: { memoryLimitMiB } } = this;
    return new CollectorConfiguration({
      ...this.common(env),
      config: {
        ...this.listening(),
        maxConnectionAge: goDuration(resolved.maxConnectionAge),
        receiverTls: receiverTls(this.props),
        processors: filteredSpans(resolved.dropSpans),
        extensions: [],
      },
      byTrace: false,
      ownProcessors: [],
      space: { memoryLimitMiB, volumeMiB: undefined, waitingBytes: 0 },
      props: { imageComponents, notSecret, collectorVersion },
    });
  }

  private common(env: ResolvedPod['userEnv']) {
    return {
      distribution: this.pod.distribution,
      replicas: this.resolved.replicas,
      metricsReaders: (['prometheusRule', 'dashboard', 'podMonitor', 'serviceMonitor'] as const).filter(prop => this.props[prop]),
      local: false,
      env,
    };
  }

  private listening() {
    // Go listens on IPv4 and IPv6 there, and on a node without IPv6 on IPv4. Of its own addresses, a pod names but one.
    const host = this.resolved.service.anyFamily ? '0.0.0.0' : '${env:POD_IP}';
    return { host, metricsHost: host, ports: PORTS };
  }

  /** The stage that the control plane sends to: the only one, unless there is a second one. */
  private makeStage(metadata: Metadata, selector: PodSelector, sampler: ApiObject | undefined): Stage {
    const first = { ...this.processing(), metadata, selector, volumes: receiverVolumes(this.props), service: this.resolved.service };
    if (sampler === undefined) return stage(this, first);
    // Its way is inside of the cluster, where no proxy goes.
    const userEnv = withoutProxies(this.pod.userEnv);
    const hostname = `${sampler.name}.${this.namespace}.svc`;
    const exporter = loadBalancing({ hostname, serverName: `${this.serviceName}.${this.namespace}.svc`, tls: this.props });
    return stage(this, {
      ...first,
      pod: { ...this.pod, userEnv },
      configuration: this.balancing(userEnv),
      exporters: () => [exporter],
      queue: undefined,
      egressPorts: () => [OTLP_GRPC_PORT],
    });
  }

  /** Tail sampling in several pods, each of which gets whole traces. */
  private makeSampler(senders: PodSelector): Stage {
    return stage(new Construct(this, 'sampler'), {
      ...this.processing(),
      ...this.asSampler(),
      volumes: receiverVolumes(samplerReceiver(this.props)),
      service: HEADLESS,
      senders,
    });
  }

  private processing(): Omit<StageOptions, 'metadata' | 'selector' | 'volumes' | 'service'> {
    const { props, resolved, resolved: { queueVolumeMiB: volumeMiB } } = this;
    return {
      pod: this.pod,
      priorityClassName: props.priorityClassName,
      serviceAccountName: this.serviceAccount.name,
      replicas: resolved.replicas,
      configuration: this.configuration,
      exporters: () => this.exporters,
      metricsService: props.serviceMonitor === true,
      queue: volumeMiB === undefined ? undefined : { volumeMiB, storageClassName: props.queueStorageClassName },
      podDisruptionBudget: resolved.podDisruptionBudget,
      networkPolicy: props.networkPolicy,
      egressPorts: () => this.ports(this.exporters),
    };
  }

  /** No other collector can have this label. */
  private asSampler(): Pick<StageOptions, 'metadata' | 'selector'> {
    return this.named('sampler', `${this.pod.name}.sampler`);
  }

  private named(role: string, label: string): Pick<StageOptions, 'metadata' | 'selector'> {
    const { labels, annotations } = this.props;
    // Never a label that others write: a selector cannot be changed.
    const selector = { [COLLECTOR_LABEL]: label };
    const { namespace, pod: { name } } = this;
    return {
      metadata: { name: `${name}-${role}`, namespace, labels: { ...labels, ...recommendedLabels(name, role), ...selector }, annotations },
      selector,
    };
  }
}

/** The second stage asks for certificates where the first one does, and gets those of the first. */
function samplerReceiver({ receiverCertificate, receiverClientCa, samplerCa }: CollectorProps): CollectorProps {
  return { receiverCertificate, receiverClientCa: receiverClientCa && samplerCa };
}

/** Names of Services begin with a letter, other than those of other objects. */
function checkServiceName(name: string): void {
  if (/^\d/.test(name)) refuse('name', name, `begin with a letter, because the name of a Service must: the Service would be ${name}-collector`);
}
