import { checkSecrets } from './check-secrets';
import { Fields } from './collector-config';
import { CollectorPodOptions } from './collector-props';
import { SpanExporterConfig } from '../exporters/span-exporter-config';
import { refuse } from '../kit/check';

/** What looks like a secret and is said to be none, by the props and by exporters. */
export function notSecretOf({ notSecret = [] }: Pick<CollectorPodOptions, 'notSecret'>, exporters: readonly SpanExporterConfig[]): string[] {
  return [...notSecret, ...exporters.flatMap(exporter => exporter.notSecret ?? [])];
}

/** Refuses a configuration that the Collector would not start with, or that holds a secret. It may have been changed by hand. */
export function checkConfig(config: Fields, secretVariables: readonly string[], notSecret: readonly string[]): void {
  checkReferences(config);
  checkMemoryLimiter(config);
  checkSecrets(config, notSecret);
  checkVariables(config, secretVariables);
}

function checkReferences(config: Fields): void {
  const { extensions = [], pipelines = {} } = config.service ?? {};
  demand('configOverrides', 'extensions', extensions, config.extensions);
  if (Object.keys(pipelines).length === 0) {
    throw new Error("'configOverrides' must leave a pipeline in 'service'");
  }
  for (const [name, pipeline] of Object.entries<Fields>(pipelines)) {
    for (const section of ['receivers', 'processors', 'exporters'] as const) {
      const ids: string[] = pipeline[section] ?? [];
      if (ids.length === 0 && section !== 'processors') {
        throw new Error(`'configOverrides' must leave ${section} in the pipeline ${name}`);
      }
      demand('configOverrides', section, ids, { ...config[section], ...config.connectors });
      const twice = ids.find((id, index) => ids.indexOf(id) !== index);
      if (twice !== undefined) {
        refuse('configOverrides', twice, `be once among the ${section} of the pipeline ${name}`);
      }
    }
  }
  for (const [id, exporter] of Object.entries<Fields>(config.exporters ?? {})) {
    const storage = exporter?.sending_queue?.storage;
    const authenticator = exporter?.auth?.authenticator;
    const references = [storage, authenticator].filter(reference => reference !== undefined);
    demand('exporters', 'extensions', references, config.extensions, id);
    demand('exporters', 'service.extensions', references, asSet(extensions), id);
  }
}

function checkMemoryLimiter(config: Fields): void {
  for (const [name, { processors = [] }] of Object.entries<Fields>(config.service.pipelines)) {
    if (!String(processors[0]).startsWith('memory_limiter')) {
      refuse('configOverrides', `${name}: ${processors[0]}`, 'keep memory_limiter the first processor: it refuses spans before others spend memory');
    }
  }
}

function checkVariables(config: Fields, secretVariables: readonly string[]): void {
  const used = [...JSON.stringify(config).matchAll(/\$\{env:([A-Za-z0-9_]+)/g)].map(([, name]) => name!);
  const unknown = used.find(name => name.startsWith('SECRET_') && !secretVariables.includes(name));
  if (unknown !== undefined) {
    refuse('exporters', `\${env:${unknown}}`, 'be among the environment variables that an exporter brings');
  }
}

function demand(prop: string, section: string, ids: readonly string[], defined: Fields | undefined, by?: string): void {
  const missing = ids.find(id => defined?.[id] === undefined);
  if (missing !== undefined) {
    refuse(prop, missing, `be defined among the ${section}${by === undefined ? '' : `, because ${by} refers to it`}`);
  }
}

function asSet(ids: readonly string[]): Fields {
  return Object.fromEntries(ids.map(id => [id, true]));
}
