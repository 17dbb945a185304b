import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { Metadata, PodSelector } from './metadata';

export function podMonitor(scope: Construct, metadata: Metadata, selector: PodSelector): ApiObject {
  return new ApiObject(scope, 'pod-monitor', {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata,
    spec: {
      selector: { matchLabels: selector },
      podMetricsEndpoints: [{ port: 'metrics', path: '/metrics', interval: '30s' }],
    },
  });
}
