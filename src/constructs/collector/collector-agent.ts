import { ApiObject, Size } from 'cdk8s';
import { Construct } from 'constructs';
import { AgentPorts, resolveAgentPorts } from './agent-ports';
import { agentRules } from './alert-rules';
import { checkExporters } from './check-exporters';
import { checkMonitoringLabels, ResolvedPod, resolvePod } from './check-props';
import { Collector } from './collector';
import { CollectorAgentProps } from './collector-agent-props';
import { capacityOf, CollectorCapacity } from './collector-capacity';
import { Fields } from './collector-config';
import { CollectorConfiguration } from './collector-configuration';
import { collectorPodSpec, nodeName, nodeNetwork } from './collector-pod';
import { configMap } from './config-map';
import { daemonSet } from './daemon-set';
import { checkVariables } from './environment';
import { ICollector } from './i-collector';
import { renderPipeline } from './pipeline';
import { podMonitor } from './pod-monitor';
import { serviceAccount } from './service-account';
import { bindExporters, checkExporter } from '../exporters/bind-exporters';
import { ISpanExporter } from '../exporters/i-span-exporter';
import { SpanExporter } from '../exporters/span-exporter';
import { SpanExporterConfig } from '../exporters/span-exporter-config';
import { TlsKeyPair } from '../exporters/tls-key-pair';
import { TrustedCa } from '../exporters/trusted-ca';
import { checkBoolean, checkInstance, checkList, checkProps, checkString, checkWhole } from '../kit/check';
import { checkSpelling } from '../kit/check-options';
import { checkClusterName } from '../kit/cluster-name';
import { CollectorAddress } from '../kit/collector-address';
import { COLLECTOR_LABEL, recommendedLabels } from '../kit/names';
import { prometheusRule } from '../kit/prometheus-rule';
import { checkUniqueObjects } from '../kit/unique-objects';

const LOOPBACK = '127.0.0.1';

/**
 * A Collector on every control-plane node that takes spans on the node's loopback address only, and sends them on with TLS.
 *
 * The components send plain text unless `componentTls` gives them certificates: with an agent, plain text
 * never leaves the node, and the address that they send to never changes. As the
 * loopback address needs the node's network, which Pod Security allows in no other level than `privileged`, it lives in `kube-system`.
 */
export class CollectorAgent extends Construct implements ICollector {
  /**
   * Namespace of all objects.
   */
  public readonly namespace: string;

  /**
   * What the components send their spans to: `127.0.0.1:4317`.
   */
  public readonly endpoint: string;

  /**
   * The ServiceAccount of the pods.
   */
  public readonly serviceAccount: ApiObject;

  /**
   * The ConfigMap that holds the agent's configuration as `config.yaml`. A change of it makes new pods.
   */
  public readonly configMap: ApiObject;

  /**
   * The DaemonSet.
   */
  public readonly daemonSet: ApiObject;

  /**
   * The PodMonitor, where `podMonitor` asks for one.
   */
  public readonly podMonitor?: ApiObject;

  /**
   * The PrometheusRule, where `prometheusRule` asks for one.
   */
  public readonly prometheusRule?: ApiObject;

  /**
   * The labels that select the agent's pods, and no others.
   */
  public readonly podSelector: { [label: string]: string };

  /**
   * The address that the components send their spans to, which is `endpoint`.
   */
  public readonly address: CollectorAddress;

  private readonly props: CollectorAgentProps;
  private readonly ports: AgentPorts;
  private readonly exporters: readonly SpanExporterConfig[];
  private readonly room: CollectorCapacity;

  /**
   * @throws when a prop is not what its documentation allows, or contradicts another one
   */
  constructor(scope: Construct, id: string, props: CollectorAgentProps) {
    super(scope, id);
    props = checkProps('props', props);
    if (new.target === CollectorAgent) checkSpelling(props, 'CollectorAgentProps');
    this.props = props;
    this.namespace = props.namespace ?? 'kube-system';
    const pod = resolvePod(props, this.namespace, Size.mebibytes(256));
    checkClusterName(props.clusterName);
    if (props.controlPlaneNodes !== undefined) checkWhole('controlPlaneNodes', props.controlPlaneNodes, 1, 100);
    checkBoolean('prometheusRule', props.prometheusRule ?? false);
    this.ports = resolveAgentPorts(props);
    checkMonitoringLabels(props);
    this.endpoint = `${LOOPBACK}:${this.ports.otlpGrpc}`;
    this.address = CollectorAddress.endpoint(this.endpoint);
    const configuration = this.configure(pod);
    this.exporters = bindExporters(this, destinations(props));
    checkExporters(this.exporters);
    checkVariables(pod.userEnv, this.exporters);
    this.room = capacityOf(configuration.render(this.exporters), pod);

    const name = `${pod.name}-agent`;
    const selector = { [COLLECTOR_LABEL]: name };
    this.podSelector = selector;
    const labels = { ...props.labels, ...recommendedLabels(pod.name, 'agent'), ...selector };
    const metadata = { name, namespace: this.namespace, labels, annotations: props.annotations };
    this.serviceAccount = serviceAccount(this, metadata, props.serviceAccountAnnotations);
    this.configMap = configMap(this, metadata, () => configuration.render(this.exporters));
    this.daemonSet = daemonSet(this, {
      metadata,
      selector,
      labels: { ...labels, ...pod.podLabels },
      annotations: pod.podAnnotations,
      configMap: this.configMap,
      podSpec: () => this.podSpec(pod),
    });
    const monitored = { ...metadata, labels: { ...labels, ...props.monitoringLabels } };
    this.podMonitor = props.podMonitor ? podMonitor(this, monitored, [selector]) : undefined;
    this.prometheusRule = props.prometheusRule
      ? prometheusRule(this, {
        metadata: monitored,
        group: `${name}.rules`,
        rules: agentRules({ namespace: this.namespace, workload: name, nodes: props.controlPlaneNodes }),
      })
      : undefined;
    checkUniqueObjects(this, pod.name);
  }

