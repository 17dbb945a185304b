import { parse } from 'yaml';

export interface Environment {
  readonly [name: string]: string;
}

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly fieldRef?: { readonly fieldPath: string } };
}

/** The environment that kubelet gives to the container of a static pod: the node's name where it is asked for, and `$(NAME)` of variables above. */
export function containerEnvironment(manifest: string, nodeName: string): Environment {
  const { spec } = parse(manifest) as { spec: { containers: { env?: readonly Variable[] }[] } };
  const env: Record<string, string> = {};
  for (const { name, value = '', valueFrom } of spec.containers[0]!.env ?? []) {
    if (valueFrom !== undefined && valueFrom.fieldRef?.fieldPath !== 'spec.nodeName') throw new Error(`${name}: only the node's name is known here`);
    env[name] = valueFrom === undefined ? value.replace(/\$\((\w+)\)/g, (reference, other: string) => env[other] ?? reference) : nodeName;
  }
  return env;
}

/** The files of the node that a static pod does not start without. */
export function requiredFiles(manifest: string): string[] {
  const { spec } = parse(manifest) as { spec: { volumes: { hostPath?: { path: string; type?: string } }[] } };
  return spec.volumes.flatMap(({ hostPath }) => hostPath?.type === 'File' ? [hostPath.path] : []);
}
