import { ApiObject } from 'cdk8s';

/** An object outside of all namespaces: not even in that of its chart. */
export class ClusterObject extends ApiObject {
  public override toJson(): any {
    const { metadata: { namespace: _, ...metadata }, ...rendered } = super.toJson();
    const { apiVersion, kind, ...fields } = rendered;
    return { apiVersion, kind, metadata, ...fields };
  }
}
