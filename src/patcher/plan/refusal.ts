/** Why nothing is planned: the place, what is there, and the way out. The code is contract (documentation and tests name it). */
export interface Refusal {
  readonly code: string;
  /** The file, and the line where there is one: `kube-apiserver.yaml:17`. */
  readonly at: string;
  readonly message: string;
}

/** Every reason that planning can have; documentation and tests are checked against this list. */
export const PLAN_REFUSAL_CODES = [
  // the directory
  'no-manifest', 'foreign-layout', 'duplicate-pod', 'etcd-not-a-static-pod', 'nothing-to-trace',
  // the text
  'not-utf8', 'unreadable-yaml', 'duplicate-key', 'several-documents', 'flow-style', 'anchors', 'unexpected-shape', 'too-large',
  // the Pod
  'not-a-pod', 'pod-uid', 'no-container', 'several-containers', 'shell-wrapper', 'not-a-flag', 'invalid-pod',
  // versions
  'unreadable-version', 'version-too-old', 'version-too-new',
  // what is there already
  'feature-gate', 'flag-conflict', 'foreign-flag-family', 'config-file-flag', 'environment-conflict', 'mount-conflict', 'volume-conflict', 'component-tls',
  // our own record
  'record-unreadable', 'record-missing', 'would-break',
  // what we were given
  'template', 'facts',
  // a mistake of the program, caught before anything is written
  'internal',
] as const;

export type PlanRefusalCode = typeof PLAN_REFUSAL_CODES[number];

/** How planning stops inside; `plan` turns it into its result. */
export class Refused extends Error {
  readonly refusals: readonly Refusal[];

  constructor(readonly refusal: Refusal, others: readonly Refusal[] = []) {
    super(refusal.message);
    this.refusals = [refusal, ...others];
  }
}

export function refuse(code: PlanRefusalCode, at: string, message: string): never {
  throw new Refused({ code, at, message });
}

/** Goes on after a refusal, so that everything that is in the way is said in one answer. */
export class Conflicts {
  private readonly found: Refusal[] = [];

  /** What the work gives, or the substitute where it refuses. */
  during<T>(work: () => T, substitute: T): T {
    try {
      return work();
    } catch (e) {
      if (!(e instanceof Refused)) throw e;
      this.found.push(...e.refusals);
      return substitute;
    }
  }

  /** Refuses with all that was found, in the order of the lines. */
  end(): void {
    const line = ({ at }: Refusal) => Number(/:(\d+)$/.exec(at)?.[1] ?? 0);
    const [first, ...others] = [...this.found].sort((a, b) => line(a) - line(b));
    if (first) throw new Refused(first, others);
  }
}
