import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { Collector } from './collector/collector';
import { CollectorAgent } from './collector/collector-agent';
import { CollectorAgentOptions, CollectorAgentProps } from './collector/collector-agent-props';
import { ICollector } from './collector/i-collector';
import { SpanExporter } from './exporters/span-exporter';
import { checkSpelling } from './kit/check-options';
import { CollectorAddress } from './kit/collector-address';
import { DEFAULT_NAME, recommendedLabels } from './kit/names';
import { prometheusRule } from './kit/prometheus-rule';
import { namespaceInChart } from './kit/unique-objects';
import { warnOfLoad } from './load-warnings';
import { ControlPlanePatch } from './patch/control-plane-patch';
import { certificateRule, driftRule, jobRules } from './patch/job-alert';
import { TracingConfig } from './patch/tracing-config';
import { RestrictedNamespace } from './restricted-namespace';
import { checkStackProps, wantsNamespace } from './stack-checks';
import { TracingStackProps } from './tracing-stack-props';
import { certificateLease } from '../patch-spec/layout';

/**
 * OpenTelemetry tracing of the control plane: a collector, the tracing configuration, and the Job that sets up kube-apiserver and etcd.
 *
 * The collector lives in the chart's namespace, and in `control-plane-tracing` where the chart has none.
 *
 * @example
 *
 * new TracingStack(chart, 'tracing', {
 *   clusterName: 'prod-eu-1',
 *   controlPlaneNodes: 3,
 *   samplingRatePerMillion: 10_000,
 *   exporters: [SpanExporter.otlpGrpc('tempo', { endpoint: 'tempo-distributor.observability:4317', insecure: true })],
 * });
 */
export class TracingStack extends Construct {
  /**
   * The namespace of the collector, where the stack makes it. One that the chart had already is used as it is.
   */
  public readonly namespace?: ApiObject;

  /**
   * The collector: the one that the stack has made, or the `Collector` that it was given.
   */
  public readonly collector?: Collector;

  /**
   * The agent on every control-plane node, where the stack was asked for one.
   */
  public readonly agent?: CollectorAgent;

  /**
   * The configuration of the API server's tracing.
   */
  public readonly tracingConfig: TracingConfig;

  /**
   * The Job that edits the control plane's manifests, and what it needs.
   */
  public readonly patch: ControlPlanePatch;

  /**
   * @throws when a prop is not what its documentation allows, or contradicts another one
   */
  constructor(scope: Construct, id: string, props: TracingStackProps = {}) {
    super(scope, id);
    props = checkStackProps(props);
    if (new.target === TracingStack) checkSpelling(props, 'TracingStackProps');
    const namespace = props.collector?.namespace ?? Chart.of(this).namespace ?? DEFAULT_NAME;

    if (wantsNamespace(props, namespace)) this.namespace = namespaceInChart(this, namespace) ?? this.makeNamespace(props, namespace);
    const existing = props.collectorAddress ?? props.collector?.address;
    this.collector = existing === undefined ? this.makeCollector(props, namespace) : asConstruct(props.collector);
    // Objects are applied in the order of the file.
    if (this.namespace) this.collector?.node.addDependency(this.namespace);
    const address = existing ?? this.collector!.address;
    this.agent = props.agent === undefined ? undefined : this.makeAgent(props, props.agent, address);
    this.tracingConfig = new TracingConfig(this, 'tracing-config', {
      ...props,
      namespace: props.patchNamespace,
      collector: this.agent?.address ?? address,
    });
    this.patch = new ControlPlanePatch(this, 'patch', { ...props, tracingConfig: this.tracingConfig });
    this.alertOnJob(props);
    warnOfLoad(this, props, this);
  }

  private makeNamespace({ name = DEFAULT_NAME, labels, annotations }: TracingStackProps, namespace: string): ApiObject {
    return new RestrictedNamespace(this, 'namespace', { name: namespace, instance: name, labels, annotations });
  }

  private makeCollector(props: TracingStackProps, namespace: string): Collector {
    const { name, labels, annotations, imagePullSecrets, clusterName, clusterIP, exporters, collectorOptions } = props;
    return new Collector(this, 'collector', { imagePullSecrets, ...collectorOptions, namespace, name, labels, annotations, clusterName, clusterIP, exporters });
  }

  private makeAgent(props: TracingStackProps, agent: CollectorAgentOptions, address: CollectorAddress): CollectorAgent {
    const { name, labels, annotations, imagePullSecrets, clusterName, controlPlaneNodes } = props;
    return new CollectorAgent(this, 'agent', {
      namespace: props.patchNamespace,
      name,
      labels,
      annotations,
      imagePullSecrets,
      ...(this.collector === undefined ? { ...sendingTo(address, agent), clusterName } : { ...agent, gateway: this.collector }),
      prometheusRule: this.wantsAgentAlerts(agent),
      controlPlaneNodes,
    });
  }

  /** Alerts on a Job that fails, where the collector has alerts, too. */
  private alertOnJob({ name = DEFAULT_NAME, labels, annotations, controlPlaneNodes, componentTls }: TracingStackProps): void {
    const monitoringLabels = this.collector?._monitoringLabels;
    if (monitoringLabels === undefined) return;
    const { namespace, cronJob } = this.patch;
    const drift = cronJob === undefined ? [] : [driftRule(namespace, cronJob.name, Math.max(60, 15 * (controlPlaneNodes ?? 1)))];
    const certificates = componentTls === undefined ? [] : [certificateRule(namespace, certificateLease(this.patch._toPatchSpec().lease).name)];
    prometheusRule(this, {
      metadata: { name, namespace, labels: { ...labels, ...recommendedLabels(name, 'patch'), ...monitoringLabels }, annotations },
      group: `${name}.rules`,
      rules: [...jobRules(namespace, name), ...drift, ...certificates],
    });
  }

  /** Alerts on agents, unless the agent's own prop says otherwise, where the collector has alerts and the agent is scraped. */
  private wantsAgentAlerts({ prometheusRule: wanted, podMonitor }: CollectorAgentOptions): boolean {
    return wanted ?? (podMonitor === true && this.collector?._monitoringLabels !== undefined);
  }
}

/** The collector with all its handles, where the stack was given more than an address. */
function asConstruct(collector: ICollector | undefined): Collector | undefined {
  return collector instanceof Collector ? collector : undefined;
}

/** What an agent needs to send to a collector that no construct of this library stands for. */
function sendingTo(address: CollectorAddress, agent: CollectorAgentOptions): CollectorAgentProps {
  const { gatewayCa: ca, gatewayClientCertificate: clientCertificate, gatewayServerName: serverName, ...options } = agent;
  const tls = [ca, clientCertificate, serverName].some(prop => prop !== undefined);
  return {
    ...options,
    exporters: [SpanExporter.otlpGrpc('gateway', { endpoint: address._target, ...(tls ? { ca, clientCertificate, serverName } : { insecure: true }) })],
  };
}
