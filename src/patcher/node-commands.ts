import { writeFileSync } from 'fs';
import { finalMessage, terminationMessage } from './apply/final-message';
import { crashed } from './apply/outcome';
import { jobCommand } from './commands/job-command';
import { NODE_USAGE, nodeCommand } from './commands/node-command';
import { readOptions } from './commands/options';
import { STATUS_USAGE, statusCommand } from './commands/status-command';
import { systemClock } from './host/clock';
import { StopRequest } from './host/stop-request';
import { Touched } from './host/touched';
import { Command, err, out } from './program';
import { EXIT } from '../patch-spec/exit-status';

const JOB_USAGE = 'usage: what a pod of the Job runs; it takes no options, and needs the environment and the files that the Job gives it\n';

const line = (say: (text: string) => void) => (text: string) => say(`${text}\n`);

/** What runs on a control-plane node, in the Job or by hand. */
export const NODE_COMMANDS: Readonly<Record<string, Command>> = {
  apply: { summary: 'on a control-plane node, as root: switch tracing on', usage: NODE_USAGE, run: args => onNode(args, 'enabled') },
  revert: { summary: 'on a control-plane node, as root: take out what was added', usage: NODE_USAGE, run: args => onNode(args, 'disabled') },
  status: {
    summary: 'on a control-plane node, as root: whether spans are sent, and where to',
    usage: STATUS_USAGE,
    run: args => statusCommand(args, stopOnSignals(), line(out), line(err)),
  },
  job: { summary: 'what a pod of the Job does; for the Job only', usage: JOB_USAGE, run: args => { readOptions(args, []); return job(); } },
};

async function onNode(args: readonly string[], state: 'enabled' | 'disabled'): Promise<number> {
  const { status, message } = await nodeCommand(args, state, new Date().toISOString(), stopOnSignals(), line(out));
  (status === EXIT.done ? out : err)(`${message}\n`);
  return status;
}

async function job(): Promise<number> {
  // What ends before the pod has begun its work has touched nothing.
  const { status, message } = await jobCommand(__dirname, process.env, stopOnSignals(), line(out)).catch(e => crashed(e, new Touched()));
  out(`${finalMessage(status, message)}\n`);
  try {
    // kubelet shows it in the pod's status.
    writeFileSync('/dev/termination-log', terminationMessage(status, message));
  } catch {
    // Not in a container; the log says the same.
  }
  return status;
}

/** The work under way decides how to end; a signal only asks for it. */
function stopOnSignals(): StopRequest {
  const stop = new StopRequest(systemClock);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop.request(signal));
  return stop;
}
