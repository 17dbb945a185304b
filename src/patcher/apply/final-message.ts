import { EXIT } from '../../patch-spec/exit-status';
import { RUNBOOK } from '../../patch-spec/runbook';

/** kubelet keeps so much of a termination message. */
const LIMIT_BYTES = 4096;

/** The message of a pod's end: for a failure with the address of the page that helps. */
export function finalMessage(status: number, message: string): string {
  return message + help(status);
}

/** The same for the pod's status. A long message loses its end, and keeps the address. */
export function terminationMessage(status: number, message: string): string {
  const room = LIMIT_BYTES - help(status).length;
  return Buffer.from(message).subarray(0, room).toString().replace(/\uFFFD$/, '') + help(status);
}

function help(status: number): string {
  return status === EXIT.done ? '' : `\nrunbook: ${RUNBOOK}#exit-codes`;
}
