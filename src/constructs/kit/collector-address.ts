import { checkDnsLabel, checkEndpoint, checkWhole } from './check';
import { checkOptions } from './check-options';
import { checkServiceIp } from './ip';
import { formatEndpoint } from '../../patch-spec/endpoint';
import { OTLP_GRPC_PORT } from '../../patch-spec/layout';
import { fixedEndpoint, type CollectorAddress as SpecAddress } from '../../patch-spec/patch-spec';

/**
 * Options for `CollectorAddress.service`.
 */
export interface CollectorServiceOptions {
  /**
   * The namespace of the Service.
   */
  readonly namespace: string;

  /**
   * The name of the Service.
   */
  readonly name: string;

  /**
   * The Service's port that takes OTLP over gRPC.
   *
   * @default 4317
   */
  readonly port?: number;

  /**
   * The cluster IP that the Service has for good, such as `10.96.0.50`.
   *
   * A Service that is made again gets another cluster IP unless it is fixed, and the spans go nowhere, or to a stranger, from then on.
   *
   * @default - whatever cluster IP the Service has when the Job runs
   */
  readonly clusterIP?: string;
}

/**
 * Where the control plane sends its spans: a Service of the cluster, or an address outside of it.
 *
 * Components of the control plane do not resolve names of the cluster, so that what they get is always an IP address.
 */
export class CollectorAddress {
  /**
   * A Service of this cluster, whose cluster IP the Job reads from the API when it runs.
   *
   * @throws when a name, the port or the cluster IP is not one that Kubernetes takes
   */
  public static service(options: CollectorServiceOptions): CollectorAddress {
    const { namespace, name, port = OTLP_GRPC_PORT, clusterIP } = checkOptions('options', options, 'CollectorServiceOptions');
    checkDnsLabel('namespace', namespace);
    checkDnsLabel('name', name);
    checkWhole('port', port, 1, 65535);
    return new CollectorAddress({ kind: 'service', namespace, name, port, clusterIP: clusterIP === undefined ? null : checkServiceIp('clusterIP', clusterIP) });
  }

  /**
   * A fixed address that takes OTLP over gRPC, such as `10.96.0.50:4317`, `[fd00::50]:4317` or, for an agent on every node, `127.0.0.1:4317`.
   *
   * @param endpoint `IP:port`, without a scheme
   * @throws when it is not `IP:port`
   */
  public static endpoint(endpoint: string): CollectorAddress {
    return new CollectorAddress({ kind: 'endpoint', ...checkEndpoint('endpoint', endpoint) });
  }

  /**
   * `IP:port` where it is known when the app is synthesized, otherwise undefined.
   */
  public readonly fixedEndpoint?: string;

  private readonly address: SpecAddress;

  private constructor(address: SpecAddress) {
    this.address = address;
    const endpoint = fixedEndpoint(address);
    this.fixedEndpoint = endpoint && formatEndpoint(endpoint);
  }

  /**
   * What a pod dials, which can resolve the names of Services.
   *
   * @internal
   */
  public get _target(): string {
    const { address } = this;
    return address.kind === 'endpoint' ? formatEndpoint(address) : `${address.name}.${address.namespace}.svc:${address.port}`;
  }

  /** @internal */
  public _toSpec(): SpecAddress {
    return this.address;
  }
}