  /** @internal */
  public get _capacity(): CollectorCapacity {
    return this.room;
  }

  private configure({ distribution, memoryLimitMiB, userEnv }: ResolvedPod): CollectorConfiguration {
    const { clusterName, podMonitor: monitored, prometheusRule: alerts } = this.props;
    return new CollectorConfiguration({
      config: {
        host: LOOPBACK,
        metricsHost: monitored ? '${env:POD_IP}' : LOOPBACK,
        ports: this.ports,
        // Two clients, one pod: there is nothing to balance.
        maxConnectionAge: undefined,
        receiverTls: undefined,
        processors: renderPipeline({
          clusterName, nodeName: '${env:NODE_NAME}', sampling: undefined, dropTraces: [], dropSpans: [], redactions: [], memoryLimitMiB,
        }),
        extensions: [],
      },
      distribution,
      replicas: 1,
      byTrace: true,
      metricsReaders: monitored ? [...(alerts ? ['prometheusRule'] : []), 'podMonitor'] : [],
      local: true,
      ownProcessors: [],
      space: { memoryLimitMiB, volumeMiB: undefined, waitingBytes: 0 },
      env: userEnv,
      props: this.props,
    });
  }

  private podSpec(pod: ResolvedPod): Fields {
    return collectorPodSpec({
      ...pod,
      priorityClassName: this.props.priorityClassName ?? 'system-node-critical',
      serviceAccountName: this.serviceAccount.name,
      configMapName: this.configMap.name,
      exporters: this.exporters,
      volumes: [],
      mounts: [],
      env: [nodeName()],
      ports: this.ports,
      probeHost: LOOPBACK,
      more: nodeNetwork(pod),
    });
  }
}

function destinations(props: CollectorAgentProps): ISpanExporter[] {
  checkDestinations(props);
  const { gateway, exporters, gatewayCa: ca, gatewayClientCertificate: clientCertificate, gatewayServerName: serverName } = props;
  if ((gateway === undefined) === (exporters === undefined)) throw new Error("'gateway' or 'exporters' must be given, and not both");
  const idle = (['gatewayCa', 'gatewayClientCertificate', 'gatewayServerName'] as const).find(prop => props[prop] !== undefined);
  if (idle !== undefined && !gateway?.takesTls) {
    throw new Error(`'${idle}' must be left out unless the gateway takes TLS: give it a 'receiverCertificate'`);
  }
  if (exporters?.length === 0) throw new Error("'exporters' must have at least one exporter: with none, give a 'gateway' instead");
  if (gateway === undefined) return exporters!;
  if (gateway.takesTls && ca === undefined && serverName === undefined) {
    throw new Error("'gatewayCa' must be given where the gateway takes TLS: no public authority signs the name of a Service");
  }
  if (gateway._asksForCertificates && clientCertificate === undefined) {
    throw new Error("'gatewayClientCertificate' must be given where the gateway has a 'receiverClientCa'");
  }
  return [SpanExporter.otlpGrpc('gateway', {
    endpoint: `${gateway.serviceName}.${gateway.namespace}.svc:${gateway.otlpGrpcPort}`,
    ...(gateway.takesTls ? { ca, clientCertificate, serverName } : { insecure: true }),
  })];
}

/** Refuses what only looks like one of this library's objects, as plain JavaScript lets it. */
function checkDestinations({ gateway, exporters, gatewayCa, gatewayClientCertificate, gatewayServerName }: CollectorAgentProps): void {
  if (gateway !== undefined) checkInstance('gateway', gateway, Collector, 'new Collector(...)');
  checkList('exporters', exporters ?? [], checkExporter);
  if (gatewayCa !== undefined) checkInstance('gatewayCa', gatewayCa, TrustedCa, 'TrustedCa.fromSecretName(...)');
  if (gatewayClientCertificate !== undefined) {
    checkInstance('gatewayClientCertificate', gatewayClientCertificate, TlsKeyPair, 'TlsKeyPair.fromSecretName(...)');
  }
  if (gatewayServerName !== undefined) checkString('gatewayServerName', gatewayServerName);
}
