import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { Metadata, PodSelector } from './metadata';

/** @param selector labels of the Service, which are those of its pods */
export function serviceMonitor(scope: Construct, metadata: Metadata, selector: PodSelector): ApiObject {
  return new ApiObject(scope, 'service-monitor', {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata,
    spec: {
      selector: { matchLabels: selector },
      endpoints: [{ port: 'metrics', path: '/metrics', interval: '30s' }],
    },
  });
}
