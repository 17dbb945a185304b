import { canonicalJson } from '../private/canonical-json';
import { refuse } from '../private/check';
import { SpanExporterConfig } from '../span-exporter-config';

const COMPONENT_ID = /^[a-zA-Z][0-9a-zA-Z_]{0,62}(\/[^\s/$][^\s$]{0,1000})?$/;

/** Refuses exporters that cannot be in one Collector together. */
export function checkExporters(exporters: readonly SpanExporterConfig[]): void {
  if (exporters.length === 0) {
    throw new Error("'exporters' must have at least one exporter: leave it out to see the spans in the collector's log");
  }
  checkUnique('exporters', exporters.map(({ exporterId }) => [exporterId, undefined]));
  checkUnique('exporters', exporters.flatMap(({ extensions = [] }) => extensions.map(({ extensionId, config = {} }) => [extensionId, config] as const)), true);
  const env = exporters.flatMap(({ secretEnv = {} }) => Object.entries(secretEnv));
  env.forEach(([name]) => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      refuse('exporters', name, 'have environment variables that are letters, digits and "_", and do not begin with a digit');
    }
  });
  checkShared('environment variable', env);
  checkShared('volume', exporters.flatMap(({ volumes = [] }) => volumes.map(volume => [volume.name, [volume._toVolume(), volume._toMount()]] as const)));
  checkMountPaths(exporters);
}

function checkUnique(prop: string, ids: readonly (readonly [string, unknown])[], shareable = false): void {
  const seen = new Map<string, unknown>();
  for (const [id, config] of ids) {
    if (!COMPONENT_ID.test(id)) {
      refuse(prop, id, 'have ids of the form type or type/name');
    }
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
      refuse('exporters', name, `agree on what the ${what} is: two exporters use it for different things`);
    }
    seen.set(name, text);
  }
}

function checkMountPaths(exporters: readonly SpanExporterConfig[]): void {
  const owners = new Map<string, string>();
  for (const { name, mountPath } of exporters.flatMap(({ volumes = [] }) => volumes)) {
    if ((owners.get(mountPath) ?? name) !== name) {
      refuse('exporters', mountPath, `be mounted once: the volumes ${owners.get(mountPath)} and ${name} both want it`);
    }
    owners.set(mountPath, name);
  }
}
