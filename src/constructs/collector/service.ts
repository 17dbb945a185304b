import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { Metadata, PodSelector } from './metadata';

export interface ServiceOptions {
  readonly metadata: Metadata;
  readonly selector: PodSelector;
  readonly port: number;
  readonly clusterIP: string | undefined;
}

/** Where the control plane sends its spans. */
export function service(scope: Construct, { metadata, selector, port, clusterIP }: ServiceOptions): ApiObject {
  return new ApiObject(scope, 'service', k8s.KubeService.manifest({
    metadata,
    spec: {
      type: 'ClusterIP',
      clusterIp: clusterIP,
      selector,
      ports: [{ name: 'otlp-grpc', port, targetPort: k8s.IntOrString.fromString('otlp-grpc'), protocol: 'TCP', appProtocol: 'grpc' }],
    },
  }));
}
