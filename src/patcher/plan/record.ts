import { Manifest } from './manifest';
import { Variable } from './pod';
import { isRecord } from '../../patch-spec/is-record';
import { DOMAIN } from '../../patch-spec/layout';

/**
 * What the manifest holds that was not there before us, kept in an annotation of the manifest itself:
 * taking tracing out needs nothing else, and other people's later edits survive it.
 */
export interface Changes {
  /** Items added to the command line. */
  readonly args?: readonly string[];
  /** Variables added to the environment of the container. */
  readonly env?: readonly Variable[];
  /** The text of variables that ours stand in the place of, by their names. */
  readonly envWas?: { readonly [name: string]: string };
  /** The flag whose value was replaced: the value now, and the text of the item as it was, quotes included. */
  readonly verbosity?: { readonly now: string; readonly was: string };
  /** Flags of a setup made by hand whose values were replaced, as `verbosity`. */
  readonly replaced?: readonly { readonly flag: string; readonly now: string; readonly was: string }[];
  /** The text of the mount and of the volume that ours stand in the place of. */
  readonly mountWas?: string;
  readonly volumeWas?: string;
  /** The feature gate that was merged into an existing flag. */
  readonly gate?: string;
  /** The file that a volume mount of ours shows to the container. */
  readonly mount?: string;
  /** The file that a volume of ours holds. */
  readonly volume?: string;
  /** Further files, by the names of their volumes, that mounts of ours show to the container, and that volumes of ours hold. */
  readonly mounts?: { readonly [name: string]: string };
  readonly volumes?: { readonly [name: string]: string };
}

export const CHANGES_ANNOTATION = `${DOMAIN}/changes`;

/** On the first of the two renames that beat kubelet's back-off; says nothing, but makes another pod of the same manifest. */
export const FIRST_RENAME_ANNOTATION = `${DOMAIN}/first-rename`;

const FIELDS: Record<keyof Changes, (value: unknown) => boolean> = {
  args: value => Array.isArray(value) && value.every(isString),
  env: value => Array.isArray(value) && value.every(item => isRecord(item) && isString(item.name)),
  envWas: isTexts,
  verbosity: value => isRecord(value) && isString(value.now) && isString(value.was) && Object.keys(value).length === 2,
  replaced: value => Array.isArray(value) && value.every(item => isRecord(item) && ['flag', 'now', 'was'].every(key => isString(item[key]))),
  mountWas: isString,
  volumeWas: isString,
  gate: isString,
  mount: isString,
  volume: isString,
  mounts: isTexts,
  volumes: isTexts,
};

export function together(a: Changes, b: Changes): Changes {
  return {
    ...a,
    ...b,
    ...a.env && b.env && { env: [...a.env, ...b.env] },
    ...a.envWas && b.envWas && { envWas: { ...a.envWas, ...b.envWas } },
  };
}

export function readChanges(manifest: Manifest): Changes {
  const text = manifest.pod.metadata.annotations?.[CHANGES_ANNOTATION];
  if (text === undefined) return {};
  const value = parseJson(text);
  const valid = isRecord(value) && Object.entries(value).every(([key, field]) => Object.hasOwn(FIELDS, key) && FIELDS[key as keyof Changes](field));
  if (valid) return value as Changes;
  return refuseRecord(manifest);
}

/** Somebody has edited what says how to take ours out. */
export function refuseRecord(manifest: Manifest): never {
  return manifest.refuse('record-unreadable', manifest.find(['metadata', 'annotations', CHANGES_ANNOTATION]) ?? 0,
    'the annotation that says what was added cannot be read: remove it and what it was about by hand, or use the release of this package that wrote it');
}

/** The annotation's line; undefined when nothing in the manifest is ours. */
export function changesLine(changes: Changes): string | undefined {
  if (Object.keys(changes).length === 0) return undefined;
  return `${CHANGES_ANNOTATION}: '${JSON.stringify(changes).replaceAll("'", "''")}'`;
}

function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

function isTexts(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every(isString);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}
