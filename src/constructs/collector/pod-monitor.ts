import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { anyOfSelectors, Metadata, PodSelector } from './metadata';

export function podMonitor(scope: Construct, metadata: Metadata, selectors: readonly PodSelector[]): ApiObject {
  return new ApiObject(scope, 'pod-monitor', {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata,
    spec: {
      selector: anyOfSelectors(selectors),
      podMetricsEndpoints: [{ port: 'metrics', path: '/metrics', interval: '30s' }],
    },
  });
}
