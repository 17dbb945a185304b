import { isDeepStrictEqual } from 'util';
import { YamlText } from './yaml-text';
import { ClusterConfigurationVersion, KubeadmArg } from '../../../patch-spec/kubeadm-settings';

export const COMPONENTS = ['apiServer', 'etcd'] as const;

/** Where the fields of a component are. */
export const PLACES = { apiServer: ['apiServer'], etcd: ['etcd', 'local'] } as const;

/** An argument that is there. */
export interface Argument extends KubeadmArg {
  /** Its key in the mapping, or its index in the list. */
  readonly key: string | number;
}

/** The arguments in either spelling: a mapping in v1beta3, a list in v1beta4. */
export function argumentsOf(text: YamlText, place: readonly string[], apiVersion: ClusterConfigurationVersion): Argument[] {
  const args = fieldAt(text, [...place, 'extraArgs']);
  if (apiVersion === 'v1beta4') return listAt(args).map((item, key) => ({ name: String(item.name), value: String(item.value ?? ''), key }));
  return typeof args === 'object' && args !== null && !Array.isArray(args)
    ? Object.entries(args).map(([name, value]) => ({ name, value: String(value ?? ''), key: name }))
    : [];
}

export function itemsOf(text: YamlText, place: readonly string[], field: string): { readonly [key: string]: unknown }[] {
  return listAt(fieldAt(text, [...place, field]));
}

/** `apiServer.extraArgs[2]`, `etcd.local.extraArgs.v` */
export function pathText(place: readonly string[], field: string, key: string | number): string {
  return `${[...place, field].join('.')}${typeof key === 'number' ? `[${key}]` : `.${key}`}`;
}

export function fieldAt(text: YamlText, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined), text.value);
}

/** Whether two items mean the same: kubeadm writes the version of a field of the Pod where it was left out. */
export function isSameItem(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(withVersion(a), withVersion(b));
}

function withVersion(item: unknown): unknown {
  const { valueFrom } = item as { valueFrom?: { fieldRef?: object } };
  return valueFrom?.fieldRef ? { ...item as object, valueFrom: { ...valueFrom, fieldRef: { apiVersion: 'v1', ...valueFrom.fieldRef } } } : item;
}

function listAt(value: unknown): { readonly [key: string]: unknown }[] {
  return Array.isArray(value) ? value.map(item => (typeof item === 'object' && item !== null ? item as Record<string, unknown> : {})) : [];
}
