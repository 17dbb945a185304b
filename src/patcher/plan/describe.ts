import { Component } from './plan';
import { Container, Pod } from './pod';

/** Why, by the name of the flag; the first that matches. */
const REASONS: readonly [RegExp, string][] = [
  [/^--tracing-config-file=/, 'the file that says where spans go and how many'],
  [/^--v=/, 'the log level that was asked for'],
  [/APIServerTracing/, 'tracing is still off by default in this release'],
  [/enable-distributed-tracing/, 'etcd sends spans'],
  [/distributed-tracing-address/, 'the collector; an IP, because a static pod has no cluster DNS'],
  [/distributed-tracing-service-name/, 'the name that etcd has in traces'],
  [/distributed-tracing-instance-id/, 'the name of this node, which tells the members apart'],
  [/^NODE_NAME=/, 'the name of this node, from kubelet'],
  [/^OTEL_RESOURCE_ATTRIBUTES=/, 'where the spans come from, in every span'],
  [/distributed-tracing-sampling-rate/, 'also records requests that no sampled API request caused'],
];

/** What is different, one sentence each, from what the two manifests mean. */
export function describeChanges(component: Component, before: Pod, after: Pod, container: number): string[] {
  const [old, now] = [before, after].map(pod => pod.spec.containers[container]!) as [Container, Container];
  const argv = (c: Container) => [...c.command ?? [], ...c.args ?? []];
  return [
    ...missingFrom(argv(now), argv(old)).map(arg => `${component}: removes ${arg}`),
    ...missingFrom(argv(old), argv(now)).map(arg => `${component}: adds ${arg}${reason(arg)}`),
    ...missingFrom(variables(now), variables(old)).map(variable => `${component}: removes the variable ${variable}`),
    ...missingFrom(variables(old), variables(now)).map(variable => `${component}: adds the variable ${variable}${reason(variable)}`),
    ...missingFrom(texts(now.volumeMounts), texts(old.volumeMounts)).map(mount => `${component}: removes the volume mount ${mount}`),
    ...missingFrom(texts(old.volumeMounts), texts(now.volumeMounts)).map(mount => `${component}: adds the volume mount ${mount} (the container sees the file)`),
    ...missingFrom(texts(after.spec.volumes), texts(before.spec.volumes)).map(volume => `${component}: removes the volume ${volume}`),
    ...missingFrom(texts(before.spec.volumes), texts(after.spec.volumes)).map(volume => `${component}: adds the volume ${volume} (a file of the node, which must exist)`),
  ];
}

function reason(arg: string): string {
  const found = REASONS.find(([pattern]) => pattern.test(arg));
  return found ? ` (${found[1]})` : '';
}

function variables({ env }: Container): string[] {
  return (env ?? []).map(({ name, value, valueFrom }) => `${name}=${valueFrom === undefined ? String(value ?? '') : JSON.stringify(valueFrom)}`);
}

function texts(values: readonly unknown[] | null | undefined): string[] {
  return (values ?? []).map(value => JSON.stringify(value));
}

/** What `whole` has more often than `part`. */
function missingFrom(part: readonly string[], whole: readonly string[]): string[] {
  const rest = [...part];
  return whole.filter(item => {
    const at = rest.indexOf(item);
    if (at !== -1) rest.splice(at, 1);
    return at === -1;
  });
}
