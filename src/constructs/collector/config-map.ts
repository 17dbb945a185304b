import { ApiObject, Lazy, Yaml } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { Fields } from './collector-config';
import { CONFIG_FILE } from './collector-pod';
import { Metadata, withoutSubstitution } from './metadata';

/** @param config the collector's configuration, when the object is rendered */
export function configMap(scope: Construct, metadata: Metadata, config: () => Fields): ApiObject {
  return new ApiObject(scope, 'config-map', {
    ...k8s.KubeConfigMap.manifest({ metadata: withoutSubstitution(metadata) }),
    data: { [CONFIG_FILE]: Lazy.any({ produce: () => Yaml.stringify(config()) }) },
  });
}
