import { checkComponents } from './check-components';
import { checkHeaders } from './check-headers';
import { checkKeys } from './check-keys';
import { checkListeners } from './check-listeners';
import { checkPipelines, OwnProcessor } from './check-pipelines';
import { checkPorts, NamedPorts } from './check-ports';
import { checkReceiver } from './check-receiver';
import { checkSampling } from './check-sampling';
import { checkSecrets } from './check-secrets';
import { checkShape } from './check-shape';
import { checkTransport } from './check-transport';
import { checkValues } from './check-values';
import { checkReferredVariables, resolveKnown } from './check-variables';
import { Fields } from './collector-config';
import { CollectorDistribution } from './collector-distribution';
import { checkQueues, QueueSpace } from './complete-queues';
import { CollectorComponent } from '../exporters/collector-component';
import { refuse } from '../kit/check';

/** What a configuration must fit to. */
export interface ConfigContext {
  readonly distribution: CollectorDistribution;
  /** Components that the image has, whatever its distribution. */
  readonly imageComponents: readonly CollectorComponent[];
  /** Components that exporters need, beside those in the configuration. */
  readonly needed: readonly CollectorComponent[];
  /** undefined where an autoscaler says it. */
  readonly replicas: number | undefined;
  /** Whether all spans of a trace reach one pod, however many there are. */
  readonly byTrace: boolean;
  readonly space: Omit<QueueSpace, 'waitingBytes'>;
  readonly ports: NamedPorts;
  /** Props by which the metrics are read, such as `podMonitor`. */
  readonly metricsReaders: readonly string[];
  /** Whether senders and probes come by the loopback address. */
  readonly local: boolean;
  /** Environment variables that the pods have, beside their own. */
  readonly variables: readonly string[];
  /** Those of them whose values are known. */
  readonly env: { readonly [name: string]: string };
  /** Those of them that come from Secrets. */
  readonly secretVariables: readonly string[];
  /** Names that are not those of secrets. */
  readonly notSecret: readonly string[];
  /** Whether the Collector is the one whose keys are known. */
  readonly keysKnown: boolean;
  /** What props have asked for, by the processors that do it. */
  readonly ownProcessors: readonly OwnProcessor[];
  /** What the receiver shows and asks for, as props say it; undefined for plain text. */
  readonly receiverTls: Fields | undefined;
  readonly overrides: Fields;
}

/**
 * Refuses a configuration that the Collector would not start with, that holds a secret, or that does not fit to the Kubernetes objects.
 * Exporters and overrides may have brought any part of it.
 */
export function checkConfig(config: Fields, context: ConfigContext): void {
  const propOf = (path: readonly string[]) => propThatHas(path, context.overrides);
  checkShape(config);
  checkComponents(config, context);
  checkReferences(config);
  checkMemoryLimiter(config);
  checkPipelines(config, context.ownProcessors);
  checkSecrets(config, context.notSecret);
  checkReferredVariables(config, context, propOf);
  checkHeaders(config, propOf);
  const seen: Fields = resolveKnown(config, context.env, context.variables);
  checkTransport(config, seen, context.secretVariables, propOf);
  checkValues(seen, context.space.memoryLimitMiB, propOf);
  checkPorts(seen, context.ports, context.metricsReaders, context.local);
  checkReceiver(seen, context);
  checkListeners(seen, context.local);
  const waitingBytes = checkSampling(seen, context);
  checkQueues(seen.exporters ?? {}, { ...context.space, waitingBytes });
  checkNumbers([], config, propOf);
  // Last, as the others say more about what they know.
  if (context.keysKnown) checkKeys(config, propOf);
}

/** What has brought a part of the configuration: users look there. */
function propThatHas(path: readonly string[], overrides: Fields): string {
  const found = path.reduce<any>((value, key) => typeof value === 'object' && value !== null ? value[key] : undefined, overrides);
  return found === undefined ? 'exporters' : 'configOverrides';
}

/** YAML can say what is no number, and the Collector reads it as one. */
function checkNumbers(path: readonly string[], value: unknown, propOf: (path: readonly string[]) => string): void {
  if (typeof value === 'number' && !Number.isFinite(value)) refuse(propOf(path), `${path.join('.')}: ${value}`, 'be a number');
  if (typeof value === 'object' && value !== null) Object.entries(value).forEach(([key, member]) => checkNumbers([...path, key], member, propOf));
}

function checkReferences(config: Fields): void {
  const { extensions = [], pipelines = {} } = config.service ?? {};
  demand('configOverrides', 'extensions', extensions, config.extensions);
  if (Object.keys(pipelines).length === 0) throw new Error("'configOverrides' must leave a pipeline in 'service'");
  for (const [name, pipeline] of Object.entries<Fields>(pipelines)) {
    for (const section of ['receivers', 'processors', 'exporters'] as const) {
      const ids: string[] = pipeline[section] ?? [];
      if (ids.length === 0 && section !== 'processors') throw new Error(`'configOverrides' must leave ${section} in the pipeline ${name}`);
      demand('configOverrides', section, ids, { ...config[section], ...config.connectors });
      const twice = ids.find((id, index) => ids.indexOf(id) !== index);
      if (twice !== undefined) refuse('configOverrides', twice, `be once among the ${section} of the pipeline ${name}`);
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

function demand(prop: string, section: string, ids: readonly string[], defined: Fields | undefined, by?: string): void {
  const missing = ids.find(id => defined?.[id] === undefined);
  if (missing !== undefined) refuse(prop, missing, `be defined among the ${section}${by === undefined ? '' : `, because ${by} refers to it`}`);
}

function asSet(ids: readonly string[]): Fields {
  return Object.fromEntries(ids.map(id => [id, true]));
}
