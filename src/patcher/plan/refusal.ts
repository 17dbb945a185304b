/** Why nothing is planned: the place, what is there, and the way out. The code is contract (documentation and tests name it). */
export interface Refusal {
  readonly code: string;
  /** The file, and the line where there is one: `kube-apiserver.yaml:17`. */
  readonly at: string;
  readonly message: string;
}
