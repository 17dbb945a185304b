import { isDeepStrictEqual } from 'util';
import { Adopted, adoptFlags, adoptMount, adoptVariable, adoptVolume } from './adopt';
import { CommandLine, lastFlag } from './command-line';
import { asProcessSees, variableLines } from './environment';
import { featureGates, withGate } from './feature-gates';
import { IdentityWants } from './identity';
import { Manifest } from './manifest';
import { mountAbove, normal } from './mount-above';
import { Variable, Volume, VolumeMount } from './pod';
import { Changes, changesLine } from './record';
import { Conflicts } from './refusal';
import { appendItems, appendKey, Edit, insertList, replaceText, textRange } from './splice';
import { Flag } from '../../patch-spec/tracing-flags';

/** What a component needs so that it traces. */
export interface Wanted {
  /** Whether a setup made by hand is taken over, rather than in the way. */
  readonly adopt?: boolean | undefined;
  /** For flags that name the node by a variable. */
  readonly nodeName?: string;
  /** Each refuses where something that is there already is in the way. */
  readonly checks: readonly (() => void)[];
  readonly flags: readonly Flag[];
  readonly verbosity?: { readonly level: number; readonly replaceExisting: boolean };
  /** `Gate=true` */
  readonly gate?: string;
  readonly identity?: IdentityWants;
  /** A file of the node that the container must see under the same path. */
  readonly file?: string;
}

const NAME = 'tracing-config';

export function mountOf(file: string): VolumeMount {
  return { mountPath: file, name: NAME, readOnly: true };
}

export function volumeOf(file: string): Volume {
  return { hostPath: { path: file, type: 'File' }, name: NAME };
}

/** The edits that make a manifest which holds nothing of ours do what is wanted, its record included. */
export function enable(manifest: Manifest, line: CommandLine, wanted: Wanted): Edit[] {
  const index = line.path[2] as number;
  const edits: Edit[] = [];
  const conflicts = new Conflicts();
  wanted.checks.forEach(check => conflicts.during(check, undefined));
  let changes: Changes = {};
  const take = (adopted: Adopted) => {
    edits.push(...adopted.edits);
    changes = { ...changes, ...adopted.changes };
  };
  if (wanted.adopt) take(conflicts.during(() => adoptFlags(manifest, line, wanted.flags, wanted.nodeName ?? ''), { edits: [], changes: {} }));
  const args = wanted.flags.flatMap(flag => conflicts.during(() => missingFlag(manifest, line, flag, wanted), []));

  if (wanted.gate !== undefined && !featureGates(line).some(gate => wanted.gate === `${gate.name}=${gate.on}`)) {
    const flag = lastFlag(line, 'feature-gates');
    if (flag) {
      manifest.list([...line.path, flag.item.list]);
      edits.push(withGate(manifest, flag, wanted.gate, index));
      changes = { ...changes, gate: wanted.gate };
    } else {
      args.push(`--feature-gates=${wanted.gate}`);
    }
  }
  if (wanted.verbosity) {
    const now = String(wanted.verbosity.level);
    const flag = lastFlag(line, 'v');
    if (!flag) {
      args.push(`--v=${now}`);
    } else if (wanted.verbosity.replaceExisting && flag.value !== now) {
      const { node, list, index: at } = flag.item;
      const [text, item] = flag.form === 'one item' ? [`--v=${now}`, `--v=${now}`] : [JSON.stringify(now), now];
      manifest.list([...line.path, list]);
      edits.push(replaceText(manifest, node, text, pod => { pod.spec.containers[index]![list]![at] = item; }));
      changes = { ...changes, verbosity: { now, was: manifest.text.slice(...textRange(manifest, node)) } };
    }
  }
  if (args.length > 0) {
    const list = (line.container.args ?? []).length > 0 ? 'args' : 'command';
    edits.push(appendItems(manifest, [...line.path, list], args.map(arg => [arg]), pod => { pod.spec.containers[index]![list]!.push(...args); }));
    changes = { args, ...changes };
  }
  if (wanted.identity) {
    const { identity } = wanted;
    take(conflicts.during(() => environment(manifest, line, identity, wanted.adopt), { edits: [], changes: {} }));
  }
  if (wanted.file !== undefined) {
    const { file } = wanted;
    take(conflicts.during(() => missingMount(manifest, line, file, wanted.adopt), { edits: [], changes: {} }));
    take(conflicts.during(() => missingVolume(manifest, file, wanted.adopt), { edits: [], changes: {} }));
  }
  conflicts.end();
  const annotation = changesLine(changes);
  if (annotation !== undefined) edits.push(annotate(manifest, annotation));
  return edits;
}

/** One more annotation; `line` is `key: 'value'` with the value in quotes. */
export function annotate(manifest: Manifest, line: string): Edit {
  const [, key, quoted] = /^(\S+): (.*)$/.exec(line) as unknown as [string, string, string];
  const value = quoted.startsWith('"') ? JSON.parse(quoted) as string : quoted.slice(1, -1).replaceAll("''", "'");
  const means: Edit['means'] = pod => { pod.metadata.annotations = { ...pod.metadata.annotations, [key]: value }; };
  return manifest.map(['metadata', 'annotations'])
    ? appendKey(manifest, ['metadata', 'annotations'], [line], means)
    : appendKey(manifest, ['metadata'], ['annotations:', `  ${line}`], means);
}

