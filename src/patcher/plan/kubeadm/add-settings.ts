import { Argument, argumentsOf, COMPONENTS, fieldAt, isSameItem, itemsOf, pathText, PLACES } from './fields';
import { KubeadmPart, KubeadmRecord } from './kubeadm-record';
import { Entry, Made, YamlText } from './yaml-text';
import { ClusterConfigurationVersion, KubeadmArg, KubeadmComponent, KubeadmEnv, KubeadmSettings } from '../../../patch-spec/kubeadm-settings';
import { RESOURCE_ATTRIBUTES } from '../../../patch-spec/resource-attributes';

/** Somebody's field is in the way. */
export class Conflict extends Error {
  public constructor(public readonly at: string, message: string) {
    super(message);
  }
}

export interface Added {
  readonly text: YamlText;
  readonly record: KubeadmRecord;
  readonly notes: readonly string[];
}

type Place = readonly string[];

/** Adds what is wanted and not there; what is there already stays somebody else's. */
export function addSettings(text: YamlText, apiVersion: ClusterConfigurationVersion, settings: KubeadmSettings): Added {
  const notes: string[] = [];
  const record: { apiServer?: KubeadmPart; etcd?: KubeadmPart } = {};
  const adding = new Adding(text, apiVersion);
  for (const component of COMPONENTS) {
    const wanted = settings[component];
    if (wanted === null) continue;
    if (component === 'etcd' && (fieldAt(text, ['etcd', 'external']) ?? null) !== null) {
      notes.push("kubeadm's configuration names an external etcd, whose flags are not kubeadm's: it is told about the API server alone");
      continue;
    }
    const part = adding.component(PLACES[component], wanted);
    if (Object.keys(part).length > 0) record[component] = part;
  }
  const { made } = adding;
  const madeByPath = Object.fromEntries(made.map(({ path, was }) => [path, was]));
  return { text: adding.text, record: made.length === 0 ? record : { ...record, made: madeByPath }, notes };
}

class Adding {
  public readonly made: Made[] = [];

  public constructor(public text: YamlText, private readonly apiVersion: ClusterConfigurationVersion) {}

  public component(place: Place, wanted: KubeadmComponent): KubeadmPart {
    const there = argumentsOf(this.text, place, this.apiVersion);
    this.refuseOtherFamily(place, there, wanted);
    const verbosity = wanted.verbosity !== undefined && !there.some(({ name }) => name === 'v') ? [{ name: 'v', value: wanted.verbosity }] : [];
    const gates = there.filter(({ name }) => name === 'feature-gates').at(-1);
    const gate = wanted.gate === undefined || !gates ? undefined : this.gate(place, gates, wanted.gate);
    const newGates = wanted.gate !== undefined && !gates ? [{ name: 'feature-gates', value: wanted.gate }] : [];
    const args = [...wanted.args, ...newGates, ...verbosity].filter(arg => this.argument(place, there, arg));
    const volumes = wanted.volumes.filter(volume => this.item(place, 'extraVolumes', volume, ['name', 'mountPath']));
    const envs = wanted.envs.filter(env => !this.isTheirs(place, env) && this.item(place, 'extraEnvs', env, ['name']));
    return {
      ...args.length > 0 && { args },
      ...gate !== undefined && { gate },
      ...volumes.length > 0 && { volumes },
      ...envs.length > 0 && { envs },
    };
  }

  /** @returns whether it is ours */
  private argument(place: Place, there: readonly Argument[], { name, value }: KubeadmArg): boolean {
    const same = there.filter(arg => arg.name === name).at(-1);
    if (same && same.value !== value) {
      throw new Conflict(pathText(place, 'extraArgs', same.key), `${name} is ${JSON.stringify(same.value)} there, and ${JSON.stringify(value)} is wanted: remove that argument, or leave upkeep.kubeadmConfig out`);
    }
    if (!same) this.add([...place, 'extraArgs'], this.apiVersion === 'v1beta4' ? { value: { name, value } } : { key: name, value });
    return !same;
  }

  private item(place: Place, field: string, wanted: { readonly name: string }, unique: readonly string[]): boolean {
    const items = itemsOf(this.text, place, field);
    const index = items.findIndex(item => unique.some(key => item[key] === (wanted as { [key: string]: unknown })[key]));
    if (index === -1) this.add([...place, field], { value: wanted });
    else if (!isSameItem(items[index], wanted)) {
      throw new Conflict(pathText(place, field, index), `${JSON.stringify(items[index])} is there, and ${JSON.stringify(wanted)} is wanted: rename or remove it, or leave upkeep.kubeadmConfig out`);
    }
    return index === -1;
  }

  /** Attributes of somebody else stay, as they do in manifests; what was asked for by name and is missing, the plan of the node has refused. */
  private isTheirs(place: Place, { name, value }: KubeadmEnv): boolean {
    return name === RESOURCE_ATTRIBUTES && itemsOf(this.text, place, 'extraEnvs').some(item => item.name === name && item.value !== value);
  }

  /** @returns the gate where it is ours */
  private gate(place: Place, { key, value }: Argument, gate: string): string | undefined {
    const [name] = gate.split('=') as [string];
    const same = value.split(',').map(entry => entry.trim()).find(entry => entry.startsWith(`${name}=`));
    if (same !== undefined && same.toLowerCase() !== gate.toLowerCase()) {
      throw new Conflict(pathText(place, 'extraArgs', key), `feature-gates has ${same}, and ${gate} is wanted: take that gate out, or leave upkeep.kubeadmConfig out`);
    }
    if (same !== undefined) return undefined;
    this.text = this.text.rewrite([...place, 'extraArgs', key, ...typeof key === 'number' ? ['value'] : []], text => text + (value === '' ? '' : ',') + gate);
    return gate;
  }

  /** Flags of etcd 3.5 and of 3.6 must not stand beside each other. */
  private refuseOtherFamily(place: Place, there: readonly Argument[], { args }: KubeadmComponent): void {
    const other = there.find(({ name }) => args.some(arg => arg.name === `experimental-${name}` || name === `experimental-${arg.name}`));
    if (other) throw new Conflict(pathText(place, 'extraArgs', other.key), `${other.name} is the spelling of another release of etcd, and stops this one beside the right one: remove it`);
  }

  private add(path: Place, entry: Entry): void {
    const { text, made } = this.text.add(path, entry);
    this.text = text;
    if (made) this.made.push(made);
  }
}

