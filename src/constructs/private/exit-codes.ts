/**
 * The program's own verdicts: each ends the Job. Any other exit, such as 137 of a killed process, is no verdict: the pod is
 * replaced and the run resumes.
 */
export const FINAL_EXIT_CODES: readonly number[] = [
  10, // refused, nothing touched
  11, // failed, rolled back and healthy
  12, // failed and not healthy: needs a person
  13, // stopped, because another node failed
  14, // the spec is not one that the program reads
];
