import { Fields } from './collector-config';
import { COMPONENT_ID } from '../exporters/bind-exporters';
import { refuse } from '../kit/check';

const SECTIONS = ['receivers', 'processors', 'exporters', 'extensions', 'connectors'];
const PIPELINE = ['receivers', 'processors', 'exporters'];
const PIPELINE_ID = /^(traces|metrics|logs|profiles)(\/[^\s/$][^\s$]{0,1000})?$/;

/** Refuses what is not a configuration at all, so that all other checks find maps and lists where they look for them. */
export function checkShape(config: Fields): void {
  checkMap('', config, [...SECTIONS, 'service']);
  for (const section of SECTIONS) {
    const components = config[section] ?? {};
    checkMap(section, components);
    for (const [id, component] of Object.entries(components)) {
      checkId(`${section}.${id}`, id, COMPONENT_ID, 'a name of the form type or type/name');
      checkMap(`${section}.${id}`, component ?? {});
    }
  }
  checkService(config.service ?? {});
}

function checkService(service: Fields): void {
  checkMap('service', service, ['extensions', 'pipelines', 'telemetry']);
  checkIds('service.extensions', service.extensions ?? []);
  checkMap('service.telemetry', service.telemetry ?? {});
  checkMap('service.pipelines', service.pipelines ?? {});
  for (const [id, pipeline] of Object.entries<Fields>(service.pipelines ?? {})) {
    const path = `service.pipelines.${id}`;
    checkId(path, id, PIPELINE_ID, 'traces, metrics, logs or profiles, and a name after a slash');
    checkMap(path, pipeline ?? {}, PIPELINE);
    PIPELINE.forEach(section => checkIds(`${path}.${section}`, pipeline?.[section] ?? []));
  }
}

function checkMap(path: string, value: unknown, keys?: readonly string[]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse('configOverrides', path, `be a map, and it is ${kindOf(value)}`);
  const unknown = keys === undefined ? undefined : Object.keys(value).find(key => !keys.includes(key));
  if (unknown !== undefined) refuseKey(path, unknown, keys!);
}

/** Refuses a key that the Collector would not start with. */
export function refuseKey(path: string, key: string, known: readonly string[], prop = 'configOverrides'): never {
  const where = path === '' ? 'at the top' : `in ${path}`;
  refuse(prop, path === '' ? key : `${path}.${key}`, `be left out or renamed: ${where} the Collector knows only ${known.join(', ')}`);
}

function checkIds(path: string, ids: unknown): void {
  if (!Array.isArray(ids)) refuse('configOverrides', path, `be a list of names, and it is ${kindOf(ids)}`);
  const wrong = ids.findIndex(id => typeof id !== 'string');
  if (wrong >= 0) refuse('configOverrides', `${path}.${wrong}`, `be a name, and it is ${kindOf(ids[wrong])}`);
}

function checkId(path: string, id: string, form: RegExp, meant: string): void {
  if (!form.test(id)) refuse('configOverrides', path, `be called ${meant}`);
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'a map' : `${typeof value === 'string' ? 'the text' : typeof value} ${String(value)}`;
}
