import { isDeepStrictEqual } from 'util';
import { checkBefore, checkCandidate } from './candidate';
import { CommandLine, readCommandLine } from './command-line';
import { describeChanges } from './describe';
import { annotate, enable, Wanted } from './enable';
import { Manifest } from './manifest';
import { Component, ComponentPlan } from './plan';
import { Pod } from './pod';
import { probesOf } from './probes';
import { CHANGES_ANNOTATION, FIRST_RENAME_ANNOTATION, readChanges } from './record';
import { applyEdits } from './splice';
import { contentHash } from './tracing-configuration';
import { removeAnnotations, undo } from './undo';

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ (terminationGracePeriodSeconds) */
export const GRACE_SECONDS = 30;

export interface ComponentChange {
  readonly component: ComponentPlan;
  readonly notes: readonly string[];
}

/**
 * Every plan is the same two steps: take out what is ours, put in what is wanted. So new values, removal and a second run
 * need no cases of their own, and other people's edits are never looked at twice.
 */
export function changeComponent(
  before: Manifest, component: Component, version: string, want: ((base: Manifest, line: CommandLine) => Wanted) | null,
): ComponentChange {
  checkBefore(before);
  const beforeLine = readCommandLine(before, component);
  const undone = undo(before, beforeLine, readChanges(before));
  const base = applyEdits(before, undone.edits);
  const line = readCommandLine(base, component);
  const wanted = want?.(base, line);
  const candidate = wanted ? applyEdits(base, enable(base, line, wanted)) : base;
  const unchanged = sameMeaning(before.pod, candidate.pod, line.path[2] as number);
  const after = unchanged ? before : candidate;
  const afterLine = readCommandLine(after, component);
  if (!unchanged) checkCandidate(after, afterLine);
  const probes = probesOf(afterLine);
  return {
    component: {
      component,
      file: before.file,
      version,
      before: before.text,
      after: after.text,
      interim: unchanged ? before.text : withFirstRename(after),
      rollbackInterim: unchanged ? before.text : withFirstRename(before),
      changes: unchanged ? [] : describeChanges(component, before.pod, after.pod, line.path[2] as number),
      argvBefore: argv(beforeLine),
      argv: argv(afterLine),
      ...probes,
      graceSeconds: before.pod.spec.terminationGracePeriodSeconds ?? GRACE_SECONDS,
    },
    notes: [
      ...wanted?.identity?.notes ?? [],
      ...undone.left.map(what => `${before.file}: ${what} was changed by someone else after it was added, and stays as it is`),
      ...unchanged || probes.probes.length === 0 ? [] : probes.otherProbes.map(what => `${before.file}: ${what} is left to kubelet; the others prove the component`),
    ],
  };
}

function argv({ container }: CommandLine): string[] {
  return [...container.command ?? [], ...container.args ?? []];
}

/** kubelet must see another Pod, and the second rename must be known by what it brings. */
function withFirstRename(manifest: Manifest): string {
  const line = `${FIRST_RENAME_ANNOTATION}: "${contentHash(manifest.text)}"`;
  // The end state of an earlier run can be one with the annotation.
  const there = manifest.find(['metadata', 'annotations', FIRST_RENAME_ANNOTATION]);
  const stripped = there ? applyEdits(manifest, removeAnnotations(manifest, [FIRST_RENAME_ANNOTATION])) : manifest;
  return applyEdits(stripped, [annotate(stripped, line)]).text;
}

/**
 * Whether a restart would bring anything: our own notes in the annotations do not count, nor does the place among other people's
 * items, since a flag of ours stands there once.
 */
function sameMeaning(a: Pod, b: Pod, container: number): boolean {
  return isDeepStrictEqual(normal(a, container), normal(b, container));
}

function normal(pod: Pod, container: number): unknown {
  const { [CHANGES_ANNOTATION]: _, [FIRST_RENAME_ANNOTATION]: __, ...annotations } = pod.metadata.annotations ?? {};
  const byText = (x: unknown, y: unknown) => (JSON.stringify(x) < JSON.stringify(y) ? -1 : 1);
  return {
    ...pod,
    metadata: { ...pod.metadata, annotations },
    spec: {
      ...pod.spec,
      volumes: [...pod.spec.volumes ?? []].sort(byText),
      containers: pod.spec.containers.map((c, i) => i !== container ? c : {
        ...c,
        command: [...c.command ?? []].sort(),
        args: [...c.args ?? []].sort(),
        volumeMounts: [...c.volumeMounts ?? []].sort(byText),
        // Of one name the last wins: those keep their order.
        env: [...c.env ?? []].sort((x, y) => (x.name < y.name ? -1 : Number(x.name > y.name))),
      }),
    },
  };
}
