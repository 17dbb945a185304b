import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { Fields, METRICS_PORT } from './collector-config';
import { AllowedTraffic } from './network-policy';

/** For Cilium, which finds nodes by what they are. */
export function ciliumNetworkPolicy(scope: Construct, id: string, options: AllowedTraffic): ApiObject {
  return new ApiObject(scope, id, {
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    metadata: options.metadata,
    spec: Lazy.any({ produce: () => spec(options) }),
  });
}

function spec({ selector, otlpGrpcPort, senders, metricsNamespace, egressPorts }: AllowedTraffic): Fields {
  const ports = egressPorts();
  return {
    endpointSelector: { matchLabels: selector },
    ingress: [
      { ...(senders === undefined ? { fromEntities: ['host', 'remote-node', 'kube-apiserver'] } : { fromEndpoints: [{ matchLabels: senders }] }), toPorts: [{ ports: [tcp(otlpGrpcPort)] }] },
      ...(metricsNamespace === undefined ? [] : [{
        fromEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': metricsNamespace } }],
        toPorts: [{ ports: [tcp(METRICS_PORT)] }],
      }]),
    ],
    ...(ports === undefined ? {} : {
      egress: [
        { toEntities: ['all'], toPorts: [{ ports: [{ protocol: 'ANY', port: '53' }] }] },
        ...(ports.length === 0 ? [] : [{ toEntities: ['all'], toPorts: [{ ports: ports.map(tcp) }] }]),
      ],
    }),
  };
}

function tcp(port: number): Fields {
  return { protocol: 'TCP', port: String(port) };
}
