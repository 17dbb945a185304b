import { Component } from './collector-config';
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

/** Components that exporters need of the image. */
export function componentsOf(exporters: readonly SpanExporterConfig[]): CollectorComponent[] {
  return exporters.flatMap(({ exporterId, extensions = [], components = [] }) => [
    { kind: CollectorComponentKind.EXPORTER, typeName: typeOf(exporterId) },
    ...extensions.map(({ extensionId }) => ({ kind: CollectorComponentKind.EXTENSION, typeName: typeOf(extensionId) })),
    ...components,
  ]);
}

export function processorsOf(processors: readonly Component[]): CollectorComponent[] {
  return processors.map(([id]) => ({ kind: CollectorComponentKind.PROCESSOR, typeName: typeOf(id) }));
}

/** Refuses what the image does not have, and names that will go. */
export function checkComponents(components: readonly CollectorComponent[], distribution: CollectorDistribution): void {
  for (const component of components) {
    const { kind, typeName } = component;
    const name = renamed(component);
    if (name !== undefined) {
      refuse('exporters', typeName, `name the ${kind} ${name}: the old name is deprecated`);
    }
    const having = distributionsWith(component);
    if (distribution !== CollectorDistribution.CUSTOM && !having.includes(distribution)) {
      const way = having.length > 0
        ? `'distribution' ${having.map(nameOf).join(' or ')} has it`
        : `no distribution is known to have it: set 'collectorImage' to a build that has, and 'distribution' to ${nameOf(CollectorDistribution.CUSTOM)}`;
      refuse('distribution', nameOf(distribution), `have the ${kind} ${typeName}; ${way}`);
    }
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
