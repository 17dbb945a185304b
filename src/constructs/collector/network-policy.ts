import { ApiObject, Lazy } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { METRICS_PORT } from './collector-config';
import { Metadata, PodSelector } from './metadata';

/** Who may talk to the pods, and to which ports they may send. */
export interface AllowedTraffic {
  readonly metadata: Metadata;
  readonly selector: PodSelector;
  readonly otlpGrpcPort: number;
  /** The pods of the same namespace that may send spans; undefined where nodes may. */
  readonly senders: PodSelector | undefined;
  /** The namespace that may scrape metrics. */
  readonly metricsNamespace: string | undefined;
  /** When the object is rendered; undefined where not all are known, and nothing is limited. */
  readonly egressPorts: () => readonly number[] | undefined;
}

export interface NetworkPolicyOptions extends AllowedTraffic {
  readonly nodeCidrs: readonly string[];
}

/** For network plugins that find nodes by their addresses. */
export function networkPolicy(scope: Construct, id: string, options: NetworkPolicyOptions): ApiObject {
  return new ApiObject(scope, id, {
    ...k8s.KubeNetworkPolicy.manifest({ metadata: options.metadata }),
    spec: Lazy.any({ produce: () => k8s.KubeNetworkPolicy.manifest({ spec: spec(options) }).spec }),
  });
}

function spec({ selector, otlpGrpcPort, senders, nodeCidrs, metricsNamespace, egressPorts }: NetworkPolicyOptions): k8s.NetworkPolicySpec {
  const ports = egressPorts();
  return {
    podSelector: { matchLabels: selector },
    policyTypes: ['Ingress', ...(ports === undefined ? [] : ['Egress'])],
    ingress: [
      { from: senders === undefined ? nodeCidrs.map(cidr => ({ ipBlock: { cidr } })) : [{ podSelector: { matchLabels: senders } }], ports: [port('TCP', otlpGrpcPort)] },
      ...(metricsNamespace === undefined ? [] : [{
        from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': metricsNamespace } } }],
        ports: [port('TCP', METRICS_PORT)],
      }]),
    ],
    egress: ports === undefined ? undefined : [
      { ports: [port('UDP', 53), port('TCP', 53)] },
      ...(ports.length === 0 ? [] : [{ ports: ports.map(number => port('TCP', number)) }]),
    ],
  };
}

function port(protocol: string, number: number): k8s.NetworkPolicyPort {
  return { protocol, port: k8s.IntOrString.fromNumber(number) };
}
