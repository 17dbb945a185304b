import { Adopted, adoptFlags, adoptVariable } from './adopt';
import { CommandLine, lastFlag } from './command-line';
import { asProcessSees, EnvironmentWants, variableLines } from './environment';
import { featureGates, withGate } from './feature-gates';
import { Manifest } from './manifest';
import { normal } from './mount-above';
import { MountedFile, missingMounts, missingVolumes } from './mounted-files';
import { Variable } from './pod';
import { Changes, changesLine, together } from './record';
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
  readonly environment?: EnvironmentWants;
  /** Files of the node that the container must see under the same paths. */
  readonly files?: readonly MountedFile[];
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
    changes = together(changes, adopted.changes);
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
  if (wanted.environment) take(environment(manifest, line, wanted.environment, wanted.adopt, conflicts));
  const { files = [] } = wanted;
  take(missingMounts(manifest, line, files, wanted.adopt, conflicts));
  take(missingVolumes(manifest, files, wanted.adopt, conflicts));
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

const NOTHING: Adopted = { edits: [], changes: {} };

function environment(
  manifest: Manifest, line: CommandLine, { variables, inTheWay }: EnvironmentWants, adopt = false, conflicts: Conflicts,
): Adopted {
  const taken = inTheWay.map(({ variable: { index }, message, instead }) => conflicts.during(() => {
    const adopted = adopt && instead ? adoptVariable(manifest, line, index, instead) : undefined;
    return adopted ?? manifest.refuse('environment-conflict', manifest.find([...line.path, 'env', index]) ?? 0, message);
  }, NOTHING));
  const added = variables.length === 0 ? NOTHING
    : conflicts.during<Adopted>(() => ({ edits: [addVariables(manifest, line, variables)], changes: { env: variables } }), NOTHING);
  const all = [...taken, added];
  return { edits: all.flatMap(({ edits }) => edits), changes: all.reduce((sum, { changes }) => together(sum, changes), {}) };
}

function addVariables(manifest: Manifest, line: CommandLine, variables: readonly Variable[]): Edit {
  const path = [...line.path, 'env'];
  const index = line.path[2] as number;
  const lines = variables.map(variableLines);
  return manifest.list(path)
    ? appendItems(manifest, path, lines, pod => { pod.spec.containers[index]!.env!.push(...variables); })
    : insertList(manifest, line.path, ['command', 'args'], 'env', lines, pod => { pod.spec.containers[index]!.env = [...variables]; });
}
