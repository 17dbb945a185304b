import { argumentsOf, COMPONENTS, isSameItem, itemsOf, PLACES } from './fields';
import { KubeadmPart, KubeadmRecord } from './kubeadm-record';
import { YamlText } from './yaml-text';
import { ClusterConfigurationVersion } from '../../../patch-spec/kubeadm-settings';

export interface Removed {
  readonly text: YamlText;
  readonly notes: readonly string[];
}

/** Takes out what the record names, as far as it still has the value that we gave it; the last one added goes first. */
export function removeSettings(before: YamlText, apiVersion: ClusterConfigurationVersion, record: KubeadmRecord): Removed {
  let text = before;
  const notes: string[] = [];
  const was = record.made ?? {};
  const takeOut = (place: readonly string[], field: string, find: () => string | number | undefined, what: string) => {
    const key = find();
    if (key === undefined) notes.push(`${[...place, field].join('.')}: ${what} was changed or taken out by someone else, and stays as it is`);
    else text = text.remove([...place, field], key, was);
  };
  const items = (place: readonly string[], field: string, ours: readonly { readonly name: string }[] = []) => {
    for (const item of [...ours].reverse()) {
      const index = () => itemsOf(text, place, field).findIndex(there => isSameItem(there, item));
      takeOut(place, field, () => index() === -1 ? undefined : index(), item.name);
    }
  };
  for (const component of [...COMPONENTS].reverse()) {
    const place = PLACES[component];
    const part: KubeadmPart = record[component] ?? {};
    items(place, 'extraEnvs', part.envs);
    items(place, 'extraVolumes', part.volumes);
    for (const { name, value } of [...part.args ?? []].reverse()) {
      takeOut(place, 'extraArgs', () => argumentsOf(text, place, apiVersion).filter(arg => arg.name === name && arg.value === value).at(-1)?.key, name);
    }
    const { gate } = part;
    if (gate === undefined) continue;
    const gates = argumentsOf(text, place, apiVersion).filter(({ name, value }) => name === 'feature-gates' && value.split(',').includes(gate)).at(-1);
    if (!gates) notes.push(`${place.join('.')}.extraArgs: the gate ${gate} was changed or taken out by someone else, and stays as it is`);
    else text = text.rewrite([...place, 'extraArgs', gates.key, ...typeof gates.key === 'number' ? ['value'] : []], value => withoutEntry(value, gate));
  }
  return { text, notes };
}

function withoutEntry(text: string, gate: string): string {
  const found = [`,${gate}`, `${gate},`, gate].find(part => text.includes(part));
  return found === undefined ? text : text.replace(found, () => '');
}
