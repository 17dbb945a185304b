import { synthesizedPatch } from './app-files';
import { endpointOption, oneOf } from './intent-options';
import { ComponentState, Declared, MirrorPod, statesOf } from './mirror-pods';
import { readOptions } from './options';
import { Output } from './plan-command';
import { columns } from './text-columns';
import { EXIT } from '../../patch-spec/exit-status';
import { DOMAIN, KUBEADM_CONFIG, SPEC_FILE, TRACING_CONFIG_FILE } from '../../patch-spec/layout';
import { parsePatchSpec } from '../../patch-spec/parse-patch-spec';
import { fixedEndpoint, PatchSpec, ServiceAddress } from '../../patch-spec/patch-spec';
import { Kubectl } from '../host/kubectl';
import { KUBEADM_RECORD_ANNOTATION, KubeadmRecord, parseKubeadmRecord } from '../plan/kubeadm/kubeadm-record';

export const CLUSTER_STATUS_USAGE = `usage: cdk8s-control-plane-tracing status --cluster [options]

From anywhere, with kubectl and a kubeconfig: says for every control-plane node whether it is as declared, from the
mirror pods in kube-system. Needs no access to the nodes, and changes nothing.

  --kubeconfig FILE     (default: kubectl's own)
  --context NAME        (default: the current one)
  --namespace NAME      of the Job (default: kube-system)
  --app FILE            YAML, or a directory of it, that the app has synthesized: what is declared
                        (default: what the newest Job in the cluster was made from)
  --endpoint IP:PORT    of the collector (default: its Service's in the cluster)
  --output text|json    (default: text)

exit status: 0 all as declared, 1 something differs or is not there, 10 it cannot be said, 3 wrong usage
`;

/** @returns the exit status */
export function clusterStatusCommand(args: readonly string[], start: (common: readonly string[]) => Kubectl, { out, err }: Output): number {
  const { values } = readOptions(args, ['kubeconfig', 'context', 'namespace', 'app', 'endpoint', 'output']);
  const output = oneOf('--output', values.output ?? 'text', ['text', 'json']);
  const given = values.endpoint === undefined ? undefined : endpointOption(values.endpoint);
  const { kubeconfig, context, namespace = 'kube-system' } = values;
  const cluster = new LiveCluster(start([...kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig], ...context === undefined ? [] : ['--context', context]]));
  let states: ComponentState[];
  try {
    const { spec, template } = values.app === undefined ? cluster.declared(namespace) : fromApp(values.app);
    const endpoint = spec.state === 'disabled' ? null : given ?? fixedEndpoint(spec.collector) ?? cluster.endpointOf(spec.collector as ServiceAddress);
    const declared: Declared = { spec, template, endpoint, kubeadm: spec.kubeadmConfig === undefined ? undefined : cluster.kubeadmRecord() };
    states = statesOf(cluster.nodes(), cluster.pods(), declared);
  } catch (e) {
    err(`${(e as Error).message}\n`);
    return EXIT.refused;
  }
  out(output === 'json' ? `${JSON.stringify({ components: states }, null, 2)}\n` : text(states));
  return states.length > 0 && states.every(({ state }) => state === 'as declared') ? 0 : 1;
}

function fromApp(path: string): { spec: PatchSpec; template: string } {
  const { spec, template } = synthesizedPatch([path]);
  return { spec: parsePatchSpec(spec), template };
}

function text(states: readonly ComponentState[]): string {
  const found = ({ state, how }: ComponentState) => how.length === 0 ? state : `${state}: ${how.join('; ')}`;
  return columns(states.map(state => [state.node, state.component, state.version ?? '', found(state)]));
}

interface List<T> { readonly items: readonly T[] }
interface Named {
  readonly metadata: { readonly name: string; readonly creationTimestamp: string; readonly annotations?: { readonly [name: string]: string } };
}
interface Source { readonly configMap?: { readonly name: string; readonly items?: readonly { readonly key: string }[] } }
interface PodVolume { readonly projected?: { readonly sources: readonly Source[] } }
interface JobObject extends Named { readonly spec: { readonly template: { readonly spec: { readonly volumes: readonly PodVolume[] } } } }
interface ConfigMap extends Named { readonly data: { readonly [key: string]: string } }

/** The cluster, as kubectl shows it. */
class LiveCluster {
  public constructor(private readonly kubectl: Kubectl) {}

  public nodes(): string[] {
    return this.get<List<Named>>(['nodes', '-l', 'node-role.kubernetes.io/control-plane']).items.map(({ metadata }) => metadata.name);
  }

  public pods(): readonly MirrorPod[] {
    return this.get<List<MirrorPod>>(['-n', 'kube-system', 'pods', '-l', 'component in (kube-apiserver,etcd),tier=control-plane']).items;
  }

  /** What the newest Job was made from. */
  public declared(namespace: string): { spec: PatchSpec; template: string } {
    const jobs = [...this.get<List<JobObject>>(['-n', namespace, 'jobs', '-l', `${DOMAIN}/patch`]).items];
    const newest = jobs.sort((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? 1 : -1))[0];
    if (!newest) throw new Error(`there is no Job of this package in the namespace ${namespace}: give the synthesized YAML with --app`);
    const sources = newest.spec.template.spec.volumes.flatMap(({ projected }) => projected?.sources ?? []);
    const textOf = (key: string) => {
      const name = sources.find(({ configMap }) => configMap?.items?.some(item => item.key === key))?.configMap?.name;
      const data = name === undefined ? undefined : this.get<ConfigMap>(['-n', namespace, 'configmap', name]).data[key];
      return data ?? fail(`the Job ${newest.metadata.name} has no ${key}: give the synthesized YAML with --app`);
    };
    return { spec: parsePatchSpec(textOf(SPEC_FILE)), template: textOf(TRACING_CONFIG_FILE) };
  }

  public endpointOf({ namespace, name, port }: ServiceAddress): { host: string; port: number } {
    const { spec } = this.get<{ spec: { clusterIP?: string } }>(['-n', namespace, 'service', name]);
    return { host: spec.clusterIP ?? fail(`the Service ${namespace}/${name} has no cluster IP`), port };
  }

  /** Of no use where it may not be read: then what kubeadm has made is known by its marks. */
  public kubeadmRecord(): KubeadmRecord | undefined {
    try {
      const { metadata } = this.get<ConfigMap>(['-n', KUBEADM_CONFIG.namespace, 'configmap', KUBEADM_CONFIG.name]);
      return parseKubeadmRecord(metadata.annotations?.[KUBEADM_RECORD_ANNOTATION]);
    } catch {
      return undefined;
    }
  }

  private get<T>(args: readonly string[]): T {
    return JSON.parse(this.kubectl(['get', ...args, '-o', 'json'])) as T;
  }
}

function fail(message: string): never {
  throw new Error(message);
}
