import { writeFileSync } from 'fs';
import { finalMessage, terminationMessage } from './apply/final-message';
import { StopRequest } from './apply/node';
import { jobCommand } from './commands/job-command';
import { nodeCommand } from './commands/node-command';
import { planCommand, PlanEnd } from './commands/plan-command';
import { StatusEnd, statusCommand } from './commands/status-command';
import { systemClock } from './host/clock';
import { EXIT } from '../patch-spec/exit-status';

/** Exit statuses of `plan` are those of `kubectl diff`. */
const PLAN_STATUS: Record<PlanEnd, number> = { 'nothing to do': 0, 'differences': 1, 'refused': 2, 'wrong usage': 3 };

const STATUS_STATUS: Record<StatusEnd, number> = { 'as it should be': 0, 'not as it should be': 1, 'unknown': 2 };

const USAGE = `usage: cdk8s-control-plane-tracing COMMAND [options], or COMMAND --help

  plan      show what would change in the manifests of a node
  apply     on a control-plane node, as root: switch tracing on
  revert    on a control-plane node, as root: take out what was added
  status    on a control-plane node, as root: whether spans are sent, and where to
  job       what a pod of the Job does; for the Job only
`;

const out = (text: string) => void process.stdout.write(text);
const err = (text: string) => void process.stderr.write(text);

/** Each command with its arguments, to an exit status. */
const COMMANDS: Record<string, (args: readonly string[]) => number | Promise<number>> = {
  plan: args => PLAN_STATUS[planCommand(args, { out, err })],
  apply: args => onNode(args, 'enabled'),
  revert: args => onNode(args, 'disabled'),
  status: async args => STATUS_STATUS[await statusCommand(args, stopOnSignals(), line => out(line + '\n'))],
  job: () => job(),
};

async function onNode(args: readonly string[], state: 'enabled' | 'disabled'): Promise<number> {
  const { status, message } = await nodeCommand(args, state, new Date().toISOString(), stopOnSignals(), line => out(line + '\n'));
  (status === EXIT.done ? out : err)(message + '\n');
  return status;
}

async function job(): Promise<number> {
  const { status, message } = await jobCommand(__dirname, process.env, stopOnSignals(), line => out(line + '\n'));
  out(finalMessage(status, message) + '\n');
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

async function main([name = '', ...args]: readonly string[]): Promise<number> {
  if (name === '--help') {
    out(USAGE);
    return 0;
  }
  if (!Object.hasOwn(COMMANDS, name)) {
    err(`${name === '' ? 'a command is required' : `unknown command ${name}`}\n\n${USAGE}`);
    return PLAN_STATUS['wrong usage'];
  }
  return COMMANDS[name]!(args);
}

// Should the program come to its end without having decided anything, that is no success.
process.exitCode = EXIT.stopped;
// Not process.exit(): what was printed must still come out.
main(process.argv.slice(2)).then(status => { process.exitCode = status; }, e => {
  err(`${e instanceof Error ? e.stack : String(e)}\n`);
  process.exitCode = EXIT.stopped;
});
