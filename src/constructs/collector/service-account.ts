import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { Metadata } from './metadata';

export function serviceAccount(scope: Construct, metadata: Metadata, annotations: Record<string, string> = {}): ApiObject {
  return new ApiObject(scope, 'service-account', k8s.KubeServiceAccount.manifest({
    metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } },
    automountServiceAccountToken: false,
  }));
}
