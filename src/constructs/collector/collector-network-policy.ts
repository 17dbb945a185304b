import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { ciliumNetworkPolicy } from './cilium-network-policy';
import { Metadata, PodSelector } from './metadata';
import { networkPolicy } from './network-policy';
import { checkDnsLabel, checkList, checkWhole, refuse } from '../kit/check';
import { checkOptions } from '../kit/check-options';
import { checkCidr } from '../kit/ip';

/**
 * Options for `CollectorNetworkPolicy.kubernetes`.
 */
export interface KubernetesNetworkPolicyOptions {
  /**
   * Addresses of the nodes that send spans, as CIDRs without host bits, such as `192.168.0.0/28`.
   *
   * The components, and agents, have the addresses of their nodes: no selector of pods finds them.
   */
  readonly nodeCidrs: string[];

  /**
   * The namespace from which the collector's metrics are scraped. Needed with `podMonitor` and `prometheusRule`.
   *
   * @default - nobody may scrape them
   */
  readonly metricsNamespace?: string;

  /**
   * Ports that the collector may send to in addition to those of its exporters' endpoints and of a proxy, each 1 to 65535: the pods' own port, where a backend's Service has
   * another one, as network plugins judge after the Service's address has been translated.
   *
   * @default - none
   */
  readonly extraEgressPorts?: number[];
}

/**
 * Options for `CollectorNetworkPolicy.cilium`.
 */
export interface CiliumNetworkPolicyOptions {
  /**
   * The namespace from which the collector's metrics are scraped. Needed with `podMonitor` and `prometheusRule`.
   *
   * @default - nobody may scrape them
   */
  readonly metricsNamespace?: string;

  /**
   * Ports that the collector may send to in addition to those of its exporters' endpoints and of a proxy, each 1 to 65535: the pods' own port, where a backend's Service has
   * another one, as network plugins judge after the Service's address has been translated.
   *
   * @default - none
   */
  readonly extraEgressPorts?: number[];
}

/** What a policy is made for. */
export interface NetworkPolicyTarget {
  readonly metadata: Metadata;
  readonly selector: PodSelector;
  readonly otlpGrpcPort: number;
  /** The pods that send spans; undefined where nodes do. */
  readonly senders?: PodSelector;
  /** The ports that exporters send to, when the object is rendered; undefined where they are not all known. */
  readonly exporterPorts: () => readonly number[] | undefined;
}

/**
 * Lets nodes of the cluster send spans to the collector, and the collector reach its backends and the cluster's DNS: nothing else.
 *
 * What it may send is limited only where the ports of all exporters are known.
 */
export class CollectorNetworkPolicy {
  /**
   * A NetworkPolicy, for network plugins that find nodes by their addresses, such as Calico.
   *
   * @throws when there is no CIDR, or one that is none
   */
  public static kubernetes(options: KubernetesNetworkPolicyOptions): CollectorNetworkPolicy {
    const given = checkOptions('options', options, 'KubernetesNetworkPolicyOptions');
    const nodeCidrs = checkList('nodeCidrs', given.nodeCidrs, (_item, cidr) => checkCidr('nodeCidrs', cidr));
    if (nodeCidrs.length === 0) throw new Error("'nodeCidrs' must have at least one CIDR: nobody could send spans");
    return new CollectorNetworkPolicy(nodeCidrs, given);
  }

  /**
   * A CiliumNetworkPolicy, as Cilium does not find nodes by their addresses.
   */
  public static cilium(options: CiliumNetworkPolicyOptions = {}): CollectorNetworkPolicy {
    return new CollectorNetworkPolicy(undefined, checkOptions('options', options, 'CiliumNetworkPolicyOptions'));
  }

  private readonly nodeCidrs: readonly string[] | undefined;
  private readonly metricsNamespace: string | undefined;
  private readonly extraEgressPorts: readonly number[];

  private constructor(nodeCidrs: string[] | undefined, { metricsNamespace, extraEgressPorts = [] }: CiliumNetworkPolicyOptions) {
    if (metricsNamespace !== undefined) checkDnsLabel('metricsNamespace', metricsNamespace);
    checkList('extraEgressPorts', extraEgressPorts, (_item, port) => checkWhole('extraEgressPorts', port, 1, 65535));
    this.nodeCidrs = nodeCidrs;
    this.metricsNamespace = metricsNamespace;
    this.extraEgressPorts = extraEgressPorts;
  }

  /** @internal */
  public get _letsMetricsOut(): boolean {
    return this.metricsNamespace !== undefined;
  }

  /** @internal */
  public _check(exporterPorts: readonly number[] | undefined): void {
    if (exporterPorts === undefined && this.extraEgressPorts.length > 0) {
      refuse('extraEgressPorts', this.extraEgressPorts.join(', '),
        'be left out where the ports of an exporter or an extension are not known: the collector may send everywhere then');
    }
  }

  /** @internal */
  public _render(scope: Construct, id: string, target: NetworkPolicyTarget): ApiObject {
    const { nodeCidrs, metricsNamespace } = this;
    const options = {
      metadata: target.metadata,
      selector: target.selector,
      otlpGrpcPort: target.otlpGrpcPort,
      senders: target.senders,
      metricsNamespace,
      egressPorts: () => this.egressPorts(target),
    };
    return nodeCidrs === undefined ? ciliumNetworkPolicy(scope, id, options) : networkPolicy(scope, id, { ...options, nodeCidrs });
  }

  private egressPorts({ exporterPorts }: NetworkPolicyTarget): readonly number[] | undefined {
    const ports = exporterPorts();
    return ports && [...new Set([...ports, ...this.extraEgressPorts])].sort((a, b) => a - b);
  }
}
