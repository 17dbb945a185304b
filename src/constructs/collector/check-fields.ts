import { k8s } from 'cdk8s-plus-28';
import { Fields } from './collector-config';
import { checkList, checkObject, refuse } from '../kit/check';

/** Parts of pods as Kubernetes has them: what it has no field for would be dropped without a word. */

export function checkAffinity(prop: string, affinity: unknown): k8s.Affinity {
  return checkFields(prop, checkObject(prop, affinity), k8s.toJson_Affinity);
}

/** https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
export function checkTolerations(prop: string, tolerations: unknown): readonly k8s.Toleration[] {
  return checkList(prop, tolerations, (item, given) => {
    const toleration = checkFields<k8s.Toleration>(item, checkObject(item, given), k8s.toJson_Toleration);
    const { key = '', operator = 'Equal', value = '', effect = '', tolerationSeconds } = toleration;
    const oneOf = (field: string, text: unknown, allowed: readonly string[]) =>
      allowed.includes(text as string) || refuse(`${item}.${field}`, String(text), `be one of ${allowed.filter(other => other !== '').join(', ')}`);
    oneOf('operator', operator, ['Exists', 'Equal', 'Lt', 'Gt']);
    oneOf('effect', effect, ['', 'NoSchedule', 'PreferNoSchedule', 'NoExecute']);
    if (key === '' && operator !== 'Exists') refuse(`${item}.operator`, operator, "be Exists where 'key' is left out: it tolerates every taint then");
    if (operator === 'Exists' && value !== '') refuse(`${item}.value`, value, "be left out where 'operator' is Exists");
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') refuse(`${item}.tolerationSeconds`, tolerationSeconds, "be left out where 'effect' is not NoExecute");
    return toleration;
  });
}

function checkFields<T>(prop: string, given: Fields, toJson: (value: any) => Fields | undefined): T {
  let rendered: unknown;
  try {
    rendered = toJson(given);
  } catch {
    return refuse(prop, given, 'have lists and maps where Kubernetes has them');
  }
  const lost = lostPath(given, rendered);
  if (lost !== undefined) {
    refuse(`${prop}.${lost.join('.')}`, lost.at(-1),
      'be left out or renamed: it is no field that this library writes; what newer versions of Kubernetes have is added by a JSON patch');
  }
  return given as T;
}

/** The first key that is given and not written. */
function lostPath(given: unknown, rendered: unknown, path: readonly string[] = []): readonly string[] | undefined {
  if (given === undefined || given === null) return undefined;
  if (rendered === undefined || typeof given !== typeof rendered) return path;
  if (typeof given !== 'object') return undefined;
  return Object.entries(given).map(([key, member]) => lostPath(member, (rendered as Fields)[key], [...path, key])).find(found => found !== undefined);
}
