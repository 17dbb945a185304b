import { EXIT } from '../../patch-spec/exit-status';

/** How a run on one node ended. */
export type Outcome =
  /** Everything already was as asked; nothing was written. */
  | { readonly kind: 'unchanged' }
  /** Changed, proven healthy, confirmed. */
  | { readonly kind: 'changed'; readonly components: readonly string[] }
  /** Nothing was touched. */
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }
  /** The change was tried and taken back; the components are healthy. */
  | { readonly kind: 'rolled-back'; readonly reason: string }
  /** The change was tried, and the node needs a person. */
  | { readonly kind: 'broken'; readonly reason: string; readonly repair: readonly string[] }
  /** Asked to stop; the next run goes on from here. */
  | { readonly kind: 'stopped'; readonly reason: string };

export function exitStatus(outcome: Outcome): number {
  switch (outcome.kind) {
    case 'unchanged':
    case 'changed': return EXIT.done;
    case 'refused': return EXIT.refused;
    case 'rolled-back': return EXIT.rolledBack;
    case 'broken': return EXIT.broken;
    case 'stopped': return EXIT.stopped;
  }
}

/** The sentence for the log, the Lease and the termination message. */
export function sentence(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'unchanged': return 'nothing to do: the manifests already are as asked';
    case 'changed': return 'done: ' + outcome.components.join(' and ') + ' restarted with the planned flags and healthy';
    case 'refused': return 'refused, nothing was touched [' + outcome.code + ']: ' + outcome.reason;
    case 'rolled-back': return 'rolled back, the components run as before: ' + outcome.reason;
    case 'broken': return 'this node needs a person: ' + outcome.reason + '\nto repair it, as root on the node:\n  ' + outcome.repair.join('\n  ');
    case 'stopped': return outcome.reason + '; the next run goes on from here';
  }
}
