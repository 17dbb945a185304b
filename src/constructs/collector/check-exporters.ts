import { posix } from 'node:path';
import { CONFIG_DIRECTORY, CONFIG_VOLUME } from './collector-pod';
import { QUEUE_DIRECTORY } from './complete-queues';
import { OWN_VARIABLES } from './environment';
import { QUEUE_VOLUME } from './stateful-set';
import { COMPONENT_ID } from '../exporters/bind-exporters';
import { CollectorVolume } from '../exporters/collector-volume';
import { SpanExporterConfig } from '../exporters/span-exporter-config';
import { canonicalJson } from '../kit/canonical-json';
import { refuse } from '../kit/check';


/** What the pods have of their own. */
const OWN_VOLUMES = [CONFIG_VOLUME, QUEUE_VOLUME];
const OWN_DIRECTORIES = [CONFIG_DIRECTORY, QUEUE_DIRECTORY];
/** The image's: whoever mounts something there means it, and above it nobody does. */
const CERTIFICATES = '/etc/ssl/certs';

/**
 * Refuses exporters that cannot be in one Collector together.
 *
 * @param more the volumes that the Collector has beside those of its exporters
 */
export function checkExporters(exporters: readonly SpanExporterConfig[], more: readonly CollectorVolume[] = []): void {
  if (exporters.length === 0) throw new Error("'exporters' must have at least one exporter: leave it out to see the spans in the collector's log");
  checkUnique('exporters', exporters.map(({ exporterId }) => [exporterId, undefined]));
  checkUnique('exporters', exporters.flatMap(({ extensions = [] }) => extensions.map(({ extensionId, config = {} }) => [extensionId, config] as const)), true);
  const env = exporters.flatMap(({ secretEnv = {} }) => Object.entries(secretEnv));
  env.forEach(([name]) => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      refuse('exporters', name, 'have environment variables that are letters, digits and "_", and do not begin with a digit');
    }
    checkNotOwn('environment variable', name, OWN_VARIABLES.includes(name));
  });
  checkShared('environment variable', env);
  const volumes = [...more, ...exporters.flatMap(exporter => exporter.volumes ?? [])];
  volumes.forEach(({ name, mountPath }) => {
    checkNotOwn('volume', name, OWN_VOLUMES.includes(name));
    // Above them, too: what is read-only has no room for them, and the rest of the directory would be hidden.
    const above = [...OWN_DIRECTORIES, posix.dirname(CERTIFICATES)].some(directory => isBelow(directory, mountPath));
    checkNotOwn('mount path', mountPath, above || OWN_DIRECTORIES.some(directory => isBelow(mountPath, directory)));
  });
  checkShared('volume', volumes.map(volume => [volume.name, [volume._toVolume(), volume._toMount()]] as const));
  checkMountPaths(volumes);
}

/** A claim of an exporter, which no second pod may mount while the first one does. */
export function claimOf(exporters: readonly SpanExporterConfig[]): string | undefined {
  return exporters.flatMap(({ volumes = [] }) => volumes).find(volume => volume._isClaim)?.name;
}

function checkNotOwn(what: string, value: string, own: boolean): void {
  if (own) refuse('exporters', value, `be another ${what}: the Collector's pods have this one for themselves`);
}

function checkUnique(prop: string, ids: readonly (readonly [string, unknown])[], shareable = false): void {
  const seen = new Map<string, unknown>();
  for (const [id, config] of ids) {
    if (!COMPONENT_ID.test(id)) refuse(prop, id, 'have ids of the form type or type/name');
    if (seen.has(id) && !(shareable && canonicalJson(seen.get(id)) === canonicalJson(config))) {
      refuse(prop, id, 'have ids that differ: give each exporter a name of its own');
    }
    seen.set(id, config);
  }
}

/** Two exporters may bring the same thing, if they mean the same by it. */
function checkShared(what: string, entries: readonly (readonly [string, unknown])[]): void {
  const seen = new Map<string, string>();
  for (const [name, value] of entries) {
    const text = canonicalJson(value);
    if (seen.has(name) && seen.get(name) !== text) {
      refuse('exporters', name, `agree on what the ${what} is: two exporters use it for different things; give one of them another name`);
    }
    seen.set(name, text);
  }
}

/** The same path or one below it. */
function isBelow(path: string, directory: string): boolean {
  return `${posix.normalize(path)}/`.startsWith(`${posix.normalize(directory)}/`);
}

function checkMountPaths(volumes: readonly CollectorVolume[]): void {
  for (const { name, mountPath } of volumes) {
    const others = volumes.filter(other => other.name !== name && other.mountPath !== mountPath);
    const above = others.find(other => other._isReadOnly && isBelow(mountPath, other.mountPath));
    if (above !== undefined) {
      refuse('exporters', mountPath, `not be below ${above.mountPath}, which the volume ${above.name} makes read-only: nothing can be mounted there`);
    }
  }
  const owners = new Map<string, string>();
  for (const { name, mountPath } of volumes) {
    if ((owners.get(mountPath) ?? name) !== name) {
      refuse('exporters', mountPath, `be mounted once: the volumes ${owners.get(mountPath)} and ${name} both want it`);
    }
    owners.set(mountPath, name);
  }
}
