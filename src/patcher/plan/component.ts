import { checkBefore, checkCandidate } from './candidate';
import { CommandLine, readCommandLine } from './command-line';
import { describeChanges } from './describe';
import { annotate, enable, Wanted } from './enable';
import { oursIn, removeVolumes } from './kubeadm/generated';
import { KubeadmPart } from './kubeadm/kubeadm-record';
import { Manifest } from './manifest';
import { Component, ComponentPlan } from './plan';
import { probesOf } from './probes';
import { CHANGES_ANNOTATION, FIRST_RENAME_ANNOTATION, refuseRecord } from './record';
import { Refused } from './refusal';
import { Meaning, sameMeaning } from './same-meaning';
import { applyEdits } from './splice';
import { contentHash } from './tracing-configuration';
import { removeAnnotations, undo } from './undo';

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ (terminationGracePeriodSeconds) */
export const GRACE_SECONDS = 30;

export interface ComponentChange {
  readonly component: ComponentPlan;
  readonly notes: readonly string[];
}

export interface Known extends Meaning {
  /** What kubeadm's configuration has of ours for this component. */
  readonly kubeadm: KubeadmPart | undefined;
}

/**
 * Every plan is the same two steps: take out what is ours, put in what is wanted. So new values, removal and a second run
 * need no cases of their own, and other people's edits are never looked at twice.
 */
export function changeComponent(
  before: Manifest, component: Component, version: string, want: ((base: Manifest, line: CommandLine) => Wanted) | null, known: Known,
): ComponentChange {
  checkBefore(before);
  const beforeLine = readCommandLine(before, component);
  const ours = oursIn(before, beforeLine, known.kubeadm, known.configDirectory);
  const { undone, base, line } = withoutOurs(before, () => {
    const taken = undo(before, beforeLine, ours.changes);
    const rest = applyEdits(before, [...taken.edits, ...removeVolumes(before, beforeLine, ours.volumes)]);
    return { undone: taken, base: rest, line: readCommandLine(rest, component) };
  });
  const wanted = want?.(base, line);
  const candidate = wanted ? applyEdits(base, enable(base, line, wanted)) : base;
  const unchanged = sameMeaning(before.pod, candidate.pod, line.path[2] as number, known);
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
      ...wanted?.environment?.notes ?? [],
      ...undone.left.map(what => `${before.file}: ${what} was changed by someone else after it was added, and stays as it is`),
      ...unchanged || probes.probes.length === 0 ? [] : probes.otherProbes.map(what => `${before.file}: ${what} is left to kubelet; the others prove the component`),
    ],
  };
}

/** A manifest that can be read and cannot be read any more without ours: then the record has the fault, whose texts are put back. */
function withoutOurs<T>(before: Manifest, takeOut: () => T): T {
  try {
    return takeOut();
  } catch (e) {
    // A place of the file itself has words of its own.
    const known = e instanceof Refused && e.refusal.code === 'unexpected-shape';
    if (known || before.pod.metadata.annotations?.[CHANGES_ANNOTATION] === undefined) throw e;
    return refuseRecord(before);
  }
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
