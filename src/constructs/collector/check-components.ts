import { Fields } from './collector-config';
import { CollectorDistribution } from './collector-distribution';
import { distributionsWith, OLDEST_VERSION, renamed } from './distribution-components';
import { CollectorComponent, CollectorComponentKind } from '../exporters/collector-component';
import { SpanExporterConfig } from '../exporters/span-exporter-config';
import { refuse } from '../kit/check';

export function checkVersion(prop: string, version: string): void {
  if (!/^\d+\.\d+\.\d+$/.test(version) || compareVersions(version, OLDEST_VERSION) < 0) {
    refuse(prop, version, `be a version of the Collector from ${OLDEST_VERSION} on, such as 0.161.0`);
  }
}

/** Components that exporters need of the image, beside those that they put into the configuration. */
export function componentsOf(exporters: readonly SpanExporterConfig[]): CollectorComponent[] {
  return exporters.flatMap(({ components = [] }) => components);
}

export interface Image {
  readonly distribution: CollectorDistribution;
  readonly imageComponents: readonly CollectorComponent[];
  /** Beside what the configuration names. */
  readonly needed: readonly CollectorComponent[];
}

/** Refuses what the image does not have, and names that will go. */
export function checkComponents(config: Fields, { distribution, imageComponents, needed }: Image): void {
  const named = Object.values(CollectorComponentKind).flatMap(kind =>
    Object.keys(config[`${kind}s`] ?? {}).map((id): CollectorComponent => ({ kind, typeName: typeOf(id) })));
  for (const component of [...named, ...needed]) {
    if (!imageComponents.some(({ kind, typeName }) => kind === component.kind && typeName === component.typeName)) {
      checkComponent(component, distribution);
    }
  }
}

function checkComponent(component: CollectorComponent, distribution: CollectorDistribution): void {
  const { kind, typeName } = component;
  const name = renamed(component);
  if (name !== undefined) refuse(`${kind}s`, typeName, `name the ${kind} ${name}: the old name is deprecated`);
  const having = distributionsWith(component);
  if (distribution !== CollectorDistribution.CUSTOM && !having.includes(distribution)) {
    const way = having.length > 0
      ? `'distribution' ${having.map(nameOf).join(' or ')} has it`
      : `no distribution is known to have it: set 'collectorImage' to a build that has, and 'distribution' to ${nameOf(CollectorDistribution.CUSTOM)}`;
    refuse('distribution', nameOf(distribution), `have the ${kind} ${typeName}; ${way}; or name it among 'imageComponents' if the image has it`);
  }
}

function typeOf(id: string): string {
  return id.split('/')[0]!;
}

function nameOf(distribution: CollectorDistribution): string {
  return distribution.toUpperCase();
}

function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map(version => version.split('.').map(Number));
  return a!.map((part, index) => part - b![index]!).find(difference => difference !== 0) ?? 0;
}
