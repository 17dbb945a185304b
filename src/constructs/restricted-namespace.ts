import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { ClusterObject } from './kit/cluster-object';
import { recommendedLabels } from './kit/names';

const LEVELS = ['enforce', 'audit', 'warn'];

export interface RestrictedNamespaceOptions {
  readonly name: string;
  readonly instance: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
}

/** A Namespace whose pods must meet the strictest Pod Security level. https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
export class RestrictedNamespace extends ClusterObject {
  constructor(scope: Construct, id: string, options: RestrictedNamespaceOptions) {
    super(scope, id, k8s.KubeNamespace.manifest({
      metadata: {
        name: options.name,
        labels: {
          ...options.labels,
          ...recommendedLabels(options.instance, 'namespace'),
          ...Object.fromEntries(LEVELS.map(level => [`pod-security.kubernetes.io/${level}`, 'restricted'])),
        },
        annotations: options.annotations,
      },
    }));
  }
}
