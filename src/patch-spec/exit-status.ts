/** Exit statuses of `job`, `apply` and `revert`; contract with the Job's podFailurePolicy. */
export const EXIT = {
  done: 0,
  stopped: 1,
  /** The spec or the command line is not one that the program reads. */
  usage: 3,
  /** Nothing was touched. */
  refused: 10,
  /** Tried, taken back, and healthy. */
  rolledBack: 11,
  /** The node needs a person. */
  broken: 12,
  otherNodeFailed: 13,
} as const;

/** Exit statuses of `plan`, as of `kubectl diff`; wrong usage is as everywhere. Pipelines know them: they do not change. */
export const PLAN_EXIT = { nothingToDo: 0, differences: 1, refused: 2 } as const;

/**
 * The program's own verdicts: each ends the Job. Anything else (a stop, a crash, the 137 of a killed process) is no verdict: the pod is
 * replaced and the run resumes.
 */
export const FINAL_EXIT_STATUSES: readonly number[] = [EXIT.usage, EXIT.refused, EXIT.rolledBack, EXIT.broken, EXIT.otherNodeFailed];
