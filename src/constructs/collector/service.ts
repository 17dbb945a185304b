import { ApiObject, JsonPatch } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { Metadata, PodSelector } from './metadata';
import { ResolvedService } from './resolve-service';

export interface ServiceOptions extends ResolvedService {
  readonly metadata: Metadata;
  readonly selector: PodSelector;
  readonly otlpGrpcPort: number;
  /** The port that shows metrics, where they are scraped through the Service. */
  readonly metricsPort: number | undefined;
}

/** Where the control plane sends its spans. */
export function service(scope: Construct, options: ServiceOptions): ApiObject {
  const { metadata, selector, otlpGrpcPort, metricsPort, trafficDistribution } = options;
  const made = new ApiObject(scope, 'service', k8s.KubeService.manifest({
    metadata,
    spec: {
      type: 'ClusterIP',
      clusterIp: options.clusterIP,
      ipFamilies: options.ipFamilies && [...options.ipFamilies],
      ipFamilyPolicy: options.ipFamilyPolicy,
      internalTrafficPolicy: options.internalTrafficPolicy,
      selector,
      ports: [
        { ...port('otlp-grpc', otlpGrpcPort), appProtocol: 'grpc' },
        ...(metricsPort === undefined ? [] : [port('metrics', metricsPort)]),
      ],
    },
  }));
  if (trafficDistribution !== undefined) {
    // Kubernetes 1.28 did not know it.
    made.addJsonPatch(JsonPatch.add('/spec/trafficDistribution', trafficDistribution));
  }
  return made;
}

function port(name: string, number: number): k8s.ServicePort {
  return { name, port: number, targetPort: k8s.IntOrString.fromString(name), protocol: 'TCP' };
}
