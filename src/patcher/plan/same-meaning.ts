import { isDeepStrictEqual } from 'util';
import { asProcessSees, isField } from './environment';
import { Container, Pod, Volume } from './pod';
import { CHANGES_ANNOTATION, FIRST_RENAME_ANNOTATION } from './record';
import { DIRECTORY_VOLUME } from '../../patch-spec/kubeadm-settings';

/** What is known about the node that decides what a manifest means there. */
export interface Meaning {
  readonly nodeName: string;
  readonly configDirectory: string;
  /** The API server has read another tracing configuration than its path says: an empty file, where the node has just joined. */
  readonly staleConfigFile: boolean;
}

/**
 * Whether a restart would bring anything: our own notes in the annotations do not count, nor does the place among other people's
 * items, since a flag of ours stands there once. What kubeadm writes from its configuration is spelled otherwise and means the same:
 * the name of the node by a variable, and a file that is made where it is missing.
 */
export function sameMeaning(a: Pod, b: Pod, container: number, meaning: Meaning): boolean {
  return isDeepStrictEqual(normal(a, container, meaning), normal(b, container, meaning));
}

function normal(pod: Pod, container: number, meaning: Meaning): unknown {
  const { [CHANGES_ANNOTATION]: _, [FIRST_RENAME_ANNOTATION]: __, ...annotations } = pod.metadata.annotations ?? {};
  const isDirectory = ({ name, hostPath }: Volume) => name === DIRECTORY_VOLUME && hostPath?.path === meaning.configDirectory;
  const directories = (pod.spec.volumes ?? []).filter(isDirectory);
  const isOurs = ({ name }: { name: string }) => directories.some(volume => volume.name === name);
  return {
    ...pod,
    metadata: { ...pod.metadata, annotations },
    spec: {
      ...pod.spec,
      volumes: (pod.spec.volumes ?? []).filter(volume => !isOurs(volume)).map(volume => asFile(volume, meaning)).sort(byText),
      containers: pod.spec.containers.map((c, i) => i !== container ? c : {
        ...normalContainer(c, meaning.nodeName),
        volumeMounts: (c.volumeMounts ?? []).filter(mount => !isOurs(mount)).sort(byText),
      }),
    },
  };
}

function normalContainer(container: Container, nodeName: string): object {
  const item = (text: string) => asProcessSees(container, text, nodeName);
  return {
    ...container,
    command: (container.command ?? []).map(item).sort(),
    args: (container.args ?? []).map(item).sort(),
    // The variable itself says nothing to the component. Of one name the last wins: those keep their order.
    env: (container.env ?? []).filter(variable => !(variable.name === 'NODE_NAME' && isField(variable, 'spec.nodeName')))
      .map(variable => typeof variable.value === 'string' ? { ...variable, value: item(variable.value) } : variable)
      .sort((x, y) => (x.name < y.name ? -1 : Number(x.name > y.name))),
  };
}

function asFile(volume: Volume, { configDirectory, staleConfigFile }: Meaning): Volume {
  const { hostPath } = volume;
  if (staleConfigFile || hostPath?.type !== 'FileOrCreate' || !hostPath.path.startsWith(`${configDirectory}/`)) return volume;
  return { ...volume, hostPath: { ...hostPath, type: 'File' } };
}

function byText(x: unknown, y: unknown): number {
  return JSON.stringify(x) < JSON.stringify(y) ? -1 : 1;
}