function missingFlag(manifest: Manifest, line: CommandLine, wanted: Flag, { adopt = false, nodeName = '' }: Wanted): string[] {
  const flag = lastFlag(line, wanted.name);
  if (!flag) return wanted.isDefault ? [] : [`--${wanted.name}=${wanted.value}`];
  if (adopt || asProcessSees(line.container, flag.value, nodeName) === wanted.value) return [];
  const literally = flag.value.includes('$(') ? ' (no shell reads it, so that is the value itself)' : '';
  return manifest.refuse('flag-conflict', flag.item.node,
    `--${wanted.name} is set to ${JSON.stringify(flag.value)} by someone else${literally}, and ${JSON.stringify(wanted.value)} is wanted: `
    + `take that tracing setup over with "adopt: true" (--adopt by hand), remove it first, or leave this component out of the spec${flag.name === 'tracing-config-file' ? byHand(manifest, line, flag.value) : ''}`);
}

/** The way from the setup that the guides make by hand: all its lines go in one edit. */
function byHand(manifest: Manifest, line: CommandLine, file: string): string {
  const mounts = line.container.volumeMounts ?? [];
  const mount = mounts.findIndex(({ mountPath }) => normal(mountPath) === normal(file));
  if (mount === -1) return '';
  const { name } = mounts[mount]!;
  const volume = (manifest.pod.spec.volumes ?? []).findIndex(v => v.name === name);
  const at = (...path: (string | number)[]) => manifest.at(manifest.find(path) ?? 0);
  return `; a setup made by hand goes in one edit: take out this flag, the mount ${name} (${at(...line.path, 'volumeMounts', mount)}) `
    + `and the volume ${name} (${at('spec', 'volumes', volume)}), and plan again; the file ${file} may stay on the node`;
}

function environment(manifest: Manifest, line: CommandLine, { variables, conflict }: IdentityWants, adopt = false): Adopted {
  const path = [...line.path, 'env'];
  if (conflict) {
    const adopted = adopt ? adoptVariable(manifest, line, conflict.variable.index, conflict.instead) : undefined;
    return adopted ?? manifest.refuse('environment-conflict', manifest.find([...path, conflict.variable.index]) ?? 0, conflict.message);
  }
  return variables.length === 0 ? { edits: [], changes: {} } : { edits: [addVariables(manifest, line, variables)], changes: { env: variables } };
}

function addVariables(manifest: Manifest, line: CommandLine, variables: readonly Variable[]): Edit {
  const path = [...line.path, 'env'];
  const index = line.path[2] as number;
  const lines = variables.map(variableLines);
  return manifest.list(path)
    ? appendItems(manifest, path, lines, pod => { pod.spec.containers[index]!.env!.push(...variables); })
    : insertList(manifest, line.path, ['command', 'args'], 'env', lines, pod => { pod.spec.containers[index]!.env = [...variables]; });
}

function missingMount(manifest: Manifest, line: CommandLine, file: string, adopt = false): Adopted {
  const wanted = mountOf(file);
  const index = line.path[2] as number;
  const mounts = line.container.volumeMounts ?? [];
  if (mounts.some(mount => isDeepStrictEqual(mount, wanted))) return { edits: [], changes: {} };
  const lines = [`mountPath: ${file}`, `name: ${NAME}`, 'readOnly: true'];
  const others = mounts.flatMap((mount, i) => mount.name === NAME || normal(mount.mountPath) === file ? [i] : []);
  const adopted = adopt ? adoptMount(manifest, line, others, wanted, lines) : undefined;
  const other = adopted ? -1 : others[0] ?? -1;
  const path = [...line.path, 'volumeMounts'];
  if (other !== -1) {
    manifest.refuse('mount-conflict', manifest.find([...path, other]) ?? 0,
      `the volume ${mounts[other]!.name} is mounted at ${mounts[other]!.mountPath} already, which is not ours, and the name ${NAME} or that path is needed: rename or remove it`);
  }
  const above = mountAbove(manifest.pod, mounts, file);
  if (above !== undefined) {
    manifest.refuse('mount-conflict', manifest.find([...path, above]) ?? 0,
      `the volume ${mounts[above]!.name} is mounted at ${mounts[above]!.mountPath}, above our file ${file}, and shows another directory of the node: `
      + 'the API server might not start with a mount below it; remove it, or mount it elsewhere');
  }
  return adopted ?? {
    changes: { mount: file },
    edits: [manifest.list(path)
      ? appendItems(manifest, path, [lines], pod => { pod.spec.containers[index]!.volumeMounts!.push(wanted); })
      : appendKey(manifest, line.path, listLines('volumeMounts', lines), pod => { pod.spec.containers[index]!.volumeMounts = [wanted]; })],
  };
}

function missingVolume(manifest: Manifest, file: string, adopt = false): Adopted {
  const wanted = volumeOf(file);
  const volumes = manifest.pod.spec.volumes ?? [];
  if (volumes.some(volume => isDeepStrictEqual(volume, wanted))) return { edits: [], changes: {} };
  const lines = ['hostPath:', `  path: ${file}`, '  type: File', `name: ${NAME}`];
  const other = volumes.findIndex(volume => volume.name === NAME);
  const adopted = adopt && other !== -1 ? adoptVolume(manifest, other, wanted, lines) : undefined;
  if (adopted) return adopted;
  if (other !== -1) {
    manifest.refuse('volume-conflict', manifest.find(['spec', 'volumes', other]) ?? 0, `a volume named ${NAME} is there already and is not ours (${JSON.stringify(volumes[other])}): rename or remove it`);
  }
  return {
    changes: { volume: file },
    edits: [manifest.list(['spec', 'volumes'])
      ? appendItems(manifest, ['spec', 'volumes'], [lines], pod => { pod.spec.volumes!.push(wanted); })
      : appendKey(manifest, ['spec'], listLines('volumes', lines), pod => { pod.spec.volumes = [wanted]; })],
  };
}

function listLines(key: string, item: readonly string[]): string[] {
  return [`${key}:`, ...item.map((line, i) => (i === 0 ? '- ' : '  ') + line)];
}
