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
  'feature-gate', 'flag-conflict', 'foreign-flag-family', 'config-file-flag', 'environment-conflict', 'mount-conflict', 'volume-conflict',
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
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
}

export function refuse(code: PlanRefusalCode, at: string, message: string): never {
  throw new Refused({ code, at, message });
}
