import { CommandLine } from './command-line';
import { Manifest } from './manifest';
import { Component } from './plan';
import { readChanges } from './record';
import { RESOURCE_ATTRIBUTES } from '../../patch-spec/resource-attributes';

/** Variables of others that OpenTelemetry reads. What spans say of themselves is planned, and has words of its own. */
export function environmentNotes(manifest: Manifest, component: Component, { container }: CommandLine): string[] {
  const planned = [RESOURCE_ATTRIBUTES, ...(readChanges(manifest).env ?? []).map(({ name }) => name)];
  const others = (container.env ?? []).map(({ name }) => name).filter(name => name.startsWith('OTEL_') && !planned.includes(name));
  return others.length === 0 ? [] : [`${component}: the environment (${others.join(', ')}) also decides how spans are sent`];
}
