import { ApiObject } from 'cdk8s';
import { Fields } from './collector-config';
import { CONFIG_CHECKSUM } from './placement';
import { contentHash } from '../kit/canonical-json';

export interface PodTemplateOptions {
  readonly labels: { readonly [label: string]: string };
  readonly annotations: { readonly [name: string]: string };
  /** The ConfigMap that holds the collector's configuration. */
  readonly configMap: ApiObject;
  /** The pod's specification, as it is rendered. */
  readonly podSpec: () => Fields;
}

/** A pod's template that changes with the configuration, after all JSON patches. */
export function podTemplate({ labels, annotations, configMap, podSpec }: PodTemplateOptions): Fields {
  return {
    metadata: { labels, annotations: { ...annotations, [CONFIG_CHECKSUM]: contentHash(configMap.toJson().data) } },
    spec: podSpec(),
  };
}
