import { EXIT } from '../../patch-spec/exit-status';
import { Touched } from '../host/touched';

/** How a run on one node ended. */
export type Outcome =
  /** Everything already was as asked; nothing was written. */
  | { readonly kind: 'unchanged' }
  /** Changed, proven healthy, confirmed. */
  | { readonly kind: 'changed'; readonly components: readonly string[] }
  /** Nothing was touched. */
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }
  /** A scheduled run met somebody else's work: nothing was touched, and nothing is wrong. */
  | { readonly kind: 'not-now'; readonly reason: string }
  /** The change was tried and taken back; the components are healthy. */
  | { readonly kind: 'rolled-back'; readonly reason: string }
  /** The node was touched, is not as asked, and needs a person. */
  | { readonly kind: 'broken'; readonly reason: string; readonly repair: readonly string[] }
  /** Asked to stop; the next run goes on from here. */
  | { readonly kind: 'stopped'; readonly reason: string };

const NONE = new Touched();

/**
 * The outcome of a pod, which may have done more than its last step: an interrupted run that it brought to its end, or a rename after which
 * somebody else put back what was there.
 */
export function truthful(outcome: Outcome, touched: Touched): Outcome {
  const { components, proven } = touched;
  if (components.length === 0) return outcome;
  switch (outcome.kind) {
    case 'unchanged': return { kind: 'changed', components };
    case 'changed': return { kind: 'changed', components: [...new Set([...outcome.components, ...components])] };
    case 'refused': {
      const reason = `after that, this run was refused [${outcome.code}]: ${outcome.reason}`;
      return proven === 'rolled-back' ? { kind: 'rolled-back', reason }
        : { kind: 'broken', reason: proven ? `with the change of an interrupted run, and healthy; ${reason}` : reason, repair: [] };
    }
    default: return outcome;
  }
}

export function exitStatus(outcome: Outcome): number {
  switch (outcome.kind) {
    case 'unchanged':
    case 'changed':
    case 'not-now': return EXIT.done;
    case 'refused': return EXIT.refused;
    case 'rolled-back': return EXIT.rolledBack;
    case 'broken': return EXIT.broken;
    case 'stopped': return EXIT.stopped;
  }
}

/** The sentence for the log, the Lease and the termination message. What was touched comes first: long messages lose their end. */
export function sentence(outcome: Outcome, touched: Touched = NONE): string {
  const restarted = beginning(touched);
  switch (outcome.kind) {
    case 'unchanged': return 'nothing to do: the manifests already are as asked';
    case 'changed': return `done: ${outcome.components.join(' and ')} restarted with the planned flags and healthy`;
    case 'not-now': return `not now, nothing was touched ${outcome.reason}; the next scheduled run looks again`;
    case 'refused': return `refused, nothing was touched [${outcome.code}]: ${outcome.reason}`;
    case 'rolled-back': return `rolled back, the components run as before: ${restarted}${outcome.reason}`;
    case 'broken': return `this node needs a person: ${restarted}${outcome.reason}`
      + `${outcome.repair.length > 0 ? `\nto repair it, as root on the node:\n  ${outcome.repair.join('\n  ')}` : ''}`;
    case 'stopped': return `${outcome.reason}, ${restarts(touched.components) ?? 'nothing was touched'}; the next run goes on from here`;
  }
}

/** The end of a pod, or of work by hand, by an error that nobody has foreseen: of a file or a connection in words, of the program with its place. */
export function crashed(error: unknown, touched: Touched): { readonly status: number; readonly message: string } {
  const { message, stack, code } = error as NodeJS.ErrnoException;
  const what = code !== undefined || stack === undefined ? message ?? String(error) : stack;
  return { status: EXIT.stopped, message: `${beginning(touched) || 'stopped, nothing was touched: '}${what}` };
}

/** What was touched, before something else. */
export function beginning({ components }: Touched): string {
  const restarted = restarts(components);
  return restarted === undefined ? '' : `${restarted}: `;
}

/** Of components whose manifests were renamed, at times a moment ago only. */
function restarts(components: readonly string[]): string | undefined {
  return components.length === 0 ? undefined : `${components.join(' and ') + (components.length > 1 ? ' were' : ' was')} restarted`;
}
