import { ApiObject, Lazy, Yaml } from 'cdk8s';
import { Construct } from 'constructs';
import { Fields } from './collector-config';
import { CONFIG_FILE } from './collector-pod';
import { contentHash } from '../kit/canonical-json';

export function serviceAccount(scope: Construct, metadata: Fields, annotations: Fields = {}): ApiObject {
  return new ApiObject(scope, 'service-account', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } },
    automountServiceAccountToken: false,
  });
}

export function configMap(scope: Construct, metadata: Fields, config: () => Fields): ApiObject {
  return new ApiObject(scope, 'config-map', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    // The configuration refers to the environment as Flux refers to its variables.
    metadata: { ...metadata, annotations: { ...metadata.annotations, 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' } },
    data: { [CONFIG_FILE]: Lazy.any({ produce: () => Yaml.stringify(config()) }) },
  });
}

/** A pod's template that changes with the configuration, after all JSON patches. */
export function podTemplate(labels: Fields, configuration: ApiObject, spec: () => Fields): Fields {
  return {
    metadata: {
      labels,
      annotations: { 'checksum/config': Lazy.any({ produce: () => contentHash(configuration.toJson().data) }) },
    },
    spec: Lazy.any({ produce: spec }),
  };
}
