import { IResource } from 'cdk8s-plus-28';
import { checkImplements, refuse } from '../kit/check';

/** The name of an object that a user has in hand. Languages without types may pass another kind, or its name. */
export function objectName(prop: string, object: IResource, kind: string, byName: string): string {
  const { name, kind: given } = checkImplements<IResource>(prop, object, 'kind', `a ${kind} of cdk8s-plus: where you have its name, use ${byName}`);
  return given === kind ? name : refuse(prop, given, `be a ${kind}`);
}
