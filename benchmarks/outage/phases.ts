import { Event } from './events';
import { median } from '../support/median';

/** Where the time between the closed port and the next answer goes, one phase after the other, in seconds. */
export const PHASES = ['drain', 'end', 'pods gone', 'slot', 'etcd start', 'API server start'] as const;
export type Phases = Readonly<Record<typeof PHASES[number], number>> & {
  /** From kubelet's new process to its first answer, which is the process's own affair. */
  readonly ownStart: number;
};

/**
 * Of one change of both components with two renames each; undefined where it went another way, because a rename came too late to make sense.
 *
 * - drain: from the closed port to the second SIGTERM, by the end of kube-apiserver
 * - end: until etcd has ended
 * - pods gone: until kubelet and containerd have ended the sandboxes of both
 * - slot: until the second rename, which waits until kubelet has surely forgotten the old pods
 * - etcd start: from there until the process of etcd is there
 * - API server start: until it answers
 */
export function phasesOf(events: readonly Event[]): Phases | undefined {
  const at = (what: string, event: string, after = 0) => events.find(e => e.what === what && e.event === event && e.at >= after)?.at;
  const down = at('readyz', 'down');
  const apiServerEnd = at('kube-apiserver', 'ended', down);
  const etcdEnd = at('etcd', 'ended', apiServerEnd);
  const renames = events.filter(e => e.what === 'etcd.yaml' && e.event === 'renamed');
  if (down === undefined || apiServerEnd === undefined || etcdEnd === undefined || renames.length !== 2) return undefined;
  const second = renames[1]!.at;
  const ended = events.filter(e => e.what === 'pause' && e.event === 'ended' && e.at >= down && e.at <= second);
  const podsGone = Math.max(etcdEnd, ...ended.map(e => e.at));
  const etcdStart = at('etcd', 'started', second);
  const apiServerStart = at('kube-apiserver', 'started', second);
  const up = at('readyz', 'up', apiServerStart);
  if (etcdStart === undefined || apiServerStart === undefined || up === undefined) return undefined;
  const times = [down, apiServerEnd, etcdEnd, podsGone, second, etcdStart, up];
  const seconds = PHASES.map((phase, i) => [phase, (times[i + 1]! - times[i]!) / 1000]);
  return { ...Object.fromEntries(seconds) as Record<typeof PHASES[number], number>, ownStart: (up - apiServerStart) / 1000 };
}

/** Medians, as a line. */
export function describePhases(all: readonly Phases[]): string {
  const of = (name: keyof Phases) => median(all.map(phases => phases[name])).toFixed(2);
  return `${PHASES.map(phase => `${phase} ${of(phase)}`).join(', ')}; the API server's own start ${of('ownStart')} (seconds, medians of ${all.length})`;
}
