import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { anyOfSelectors, Metadata, PodSelector } from './metadata';

/** @param selectors labels of the Services, which are those of their pods */
export function serviceMonitor(scope: Construct, metadata: Metadata, selectors: readonly PodSelector[]): ApiObject {
  return new ApiObject(scope, 'service-monitor', {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata,
    spec: {
      selector: anyOfSelectors(selectors),
      endpoints: [{ port: 'metrics', path: '/metrics', interval: '30s' }],
    },
  });
}
